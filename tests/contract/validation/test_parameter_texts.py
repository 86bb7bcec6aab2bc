"""Texts of a query are split, then decoded, then read as the type that their schema declares."""

from decimal import Decimal
from typing import Any

import pytest

from freehold.contract.validation.parameter_texts import TypeFault, decode, is_utf8, parse_text, split_query
from freehold.contract.validation.validators import ContractSchemas

SCHEMA = "/components/schemas/Value"
LIST = {"type": "array", "items": {"type": "string"}}


def read(schema: Any, *raw: str) -> Any:
    document = {"openapi": "3.1.0", "components": {"schemas": {"Value": schema}}}
    return decode(ContractSchemas(document), SCHEMA, raw)


@pytest.mark.parametrize(
    ("schema", "raw", "value"),
    [
        ({"type": "string"}, ["a%20b+c"], "a b c"),
        ({"type": "string"}, ["true"], "true"),
        ({"type": "integer"}, ["-7"], -7),
        ({"type": "number"}, ["1.50"], Decimal("1.50")),
        ({"type": "boolean"}, ["false"], False),
        ({"type": ["integer", "null"]}, ["7"], 7),
        ({"enum": [1, 2]}, ["2"], 2),
        ({"allOf": [{"type": "integer"}]}, ["2"], 2),
        ({}, ["7"], "7"),
        (LIST, ["a,b"], ["a", "b"]),
        (LIST, ["a", "b"], ["a", "b"]),
        (LIST, ["a%2Cb,c"], ["a,b", "c"]),
        (LIST, [""], []),
        ({"type": "array", "items": {"type": "integer"}}, ["1,2", "3"], [1, 2, 3]),
    ],
)
def test_a_text_is_read_as_its_type(schema: Any, raw: list[str], value: object) -> None:
    found = read(schema, *raw)

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", ["", " 7", "07", "7.0", "1e1", "+7", "true", "\u0667"])
def test_an_integer_is_written_as_in_json(text: str) -> None:
    with pytest.raises(TypeFault) as fault:
        parse_text(text, {"integer"})

    assert fault.value.types == ["integer"]


def test_a_single_value_is_sent_once() -> None:
    with pytest.raises(TypeFault) as fault:
        read({"type": "string"}, "a", "b")

    assert fault.value.types == []


def test_a_query_is_split_before_it_is_decoded() -> None:
    assert split_query(b"a=1&b=%26&a=2&&c") == {"a": ["1", "2"], "b": ["%26"], "c": [""]}


@pytest.mark.parametrize(("query", "expected"), [(b"a=%C3%A9", True), (b"a=%E9", False), (b"a=\xe9", False)])
def test_a_query_is_utf_8(query: bytes, expected: bool) -> None:
    assert is_utf8(query) is expected
