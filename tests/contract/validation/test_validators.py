"""A contract's schemas are found by their JSON pointer and validate with formats and patterns."""

from typing import Any

import pytest

from freehold.contract.validation.validators import ContractSchemas, matcher, reference
from freehold.reading.json_pointers import resolve_pointer

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def schemas(**named: Any) -> ContractSchemas:
    return ContractSchemas({"openapi": "3.1.0", "components": {"schemas": named}})


@pytest.mark.parametrize("name", ["Task", "a/b", "a~b", "a b", "ä", '"', "50%"])
def test_a_schema_is_found_by_its_pointer(name: str) -> None:
    pointer = f"/components/schemas/{name.replace('~', '~0').replace('/', '~1')}"
    found = schemas(**{name: {"type": "string"}})

    assert resolve_pointer(found.root, pointer) == {"type": "string"}
    assert found.validator(pointer).is_valid("a")
    assert not found.validator(pointer).is_valid(7)


def test_a_validator_is_compiled_once() -> None:
    found = schemas(Task={"type": "string"})

    assert found.validator("/components/schemas/Task") is found.validator("/components/schemas/Task")


def test_a_missing_pointer_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        resolve_pointer(schemas().root, "/components/schemas/Task")


def test_an_invalid_schema_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="7"):
        schemas(Task={"type": 7}).validator("/components/schemas/Task").is_valid(1)


def test_a_compiled_schema_can_refer_into_the_document() -> None:
    task = reference("/components/schemas/Task")

    validator = schemas(Task={"type": "string"}).compile({"type": "array", "items": task})

    assert validator.is_valid(["a"])
    assert not validator.is_valid([7])


def test_a_recursive_schema_is_validated() -> None:
    tree = {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Tree"}}
    validator = schemas(Tree=tree).validator("/components/schemas/Tree")

    assert validator.is_valid({"a": {"b": {}}})
    assert not validator.is_valid({"a": {"b": 7}})


@pytest.mark.parametrize(
    ("form", "fine", "wrong"),
    [
        ("email", "o'brien+news@mail.example-of-many-words.museum", "Ada <ada@example.com>"),
        ("uri", "https://example.com:65535/?a=b#c", "//example.com"),
        ("uri-reference", "/a/b?c=d", "a b"),
        ("hostname", "a-b-c-d-e-f.example", "-a"),
        ("ipv4", "192.0.2.1", "192.0.2.256"),
        ("ipv6", "2001:db8::1", "2001:db8:::1"),
        ("uuid", UUID.upper(), f"{{{UUID}}}"),
        ("date", "2028-02-29", "2027-02-29"),
        ("date-time", "2030-01-31T20:15:00+02:00", "2030-01-31 20:15"),
        ("time", "20:15:00Z", "20:15"),
        ("duration", "P3DT4H", "3 days"),
        ("byte", "AA==", "AB=="),
        ("binary", "AAAA", "AAAA="),
        ("decimal", "-12.50", "1e3"),
    ],
)
def test_formats_follow_their_rfcs(form: str, fine: str, wrong: str) -> None:
    validator = schemas(Value={"format": form}).validator("/components/schemas/Value")

    assert validator.is_valid(fine)
    assert not validator.is_valid(wrong)
    assert validator.is_valid(7), "a format restricts only strings"


def test_an_unknown_format_is_an_annotation() -> None:
    assert schemas(Value={"format": "colour"}).validator("/components/schemas/Value").is_valid("red")


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"^\d$", "7", True),
        (r"^\d$", "७", False),  # a digit in Unicode, and none in ECMA-262
        (r"^\w$", "é", False),
        (r"^\p{L}$", "é", True),
        (r"^a", "ba", False),
        (r"a", "bab", True),
    ],
)
def test_patterns_mean_what_ecma_262_says(pattern: str, text: str, matches: bool) -> None:
    assert matcher(pattern).is_valid(text) is matches


@pytest.mark.parametrize("pattern", ["[", "((a{99}){99}){99}", r"(a)\1", "(?=a)"])
def test_a_pattern_that_the_engine_rejects_is_a_value_error(pattern: str) -> None:
    with pytest.raises(ValueError, match="regex"):
        matcher(pattern)
