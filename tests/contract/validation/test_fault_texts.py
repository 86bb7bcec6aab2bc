"""Faults are worded in one place, in our words: no value of a client, no pattern that nobody wrote."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic_core._pydantic_core import list_all_errors

from freehold.contract import effective_contract, loading
from freehold.contract.validation import conversion_faults, fault_texts, faults
from freehold.contract.validation.conversion_faults import NotStorable, describe_error, request_fault
from freehold.contract.validation.fault_texts import OWN_PATTERNS, fault_text, make_fault
from freehold.contract.validation.validators import ContractSchemas
from generated import runtime
from tests.support.service import ROOT

RUNTIME = Path(runtime.__path__[0])
SENTENCES = fault_texts._TEXTS.keys()
CONTRACTS = [
    ROOT / "openapi" / "tasks-api.yaml",
    ROOT / "tests" / "golden" / "library" / "contract.yaml",
    *sorted((ROOT / "tests" / "dialects").glob("*/contract.yaml")),
]
ERRORS = {str(error["type"]): error for error in list_all_errors()}


def dictionaries(path: Path) -> Iterator[set[object]]:
    """The keys of each dictionary in a source."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Dict):
            yield {key.value for key in node.keys if isinstance(key, ast.Constant)}


def calls(path: Path, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def test_no_other_place_of_the_service_words_faults() -> None:
    wording = {
        str(path.relative_to(RUNTIME))
        for path in RUNTIME.rglob("*.py")
        if any("detail" in keys for keys in dictionaries(path))
    }

    folder = "validation/problem_details"  # the same sentences in shapes of others
    reshaping = {f"{folder}/error_shapes.py", f"{folder}/error_properties.py"}
    assert wording - reshaping == {"http/problems.py", "validation/fault_texts.py", "validation/faults.py"}


def test_every_code_of_the_service_has_a_sentence() -> None:
    codes = {
        call.args[0].value
        for path in RUNTIME.rglob("*.py")
        for call in calls(path, "make_fault")
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    codes |= {conversion_faults.OTHER, "storage", *conversion_faults._PLAIN.values()}
    codes |= {code for code, _ in conversion_faults._LIMITS.values()} | {*faults._NO_LIMIT, *faults._PLAIN}

    assert {"cursor", "key", "reused", "reference", "required", "unknown", "encoding"} <= codes
    assert codes <= SENTENCES


def patterns(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("pattern"), str):
            yield value["pattern"]
        for inner in value.values():
            yield from patterns(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from patterns(inner)


def test_no_sentence_has_a_pattern_that_the_effective_contract_has_added() -> None:
    documents = [loading.load(path) for path in CONTRACTS]
    written = {pattern for document in documents for pattern in patterns(document.root)}
    served = {
        pattern
        for document in documents
        for pattern in patterns(effective_contract.build_effective_contract(document).root)
    }

    assert served - written == OWN_PATTERNS.keys()
    for pattern in served - written:
        assert not re.search(r"[\^$\[\]{}\\]", fault_text("pattern", pattern))


def test_a_pattern_of_the_team_is_in_its_sentence() -> None:
    assert fault_text("pattern", "^[A-Z]{3}$") == "Must match the pattern ^[A-Z]{3}$"


def test_a_decimal_has_one_fault_and_not_its_pattern_too() -> None:
    schema = {"type": "string", "format": "decimal", "pattern": next(iter(OWN_PATTERNS))}
    schemas = ContractSchemas({"openapi": "3.1.0", "components": {"schemas": {"Price": schema}}})

    found = faults.find_faults(schemas, "/components/schemas/Price", "CANARY")

    assert found == [make_fault("format", "decimal", pointer="")]


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_of_pydantic_becomes_a_fault_in_our_words(kind: str) -> None:
    """Its messages are never used: they may quote the value."""
    error = ERRORS[kind]
    found = {"type": kind, "loc": ("a/b", 0), "ctx": error["example_context"] or {}, "msg": "CANARY"}

    fault = make_fault(*describe_error(found), pointer="")

    assert fault["code"] in SENTENCES
    assert "None" not in fault["detail"]
    assert fault["detail"] != error["example_message_python"]
    assert "CANARY" not in json.dumps(fault)


@pytest.mark.parametrize(
    ("kind", "context", "expected"),
    [
        ("missing", {}, ("required", None)),
        ("extra_forbidden", {}, ("additionalProperties", None)),
        ("string_type", {}, ("type", "string")),
        ("int_parsing", {}, ("type", "integer")),
        ("int_from_float", {}, ("type", "integer")),
        ("bool_parsing", {}, ("type", "boolean")),
        ("list_type", {}, ("type", "array")),
        ("model_attributes_type", {}, ("type", "object")),
        ("string_too_long", {"max_length": 3}, ("maxLength", 3)),
        ("too_short", {"min_length": 1, "field_type": "List"}, ("minItems", 1)),
        ("less_than_equal", {"le": 9}, ("maximum", 9)),
        ("string_pattern_mismatch", {"pattern": "^a$"}, ("pattern", "^a$")),
        ("literal_error", {"expected": "'a' or 'b'"}, ("enum", "'a' or 'b'")),
        ("date_from_datetime_parsing", {"error": "x"}, ("format", "date")),
        ("uuid_parsing", {"error": "x"}, ("format", "uuid")),
        ("json_invalid", {"error": "x"}, ("malformed", None)),
        ("value_error", {"error": ValueError("CANARY")}, ("schema", None)),
        ("value_error", {"error": NotStorable("date")}, ("storage", "date")),
        ("value_error", {"reason": "CANARY"}, ("schema", None)),
        ("of_another_library", {}, ("schema", None)),
    ],
)
def test_an_error_of_pydantic_is_described_by_its_keyword(
    kind: str, context: dict[str, Any], expected: tuple[str, Any]
) -> None:
    assert describe_error({"type": kind, "ctx": context}) == expected


@pytest.mark.parametrize(
    ("location", "place"),
    [
        (("body", "a/b", 0), {"pointer": "/a~1b/0"}),
        (("body",), {"pointer": ""}),
        (("query", "page"), {"parameter": "page"}),
        (("header", "x-kind", 0), {"parameter": "x-kind"}),
        (("path", "id"), {"parameter": "id"}),
        (("query",), {"pointer": ""}),
    ],
)
def test_a_fault_of_a_hand_written_route_names_its_place(
    location: tuple[str | int, ...], place: dict[str, str]
) -> None:
    assert request_fault({"type": "missing", "loc": location}) == make_fault("required", **place)


@pytest.mark.parametrize("kind", fault_texts._STORABLE)
def test_what_cannot_be_stored_is_told_by_what_can(kind: str) -> None:
    assert re.fullmatch(r"Cannot be stored: must be [^{}]+\.", fault_text("storage", kind))
