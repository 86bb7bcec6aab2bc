"""A type that can be written in several ways makes the same code and the same answers in each of them."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from freehold import pipeline
from freehold.building import service
from freehold.contract import effective_contract, loading
from freehold.rules import registry
from tests.support.service import Database
from tests.values.served import running

_NULL = "{type: 'null'}"


def _reference(name: str) -> str:
    return f"$ref: '#/components/schemas/{name}'"


_TYPES = {  # by the name of its schema: the type, and the type with null in a list
    "When": ("type: string, format: date-time", "type: [string, 'null'], format: date-time"),
    "Mood": ("type: string, enum: [good, bad]", "type: [string, 'null'], enum: [good, bad, null]"),
}
_NULLABLE_IN_3_0 = {
    "When": "type: string, format: date-time, nullable: true",
    "Mood": "type: string, enum: [good, bad, null], nullable: true",
}


def _spellings(name: str) -> dict[str, dict[str, str]]:
    """How a property can have a type or null, by the version of OpenAPI."""
    plain, listed = _TYPES[name]
    named, nullable = _reference(name), _reference(f"{name}OrNull")
    return {
        "3.1.0": {
            "a list of types": listed,
            "anyOf": f"anyOf: [{{{plain}}}, {_NULL}]",
            "oneOf": f"oneOf: [{_NULL}, {{{plain}}}]",
            "anyOf of a reference": f"anyOf: [{{{named}}}, {_NULL}]",
            "a reference": nullable,
            "allOf of a reference": f"allOf: [{{{nullable}}}]",
            "anyOf of allOf": f"anyOf: [{{allOf: [{{{plain}}}]}}, {_NULL}]",
        },
        "3.0.3": {
            "nullable": _NULLABLE_IN_3_0[name],
            "allOf of a reference": f"allOf: [{{{nullable}}}]",
            "nullable allOf": f"allOf: [{{{named}}}], nullable: true",
        },
    }


_WHEN, _MOOD = _spellings("When"), _spellings("Mood")
_HEAD = """\
openapi: %s
info: {title: Notes, version: 1.0.0}
x-problems: standard
security: [{bearerAuth: []}]
paths:
"""
_PATHS = """\
  /%(name)ss:
    get:
      operationId: list%(name)ss
      parameters: [{name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 9, default: 9}}]
      responses: {"200": {description: Some., content: {application/json: {schema: {%(list)s}}}}}
    post:
      operationId: create%(name)s
      requestBody: {required: true, content: {application/json: {schema: {%(ref)s}}}}
      responses: {"201": {description: It., content: {application/json: {schema: {%(ref)s}}}}}
  /%(name)ss/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
    patch:
      operationId: update%(name)s
      requestBody: {required: true, content: {application/json: {schema: {%(ref)s}}}}
      responses: {"200": {description: It., content: {application/json: {schema: {%(ref)s}}}}}
"""
_SECURITY = "components:\n  securitySchemes: {bearerAuth: {type: http, scheme: bearer}}\n  schemas:\n"
_RESOURCE = """\
    %(name)sList: {type: array, items: {%(ref)s}}
    %(name)s:
      type: object
      x-resource: {}
      required: [id, created_at, updated_at, due_at, mood]
      properties:
        id: {type: string, format: uuid, readOnly: true}
        created_at: {%(when)s, readOnly: true}
        updated_at: {%(when)s, readOnly: true}
        due_at: {%(when)s}
        mood: {%(mood)s}
"""


def name_of(number: int) -> str:
    return f"Note{'abcdefghij'[number]}"


def contract(version: str) -> str:
    """A contract with a resource for each spelling."""
    paths, schemas = [], []
    for number, spelling in enumerate(_WHEN[version]):
        name = name_of(number)
        words = {"name": name, "when": _WHEN[version][spelling], "mood": _MOOD[version][spelling]}
        words |= {"ref": _reference(name), "list": _reference(f"{name}List")}
        paths.append(_PATHS % words)
        schemas.append(_RESOURCE % words)
    for name, (plain, listed) in _TYPES.items():
        nullable = listed if version == "3.1.0" else _NULLABLE_IN_3_0[name]
        schemas.append(f"    {name}: {{{plain}}}\n    {name}OrNull: {{{nullable}}}\n")
    return "".join([_HEAD % version, *paths, _SECURITY, *schemas])


def generate(folder: Path, version: str) -> dict[str, str]:
    """The generated files of the contract, which is written into a folder."""
    (folder / "pyproject.toml").write_text('[tool.freehold]\ncontract = "contract.yaml"\n', "utf-8")
    file = folder / "contract.yaml"
    file.write_text(contract(version), "utf-8")
    document = loading.load(file)
    registry.check(document)
    effective = effective_contract.build_effective_contract(document)
    files = pipeline.print_files(effective, service.build(effective, {}, "overrides"))
    return {str(path): text for path, text in files.items()}


def of_resource(files: Mapping[str, str], number: int) -> list[str]:
    """The table and the classes of a resource, with the name of the first one."""
    name, lower = name_of(number), name_of(number).lower()
    models = files["schemas.py"].split("\n\n\n")
    own = [text for text in models if text.startswith(f"class {name}")]
    assert len(own) == 3
    texts = [
        re.sub(r"    model_config = .*\n", "", text) for text in (files[f"{lower}s/table.py"], *sorted(own))
    ]
    return [text.replace(name, "Note").replace(lower, "note") for text in texts]


@pytest.mark.parametrize("version", _WHEN)
def test_each_spelling_makes_the_same_code(tmp_path: Path, version: str) -> None:
    files = generate(tmp_path, version)
    first, *others = (of_resource(files, number) for number in range(len(_WHEN[version])))

    assert "created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), server_" in first[0]
    assert "mood: Mapped[Literal[" in first[0]
    for spelling, other in zip([*_WHEN[version]][1:], others, strict=True):
        assert other == first, spelling


@pytest.mark.long
@pytest.mark.parametrize("version", _WHEN)
def test_each_spelling_is_answered_as_it_is_declared(
    tmp_path: Path, empty_database: Callable[[], Database], version: str
) -> None:
    """The answers are checked: CHECK_ANSWERS."""
    files = generate(tmp_path, version)
    with running(files, tmp_path, empty_database()) as served, served.user() as user:
        for number, spelling in enumerate(_WHEN[version]):
            path = f"/{name_of(number)}s"
            created = user.post(path, json={"due_at": "2030-01-31T20:15:00Z", "mood": "good"})
            assert created.status_code == 201, (spelling, created.text)
            row = created.json()
            assert row["created_at"] is not None, spelling
            assert row["due_at"].startswith("2030-01-31T20:15:00"), spelling
            cleared = user.patch(f"{path}/{row['id']}", json={"due_at": None, "mood": None})
            assert cleared.status_code == 200, (spelling, cleared.text)
            assert cleared.json()["updated_at"] > row["updated_at"], spelling
            assert (cleared.json()["due_at"], cleared.json()["mood"]) == (None, None), spelling
            assert user.patch(f"{path}/{row['id']}", json={"mood": "other"}).status_code == 422, spelling
            assert user.get(path).json() == [cleared.json()], spelling
