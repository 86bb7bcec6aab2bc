"""What stands behind the generator is given nothing that a stranger could steer it with."""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from freehold import pipeline
from freehold.contract import effective_contract, loading
from freehold.ground.problems import ContractError
from freehold.ground.project import find_project
from freehold.printing import model_generation, pydantic_models
from freehold.rules import registry
from tests.malicious_contracts import harness
from tests.malicious_contracts.added import everywhere
from tests.malicious_contracts.harness import PLAIN
from tests.malicious_contracts.hostile import CANARY, PAYLOADS
from tests.support.contracts import Run, read_tree
from tests.support.thoroughness import sampled

WORDS = frozenset(
    """
    $ref type nullable format enum const default readOnly writeOnly items properties required
    additionalProperties allOf oneOf anyOf discriminator minLength maxLength pattern minimum maximum
    exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems customTypePath
    """.split()  # noqa: SIM905 - it reads as a text
)
OURS = frozenset({"Base64", "DateTime", "DecimalText", "Double", "FullDate", "FullTime", "Number", "Uuid"})
VALUES = ["carpe", "alpha", "loam", "oval"]
SAID = [text for text in harness.positions() if " " in text]


def given(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> dict[str, Any]:
    """The document that datamodel-code-generator is given for a contract, beside names of fields."""
    seen: list[dict[str, Any]] = []

    def begin(document: dict[str, Any], field_names: Mapping[str, str]) -> Callable[[], str]:
        assert all(re.fullmatch("[a-z0-9_]+", name) for name in field_names.values())
        seen.append(document)
        return str

    monkeypatch.setattr(model_generation, "begin", begin)
    file = folder / "contract.yaml"
    file.write_text(text, "utf-8")
    document = loading.load(file)
    registry.check(document)
    pydantic_models.begin(effective_contract.build_effective_contract(document), "overrides")()
    return seen[0]


def inside(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema, and those that are written in it."""
    yield schema
    lists = (schema.get(word, []) for word in ("allOf", "oneOf", "anyOf"))
    parts = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    for part in [*parts, *(part for found in lists for part in found)]:
        yield from inside(part)


def test_the_model_generator_receives_only_known_keywords(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever words of its own, or of other tools, a contract has in every place that takes them."""
    document = given(monkeypatch, tmp_path, json.dumps(everywhere()))

    assert list(document) == ["openapi", "info", "paths", "components"]
    assert (document["info"], document["paths"]) == ({"title": "", "version": ""}, {})
    assert list(document["components"]) == ["schemas"]
    found = [part for schema in document["components"]["schemas"].values() for part in inside(schema)]
    named = [id(schema) for schema in document["components"]["schemas"].values()]
    assert len(found) > 35
    for part in found:
        assert part.keys() <= WORDS | ({"description"} if id(part) in named else set())
        module, _, name = part.get("customTypePath", "runtime.http.field_types.Uuid").rpartition(".")
        assert name in OURS
        assert module == "runtime.http.field_types"
        assert isinstance(part.get("additionalProperties", True), bool)


@pytest.mark.parametrize(
    "name",
    sampled(
        (
            name
            for name, text in PAYLOADS.items()
            if CANARY in text and "half" not in name and len(text) < 9000
        ),
        every=4,
    ),
)
def test_the_model_generator_receives_no_descriptions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    document = given(monkeypatch, tmp_path, harness.written_in(SAID, PAYLOADS[name]))

    assert json.dumps(PAYLOADS[name])[1:-1] not in json.dumps(document)


def test_string_values_are_passed_unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PAYLOADS["a way out of a text"]

    document = given(monkeypatch, tmp_path, harness.written_in(VALUES, text))

    bed = document["components"]["schemas"]["Bed"]["properties"]
    assert bed["soil"]["enum"] == [text, "clay"]
    assert bed["shape"]["enum"][0] == bed["motto"]["default"] == bed["words"]["default"][0] == text


def test_patterns_are_not_passed_to_a_backtracking_engine(tmp_path: Path) -> None:
    made = harness.outcome(harness.written("^[a-z]+$", "^(a+)+$"), tmp_path)

    assert isinstance(made, harness.Made)
    assert "regex_engine" not in str(made.files)


@pytest.mark.parametrize("refused", [True, False])
def test_only_generated_files_change_and_only_on_success(project: Path, freehold: Run, refused: bool) -> None:
    """Formatted, written and checked, by the command itself."""
    text = json.dumps(everywhere() if not refused else PLAIN | {"paths": {f"/x'\n{CANARY}": {"get": {}}}})
    (project / "openapi" / "tasks-api.yaml").write_text(text, "utf-8")
    as_it_was, generated = read_tree(project), read_tree(project / "generated")

    result = freehold("generate")

    assert result.exit_code == (1 if refused else 0), result.output
    assert (read_tree(project / "generated") == generated) is refused
    if not refused:
        assert freehold("check").exit_code == 1  # rakeBed is for people to write
    now = read_tree(project)
    for name in {*as_it_was, *now}:
        if not name.startswith(("generated", ".freehold", "migrations")):
            assert as_it_was.get(name, 0) == now.get(name, 0)
    assert not list(project.rglob(CANARY))


HOSTILE_FILES = {
    "a name with a quote": "it's.yaml",
    "a name that is code": "x;import os #.yaml",
    "a name with a newline": "a\nb.yaml",
    "a name with three quotes": '""".yaml',
    "a name of letters of the world": "größe.yaml",
    "a name between lines": "__init__.yaml",
    "a name of an option": "--config=x.yaml",
}


@pytest.mark.parametrize("name", sampled(HOSTILE_FILES, every=2))
def test_hostile_file_names_are_rejected_or_sanitized(project: Path, name: str) -> None:
    """The name of a file becomes that of a schema only as far as it is letters and digits."""
    folder = project / "openapi"
    file = folder / HOSTILE_FILES[name]
    file.write_text("type: object\nproperties: {a: {type: string}}\n", "utf-8")
    root = json.loads(json.dumps(PLAIN))
    root["components"]["schemas"]["Wet"]["properties"]["part"] = {"$ref": f"./{quoted(HOSTILE_FILES[name])}"}
    (folder / "tasks-api.yaml").write_text(json.dumps(root), "utf-8")

    files = {str(path): text for path, text in pipeline.generate(find_project(project)).files.items()}

    assert "".join(files).isascii()
    assert "import os" not in files["schemas.py"]
    assert "a: Annotated[str | MISSING" in files["schemas.py"] or "a: str | MISSING" in files["schemas.py"]


def quoted(name: str) -> str:
    """A name of a file as a reference writes it."""
    return "".join(letter if letter.isalnum() else f"%{ord(letter):02X}" for letter in name[:-5]) + ".yaml"


NOWHERE = {
    "the network": "https://example.com/a.yaml",
    "the network without a scheme": "//example.com/a.yaml",
    "the network in capitals": "HTTPS://example.com/a.yaml",
    "the network, escaped": "%68ttps://example.com/a.yaml",
    "a file of the machine": "file:///etc/passwd",
    "a file of the machine without slashes": "file:/etc/passwd",
    "an absolute path": "/etc/passwd",
    "an absolute path, escaped": "%2Fetc/passwd",
    "a path of Windows": "\\\\server\\share\\a.yaml",
    "a drive of Windows": "C:\\a.yaml",
    "above": "../pyproject.toml",
    "above, escaped": "%2e%2e/pyproject.toml",
    "above and back": "../openapi/../pyproject.toml",
    "above, with a NUL": "..%00/pyproject.toml",
    "a device": "/dev/zero",
    "data": "data:text/yaml,a",
    "a folder": ".",
    "a pipe": "pipe",
    "a link out of the folder": "link.yaml",
    "a link to a device": "zero.yaml",
    "a link to itself": "circle.yaml",
    "a home": "~/.ssh/id_rsa",
    "a variable": "$HOME/.profile",
    "a name that is too long": "a" * 5000,
    "half a character": "%ed%a0%80.yaml",
}


@pytest.mark.parametrize("where", NOWHERE)
def test_references_outside_the_folder_are_rejected_unread(project: Path, where: str) -> None:
    folder = project / "openapi"
    os.mkfifo(folder / "pipe")
    for link, target in {"link": "../pyproject.toml", "zero": "/dev/zero", "circle": "circle.yaml"}.items():
        (folder / f"{link}.yaml").symlink_to(target)
    root = json.loads(json.dumps(PLAIN))
    root["components"]["schemas"]["Wet"]["properties"]["part"] = {"$ref": NOWHERE[where]}
    (folder / "tasks-api.yaml").write_text(json.dumps(root, indent=1), "utf-8")

    with pytest.raises(ContractError) as refused:
        pipeline.generate(find_project(project))

    assert [problem.file for problem in refused.value.problems] == ["openapi/tasks-api.yaml"]
    assert refused.value.problems[0].line > 1
    assert "secret" not in str(refused.value)
