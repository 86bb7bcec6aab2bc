"""What says nothing that the service could break is served as it is written, and has no effect."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from freehold import pipeline
from freehold.building import service
from freehold.contract import effective_contract, loading
from freehold.rules import registry, warnings
from tests.support import contracts as c
from tests.support.contracts import Change, after, before, changed, within

Served = tuple[dict[str, str], Any, list[str]]

IN_3_0: Change = ("openapi: 3.1.0", "openapi: 3.0.3")
NULLABLE = 'type: [string, "null"]'
TITLE = "        title:\n          description: What is to be done.\n"
WORDS = "{a: [1, {$ref: nowhere}], minLength: 9, maxLength: 1, discriminator: {x: 1}, allOf: [{allOf: 7}]}"

OF_SCHEMAS = {
    "a word of another tool": f"x-ui: {WORDS}",
    "a keyword of another tool": "widget: textarea",
    "a keyword that names Python code": "customTypePath: os.system",
    "a keyword that resembles one a little": "propertyOrder: 3",
    "names of enum values": "enumNames: [a, b]",
    "xml": "xml: {name: t, wrapped: true}",
    "documentation": "externalDocs: {url: 'https://example.com', note: more}",
    "a title": "title: The Title",
    "a comment": "$comment: c",
    "an unknown format": "format: emial",
    "a format of another tool": "format: uuid4",
}
OF_OBJECTS = {
    "a discriminator of a base": "discriminator: {propertyName: title}",
    "xml of an object": "xml: {name: task}",
    "an example of anything": "example: {$ref: nowhere, minLength: 2}",
}
OF_OPERATIONS = {
    "servers": "servers: [{url: 'https://{a}.example.com', variables: {a: {default: b}}, name: c}]",
    "documentation of an operation": "externalDocs: {url: 'https://example.com'}",
    "tags that nobody declares": "tags: [a, b]",
    "a word of an operation": f"x-codeSamples: [{WORDS}]",
}
OF_THE_CONTRACT = {
    "documentation of the contract": ("paths:\n", "externalDocs: {url: 'https://example.com'}\n"),
    "a word of the contract": ("paths:\n", f"x-topics: [{WORDS}]\n"),
    "a key of its description": ("  title: Tasks API\n", "  logo: {url: a}\n"),
}


def prepare(text: str, folder: Path) -> Served:
    """Return the generated code, the served schemas, and the warnings."""
    file = folder / "contract.yaml"
    file.write_text(in_3_0(text) if IN_3_0[1] in text else text, "utf-8")
    document = loading.load(file)
    registry.check(document)
    whole = effective_contract.build_effective_contract(document)
    api = service.build(whole, {}, "overrides")
    files = {str(name): text for name, text in pipeline.print_files(whole, api).items()}
    served = json.loads(files["openapi.json"])
    code = {name: text for name, text in files.items() if name.endswith(".py")}
    return code, served, [problem.code for problem in warnings.find_warnings(whole)]


def in_3_0(text: str) -> str:
    """The contract with the words that OpenAPI 3.0 has for null."""
    text = text.replace(f"{{{NULLABLE}", "{type: string, nullable: true")
    return text.replace(f"{NULLABLE}\n", "type: string\n          nullable: true\n")


@cache
def plain(folder: Path, *changes: Change) -> Served:
    return prepare(changed(*changes), folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("annotations")


@pytest.mark.parametrize("version", [(), (IN_3_0,)], ids=["3.1", "3.0"])
@pytest.mark.parametrize("word", OF_SCHEMAS.values(), ids=OF_SCHEMAS)
def test_annotations_of_a_property_have_no_effect(
    folder: Path, word: str, version: tuple[Change, ...]
) -> None:
    code, served, warned = prepare(changed(after(c.LIMITS, f"          {word}\n"), *version), folder)

    key = word.partition(":")[0]
    assert (code, warned) == (plain(folder, *version)[0], plain(folder, *version)[2])
    assert key in served["components"]["schemas"]["Task"]["properties"]["title"]


@pytest.mark.parametrize("word", OF_OBJECTS.values(), ids=OF_OBJECTS)
def test_annotations_of_a_resource_have_no_effect(folder: Path, word: str) -> None:
    code, served, _ = prepare(
        changed(within(c.OPTIONS, ("      x-res", f"      {word}\n      x-res"))), folder
    )

    assert code == plain(folder)[0]
    assert word.partition(":")[0] in served["components"]["schemas"]["Task"]


@pytest.mark.parametrize("word", OF_OPERATIONS.values(), ids=OF_OPERATIONS)
def test_annotations_of_an_operation_have_no_effect(folder: Path, word: str) -> None:
    where = "      operationId: getTask\n"
    text = changed((where, f"{where}      {word}\n"))
    text = text.replace("      tags: [tasks]\n", "") if word.startswith("tags") else text

    code, served, warned = prepare(text, folder)

    assert (code, warned) == (plain(folder)[0], plain(folder)[2])
    assert word.partition(":")[0] in served["paths"]["/api/tasks/{task_id}"]["get"]


@pytest.mark.parametrize(("where", "word"), OF_THE_CONTRACT.values(), ids=OF_THE_CONTRACT)
def test_annotations_of_the_contract_have_no_effect(folder: Path, where: str, word: str) -> None:
    code, served, warned = prepare(changed(before(where, word)), folder)

    assert (code, warned) == (plain(folder)[0], plain(folder)[2])
    assert word.strip().partition(":")[0] in {*served, *served["info"]}


def test_links_are_served_without_a_warning(folder: Path) -> None:
    links = "          links: {next: {operationId: getTask, parameters: {task_id: $response.body#/id}}}\n"

    code, served, warned = prepare(changed((c.FOUND, c.FOUND + links)), folder)

    assert (code, warned) == (plain(folder)[0], plain(folder)[2])
    assert '"links": {"next": ' in json.dumps(served)


@pytest.mark.parametrize(
    "words",
    [
        "title: A list",
        "description: A list",
        "x-go-type: x",
        "example: {}",
        "deprecated: true",
        "externalDocs: {url: u}",
    ],
)
def test_what_describes_beside_a_reference_is_allowed_in_3_0(folder: Path, words: str) -> None:
    code, _, _ = prepare(changed(IN_3_0, within(c.CREATED, ("}", f", {words}}}"))), folder)

    assert code == plain(folder, IN_3_0)[0]


@pytest.mark.parametrize("style", ["style: form", "style: form, explode: true"])
def test_a_style_that_is_the_default_is_allowed(folder: Path, style: str) -> None:
    text = changed((c.DONE, f"{c.DONE}          {style.replace(', ', chr(10) + '          ')}\n"))

    assert prepare(text, folder)[0] == plain(folder)[0]
