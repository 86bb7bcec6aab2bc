"""The validators agree with the JSON-Schema-Test-Suite, which is read from ../shared/suites."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from freehold.contract.validation.validators import ContractSchemas
from tests.support.service import ROOT

_FOLDERS = [parent / "shared" / "suites" / "json-schema" / "tests" for parent in ROOT.parents]
SUITE = next((folder for folder in _FOLDERS if folder.is_dir()), None)
_SCHEMA = "/components/schemas/Value"
_VALUES = ("enum", "const", "default", "examples")
_BASES = {"$id", "id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$vocabulary"}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_KEYWORDS_OF_3_0 = {
    "$ref", "title", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
    "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties",
    "required", "enum", "type", "not", "allOf", "oneOf", "anyOf", "items", "properties",
    "additionalProperties", "description", "format", "default", "definitions",
}  # fmt: skip
_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_ANNOTATION = "only an annotation by default"  # this service asserts formats
_LEFT_OUT = {"zeroTerminatedFloats.json"}  # 1.0 is an integer to every reader of JSON
_DECIDED = {"ab--cd.example"}  # a hostname in draft 4; 2020-12 reserves -- there (RFC 5891, 4.2.3.1)

pytestmark = pytest.mark.skipif(SUITE is None, reason="the JSON-Schema-Test-Suite is not at ../shared/suites")


@dataclass(frozen=True)
class Group:
    """A schema of the suite with its values, and whether each is valid."""

    title: str
    schema: Any
    tests: tuple[tuple[Any, bool], ...]


def test_openapi_3_1_agrees_with_draft_2020_12() -> None:
    cases, differing = compare("draft2020-12", "3.1.0")

    assert differing == []
    assert cases >= 1900


def test_openapi_3_0_agrees_with_draft_4() -> None:
    cases, differing = compare("draft4", "3.0.3")

    assert differing == []
    assert cases >= 600


def compare(draft: str, version: str) -> tuple[int, list[str]]:
    """Counts the cases, and lists those that are answered differently."""
    cases, differing = 0, []
    for group in groups(draft):
        if not is_supported(group.schema, version):
            continue
        schema = with_moved_references(group.schema)
        schemas = ContractSchemas({"openapi": version, "components": {"schemas": {"Value": schema}}})
        validator = schemas.validator(_SCHEMA)
        for value, valid in group.tests:
            cases += 1
            if validator.is_valid(value) is not valid:
                differing.append(f"{group.title}: {value!r} is {'' if valid else 'in'}valid")
    return cases, differing


def groups(draft: str) -> Iterator[Group]:
    for file in sorted((SUITE or Path()).joinpath(draft).rglob("*.json")):
        for group in json.loads(file.read_bytes(), parse_float=Decimal):
            tests = [test for test in group["tests"] if _ANNOTATION not in test["description"]]
            if file.name not in _LEFT_OUT:
                title = f"{file.stem}: {group['description']}"
                yield Group(title, group["schema"], tuple(judged(test, draft) for test in tests))


def judged(test: Mapping[str, Any], draft: str) -> tuple[Any, bool]:
    """A value, and whether it is valid; both versions of OpenAPI follow 2020-12 where the drafts differ."""
    reserved = draft == "draft4" and str(test["data"]) in _DECIDED
    return test["data"], test["valid"] and not reserved


def is_supported(schema: Any, version: str) -> bool:
    """Whether a schema needs no other document, no other dialect, and no keyword that OpenAPI lacks."""
    for part in subschemas(schema):
        if _BASES & part.keys() or part.get("$schema", _DIALECT) != _DIALECT:
            return False
        if part.get("$ref", "#") != "#" and not str(part["$ref"]).startswith("#/"):
            return False
        if version.startswith("3.0") and not is_of_3_0(part):
            return False
    return isinstance(schema, bool | dict) if version.startswith("3.1") else isinstance(schema, dict)


def is_of_3_0(part: Mapping[str, Any]) -> bool:
    kind = part.get("type", "string")
    return (
        part.keys() <= _KEYWORDS_OF_3_0
        and isinstance(kind, str)
        and kind != "null"
        and not isinstance(part.get("items"), list)
        and not str(part.get("$ref", "")).startswith("#/definitions")  # which 3.0 does not have
    )


def subschemas(schema: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(schema, list):
        for part in schema:
            yield from subschemas(part)
    if isinstance(schema, dict):
        yield schema
        for keyword, part in schema.items():
            if keyword in _NAMED and isinstance(part, dict):
                yield from subschemas([*part.values()])
            elif keyword not in _VALUES:
                yield from subschemas(part)


def with_moved_references(schema: Any) -> Any:
    """A copy in which `$ref` points to the place of the schema in the document."""
    if isinstance(schema, list):
        return [with_moved_references(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    moved: dict[str, Any] = {}
    for keyword, part in schema.items():
        if keyword == "$ref" and isinstance(part, str):
            moved[keyword] = f"#{_SCHEMA}{part.removeprefix('#')}"
        elif keyword in _NAMED and isinstance(part, dict):
            moved[keyword] = {name: with_moved_references(inner) for name, inner in part.items()}
        else:
            moved[keyword] = part if keyword in _VALUES else with_moved_references(part)
    return moved
