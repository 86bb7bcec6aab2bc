"""Each type of OpenAPI has one type in Python and one in the database."""

from typing import Any

import pytest

from freehold.contract.rows.column_types import (
    allowed_values,
    base_type,
    column_type,
    is_nullable,
    without_null,
)
from freehold.reading.document import Document, Node
from freehold.reading.yaml_parser import SourceLocation

STRING = {"type": "string"}
OBJECT = {"type": "object", "properties": {"a": STRING}}
NULL = {"type": "null"}


def node(schema: dict[str, Any], version: str = "3.1.0") -> Node:
    """A schema in a contract."""
    root = {"openapi": version, "components": {"schemas": {"Value": schema}}}
    document = Document("contract.yaml", root, {"": SourceLocation("contract.yaml", 1, 1)})
    found = document.node_at("/components/schemas/Value")
    assert found is not None
    return found


def array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


@pytest.mark.parametrize(
    ("schema", "python", "column"),
    [
        (STRING, "str", "Text"),
        (STRING | {"maxLength": 200}, "str", "String(200)"),
        (STRING | {"format": "uuid"}, "UUID", "Uuid"),
        (STRING | {"format": "date"}, "dt.date", "Date"),
        (STRING | {"format": "date-time"}, "dt.datetime", "DateTime(timezone=True)"),
        (STRING | {"format": "time"}, "dt.time", "Time(timezone=True)"),
        (STRING | {"format": "byte"}, "bytes", "LargeBinary"),
        (STRING | {"format": "binary"}, "bytes", "LargeBinary"),
        (STRING | {"format": "decimal"}, "Decimal", "Numeric"),
        (STRING | {"format": "email", "maxLength": 254}, "str", "String(254)"),
        (STRING | {"format": "uri"}, "str", "Text"),
        (STRING | {"format": "uri-reference"}, "str", "Text"),
        (STRING | {"format": "hostname"}, "str", "Text"),
        (STRING | {"enum": ["a", "b"]}, "Literal['a', 'b']", "Text"),
        (STRING | {"enum": ["it's", 'a "b"', "\\"]}, "Literal[\"it's\", 'a \"b\"', '\\\\']", "Text"),
        (STRING | {"const": "a"}, "Literal['a']", "Text"),
        ({"const": "a"}, "Literal['a']", "Text"),
        ({"const": 7}, "Literal[7]", "BigInteger"),
        ({"type": "integer", "enum": [1, 2]}, "Literal[1, 2]", "BigInteger"),
        ({"type": "integer"}, "int", "BigInteger"),
        ({"type": "integer", "format": "int32"}, "int", "Integer"),
        ({"type": "integer", "format": "int64"}, "int", "BigInteger"),
        ({"type": "number"}, "float", "Double"),
        ({"type": "number", "format": "double"}, "float", "Double"),
        ({"type": "boolean"}, "bool", "Boolean"),
        (array(STRING | {"maxLength": 9}), "list[str]", "ARRAY(String(9))"),
        (array(STRING | {"format": "uuid"}), "list[UUID]", "ARRAY(Uuid)"),
        (array(STRING | {"enum": ["a", "b"]}), "list[Literal['a', 'b']]", "ARRAY(Text)"),
        (array({"type": ["string", "null"]}), "Any", "JSONB"),
        (array(array(STRING)), "Any", "JSONB"),
        (array(OBJECT), "Any", "JSONB"),
        ({"type": "array"}, "Any", "JSONB"),
        (OBJECT, "Any", "JSONB"),
        ({"type": "object"}, "Any", "JSONB"),
        ({"anyOf": [STRING, {"type": "integer"}]}, "Any", "JSONB"),
        ({"allOf": [OBJECT]}, "Any", "JSONB"),
    ],
)
def test_column_types(schema: dict[str, Any], python: str, column: str) -> None:
    found = column_type(node(schema))

    assert (found.python, found.column) == (python, column)


@pytest.mark.parametrize("schema", [STRING | {"enum": ["a", None]}, {"type": "number"}, STRING])
def test_null_does_not_change_the_column_type(schema: dict[str, Any]) -> None:
    alone = column_type(node(schema))

    for with_null in (
        schema | {"type": [schema["type"], "null"]},
        schema | {"nullable": True},
        {"anyOf": [schema, NULL]},
        {"oneOf": [NULL, schema]},
    ):
        assert column_type(node(with_null)) == alone


@pytest.mark.parametrize(
    ("form", "wire"),
    [
        ("date-time", "DateTime"), ("time", "FullTime"), ("decimal", "DecimalText"), ("byte", "Base64"),
        ("binary", "Base64"), ("date", "FullDate"), ("uuid", None), ("email", None), ("password", None),
    ],
)  # fmt: skip
def test_formats_that_are_not_stored_as_text_have_a_wire_type(form: str, wire: str | None) -> None:
    found = column_type(node(STRING | {"format": form}))

    assert found.wire == wire


@pytest.mark.parametrize(
    ("schema", "python", "column"),
    [
        ({}, "Any", "JSONB"),
        (NULL, "Any", "JSONB"),
        ({"type": ["string", "integer"]}, "Any", "JSONB"),
        ({"enum": ["a", 1]}, "Any", "JSONB"),
        ({"type": "number", "enum": [0.5]}, "float", "Double"),
        ({"type": "boolean", "const": True}, "Literal[True]", "Boolean"),
        (STRING | {"format": "nonsense"}, "str", "Text"),
        ({"type": "integer", "format": "int16"}, "int", "BigInteger"),
        ({"type": "number", "format": "float"}, "float", "Double"),
        ({"type": "boolean", "format": "int32"}, "bool", "Boolean"),
    ],
    ids=str,
)
def test_a_type_that_is_not_plain_is_a_document(schema: dict[str, Any], python: str, column: str) -> None:
    found = column_type(node(schema))

    assert (found.python, found.column) == (python, column)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("string", "string"), (["string"], "string"), (["string", "null"], "string"),
        (["null", "array"], "array"), (["string", "integer"], None), ("null", None),
        (["null"], None), ([], None), (None, None), (7, None), ([7], None),
    ],
)  # fmt: skip
def test_base_type_ignores_null(said: object, expected: str | None) -> None:
    assert base_type(node({"type": said})) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (STRING, False),
        ({"type": ["string", "null"]}, True),
        ({"type": ["string"]}, False),
        ({"anyOf": [STRING, NULL]}, True),
        ({"oneOf": [NULL, STRING]}, True),
        ({"anyOf": [STRING, OBJECT]}, False),
        ({"type": ["string", "null"], "enum": ["a"]}, False),
        ({"type": ["string", "null"], "enum": ["a", None]}, True),
        ({"enum": [6, None]}, True),
        ({"const": None}, True),
        ({"not": NULL}, False),
        ({}, True),
    ],
    ids=str,
)
def test_null_is_allowed_if_the_validator_accepts_it(schema: dict[str, Any], expected: bool) -> None:
    assert is_nullable(node(schema)) is expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (STRING | {"nullable": True}, True),
        (STRING | {"nullable": False}, False),
        (STRING | {"nullable": "yes"}, False),
        (STRING | {"nullable": True, "enum": ["a"]}, False),
    ],
)
def test_openapi_3_0_allows_null_with_nullable(schema: dict[str, Any], expected: bool) -> None:
    assert is_nullable(node(schema, "3.0.3")) is expected


@pytest.mark.parametrize("word", ["anyOf", "oneOf"])
def test_without_null_unwraps_a_nullable_choice(word: str) -> None:
    schema = node({word: [STRING, NULL]})

    assert without_null(schema).value == STRING
    for other in ({word: [STRING]}, {word: [STRING, {"type": "integer"}, NULL]}, STRING):
        assert without_null(node(other)).value == other


def test_allowed_values_exclude_null() -> None:
    assert allowed_values(node({"enum": ["a", None, "b"]})) == ["a", "b"]
    assert allowed_values(node({"const": "a"})) == ["a"]
    assert allowed_values(node({})) == []
