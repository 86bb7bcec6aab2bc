"""Words of a schema that stand at a parameter or a header, and security schemes that nobody declares."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold.contract import loading
from freehold.rules import registry
from freehold.workbench.importing import checklist

ANSWER = {"description": "D", "content": {"application/json": {"schema": {"type": "object"}}}}
CONTRACT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "x-problems": "standard",
    "security": [{"token": []}],
    "paths": {
        "/reports/{kind}": {"get": {"operationId": "report", "parameters": [], "responses": {"200": ANSWER}}}
    },
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
}
WORDS = (
    {"type": "integer"},
    {"type": "string", "enum": ["a", "b"], "default": "a"},
    {"format": "uuid", "type": "string"},
)
PLACES = ("operation", "path", "components", "header", "shared header")


def contract(place: str, words: dict[str, Any], schema: dict[str, Any] | None) -> dict[str, Any]:
    """A contract with words of a schema at a parameter, or at a header of an answer."""
    root: dict[str, Any] = json.loads(json.dumps(CONTRACT))
    item = root["paths"]["/reports/{kind}"]
    kind = {"name": "kind", "in": "path", "required": True, "schema": {"type": "string"}}
    part: dict[str, Any] = {**words, **({"schema": schema} if schema is not None else {})}
    query = {"name": "q", "in": "query", **part}
    item["get"]["parameters"] = [kind]
    if place == "operation":
        item["get"]["parameters"].append(query)
    elif place == "path":
        item["parameters"] = [query]
    elif place == "components":
        root["components"]["parameters"] = {"Q": query}
        item["get"]["parameters"].append({"$ref": "#/components/parameters/Q"})
    elif place == "header":
        item["get"]["responses"]["200"]["headers"] = {"X-Q": part}
    else:
        root["components"]["headers"] = {"Q": part}
        item["get"]["responses"]["200"]["headers"] = {"X-Q": {"$ref": "#/components/headers/Q"}}
    return root


def write(folder: Path, root: dict[str, Any]) -> Path:
    file = folder / "api.yaml"
    file.write_text(yaml.safe_dump(root, sort_keys=False), "utf-8")
    return file


@pytest.mark.parametrize(("place", "words"), [*product(PLACES, WORDS)])
def test_words_of_a_schema_are_read_as_such(tmp_path: Path, place: str, words: dict[str, Any]) -> None:
    file = write(tmp_path, contract(place, words, None))

    document = loading.load(file)

    registry.check(document)
    meant = contract(place, {}, words)
    inside = tmp_path / "meant"
    inside.mkdir()
    assert document.root == loading.load(write(inside, meant)).root
    told = [note for note in document.notes if "is read as one" in note.message]
    assert [note.message.split()[0] for note in told] == [*words]
    assert all(note.source.strip().startswith(note.message.split()[0]) for note in told)
    checklist.apply(file)
    assert checklist.steps(file) == []


@pytest.mark.parametrize("place", PLACES)
def test_words_that_the_schema_repeats_are_one(tmp_path: Path, place: str) -> None:
    file = write(tmp_path, contract(place, {"type": "integer"}, {"type": "integer", "minimum": 1}))

    assert checklist.steps(file) == []
    registry.check(loading.load(file))


@pytest.mark.parametrize("place", PLACES)
def test_words_beside_a_reference_say_more_than_it(tmp_path: Path, place: str) -> None:
    root = contract(place, {"nullable": True}, {"$ref": "#/components/schemas/Kind"})
    root["components"]["schemas"] = {"Kind": {"type": "string", "enum": ["a", "b"]}}
    file = write(tmp_path, root)

    assert checklist.steps(file) == []
    registry.check(loading.load(file))


@pytest.mark.parametrize("place", PLACES)
def test_words_that_the_schema_contradicts_are_left_to_people(tmp_path: Path, place: str) -> None:
    file = write(tmp_path, contract(place, {"type": "integer"}, {"type": "string"}))

    assert [step.problem.code for step in checklist.steps(file)] == ["FH102"]


@pytest.mark.parametrize("has_others", [True, False])
@pytest.mark.parametrize("has_components", [True, False])
def test_a_scheme_that_nobody_declares_becomes_a_bearer_token(
    tmp_path: Path, *, has_others: bool, has_components: bool
) -> None:
    root: dict[str, Any] = json.loads(json.dumps(CONTRACT))
    root["security"] = [{"jwt": []}]
    operation = root["paths"]["/reports/{kind}"]["get"]
    operation["security"] = [{"bearer": []}]
    operation["parameters"] = [{"name": "kind", "in": "path", "required": True, "schema": {"type": "string"}}]
    if not has_others:
        root["components"] = {"schemas": {}}
    if not has_components and not has_others:
        del root["components"]
    file = write(tmp_path, root)

    changes = [change.why for change in checklist.apply(file)]

    written = yaml.safe_load(file.read_text("utf-8"))
    schemes = written["components"]["securitySchemes"]
    assert {*schemes} == {"jwt", "bearer"} | ({"token"} if has_others else set())
    assert all(scheme == {"type": "http", "scheme": "bearer"} for scheme in schemes.values())
    assert written["security"] == [{"jwt": []}]
    assert written["paths"]["/reports/{kind}"]["get"]["security"] == [{"bearer": []}]
    assert "the security scheme jwt is not declared" in changes
    assert checklist.steps(file) == []
