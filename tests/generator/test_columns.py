"""Each type of OpenAPI has one type in Python and one in the database, or none at all."""

from typing import Any

import pytest

from freehold.columns import allowed_values, base_type, column_type, nullable

STRING = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "python", "column"),
    [
        (STRING, "str", "Text"),
        (STRING | {"maxLength": 200}, "str", "String(200)"),
        (STRING | {"format": "uuid"}, "UUID", "Uuid"),
        (STRING | {"format": "date"}, "date", "Date"),
        (STRING | {"format": "date-time"}, "datetime", "DateTime(timezone=True)"),
        (STRING | {"format": "time"}, "time", "Time(timezone=True)"),
        (STRING | {"format": "email", "maxLength": 254}, "str", "String(254)"),
        (STRING | {"format": "uri"}, "str", "Text"),
        (STRING | {"format": "uri-reference"}, "str", "Text"),
        (STRING | {"format": "hostname"}, "str", "Text"),
        (STRING | {"enum": ["a", "b"]}, "Literal['a', 'b']", "Text"),
        (STRING | {"enum": ["it's", 'a "b"', "\\"]}, "Literal[\"it's\", 'a \"b\"', '\\\\']", "Text"),
        ({"type": "integer"}, "int", "BigInteger"),
        ({"type": "integer", "format": "int32"}, "int", "Integer"),
        ({"type": "integer", "format": "int64"}, "int", "BigInteger"),
        ({"type": "number"}, "float", "Double"),
        ({"type": "number", "format": "double"}, "float", "Double"),
        ({"type": "boolean"}, "bool", "Boolean"),
    ],
)
def test_a_type_becomes_a_column(schema: dict[str, Any], python: str, column: str) -> None:
    found = column_type(schema)

    assert found is not None
    assert (found.python, found.column) == (python, column)


@pytest.mark.parametrize("schema", [STRING | {"enum": ["a", None]}, {"type": "number"}, STRING])
def test_null_changes_nothing_about_the_type(schema: dict[str, Any]) -> None:
    with_null = schema | {"type": [schema["type"], "null"]}

    assert column_type(with_null) == column_type(schema)
    assert column_type(schema | {"nullable": True}) == column_type(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        {"type": "array", "items": STRING},
        {"type": "null"},
        {"type": ["string", "integer"]},
        {"type": "text"},
        {"type": 7},
        STRING | {"format": "byte"},
        STRING | {"format": "decimal"},
        STRING | {"format": "nonsense"},
        {"type": "integer", "format": "int16"},
        {"type": "number", "format": "float"},
        {"type": "boolean", "format": "int32"},
    ],
    ids=str,
)
def test_what_has_no_column_is_not_guessed(schema: dict[str, Any]) -> None:
    assert column_type(schema) is None


@pytest.mark.xfail(strict=True, reason="an enum of numbers is taken for any number in a parameter")
def test_an_enum_of_integers_is_a_literal() -> None:
    found = column_type({"type": "integer", "enum": [1, 2]})

    assert found is not None
    assert found.python == "Literal[1, 2]"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("string", "string"), (["string"], "string"), (["string", "null"], "string"),
        (["null", "array"], "array"), (["string", "integer"], None), ("null", None),
        (["null"], None), ([], None), (None, None), (7, None), ([7], None),
    ],
)  # fmt: skip
def test_the_one_type_besides_null_is_found(said: object, expected: str | None) -> None:
    assert base_type({"type": said}) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (STRING, False),
        (STRING | {"nullable": True}, True),
        (STRING | {"nullable": False}, False),
        (STRING | {"nullable": "yes"}, False),
        ({"type": ["string", "null"]}, True),
        ({"type": ["string"]}, False),
        ({}, False),
    ],
    ids=str,
)
def test_null_is_allowed_in_the_words_of_3_0_and_of_3_1(schema: dict[str, Any], expected: bool) -> None:
    assert nullable(schema) is expected


def test_the_values_of_an_enum_are_without_null() -> None:
    assert allowed_values({"enum": ["a", None, "b"]}) == ["a", "b"]
    assert allowed_values({}) == []
