"""Samples are what a person would write, and what the schema accepts."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.contract.samples.maker import Maker, NoSample, is_valid, sample_value
from freehold.reading.document import Document, Node

WORDS = {"type": "array", "items": {"type": "string"}}


def schema_of(schema: Any, **named: Any) -> Node:
    root = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {"It": schema, **named}}}
    found = Document("api.yaml", root, {}).node_at("/components/schemas/It")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "schema", "value"),
    [
        ("title", {"type": "string"}, "Water the plants"),
        ("title", {"type": "string", "maxLength": 7}, "Water"),
        ("title", {"type": "string", "minLength": 20, "maxLength": 40}, "Water the plants Water the plants"),
        ("x", {"type": "string", "minLength": 2, "maxLength": 2}, "XX"),
        ("slug", {"type": "string", "pattern": "^[a-z0-9-]+$"}, "water-the-plants"),
        ("supplier_reference", {"type": "string"}, "Supplier reference"),
        ("email", {"type": "string", "format": "email"}, "ada@example.com"),
        ("dueOn", {"type": "string", "format": "date"}, "2026-03-16"),
        ("created_at", {"type": "string", "format": "date-time"}, "2026-03-02T09:30:00Z"),
        ("price", {"type": "string", "format": "decimal"}, "12.50"),
        ("price", {"type": "string", "format": "decimal", "maximum": 10}, "10.00"),
        ("price", {"type": "number", "multipleOf": 5}, 15),
        ("price", {"type": "number", "exclusiveMaximum": 0.5}, 0),
        ("customer_id", {"type": "string"}, "customer-1"),
        ("age", {"type": "integer"}, 36),
        ("age", {"type": "integer", "maximum": 17}, 17),
        ("x", {"type": "integer", "exclusiveMinimum": 5}, 6),
        ("x", {"type": "integer", "minimum": 5, "multipleOf": 4}, 8),
        ("status", {"enum": ["new", "old"]}, "new"),
        ("status", {"type": "string", "default": "old", "enum": ["new", "old"]}, "old"),
        ("kind", {"const": "a"}, "a"),
        ("active", {"type": "boolean"}, True),
        ("deleted", {"type": "boolean"}, False),
        ("deleted_at", {"type": ["string", "null"], "format": "date-time"}, None),
        ("country", {"type": "string", "minLength": 2, "maxLength": 2}, "DE"),
        ("tags", WORDS, ["garden"]),
        (
            "tags",
            {"type": "array", "items": {"type": "string"}, "minItems": 2, "uniqueItems": True},
            ["garden", "kitchen"],
        ),
        ("x", {"anyOf": [{"type": "null"}, {"type": "integer"}]}, 1),
        ("x", {"type": "string", "examples": ["mine"]}, "mine"),
        ("x", {"type": "object", "additionalProperties": {"type": "integer"}}, {"key": 1}),
    ],
)
def test_values_are_those_of_a_person(name: str, schema: Any, value: object) -> None:
    assert Maker().sample(schema_of(schema), name) == value


def test_an_id_is_the_same_wherever_the_row_is_named() -> None:
    uuid = {"type": "string", "format": "uuid"}

    in_path = Maker().sample(schema_of(uuid), "task_id")
    in_row = Maker("Task").sample(schema_of({"type": "object", "properties": {"id": uuid}}))

    assert in_row == {"id": in_path}
    assert Maker().sample(schema_of(uuid), "project_id") != in_path


def test_a_schema_that_contains_itself_has_a_sample() -> None:
    tree = {
        "type": "object",
        "required": ["name", "children"],
        "properties": {
            "name": {"type": "string"},
            "parent": {"anyOf": [{"$ref": "#/components/schemas/It"}, {"type": "null"}]},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/It"}},
        },
    }

    assert Maker("Person").sample(schema_of(tree)) == {"name": "Ada Lovelace", "parent": None, "children": []}


def test_a_small_schema_of_a_huge_value_has_a_small_sample() -> None:
    wide = {
        f"S{level}": {
            "type": "object",
            "required": [],
            "properties": {f"p{n}": {"$ref": f"#/components/schemas/S{level + 1}"} for n in range(12)},
        }
        for level in range(9)
    }

    made = Maker().sample(schema_of({"$ref": "#/components/schemas/S0"}, S9={"type": "string"}, **wide))

    assert len(repr(made)) < 50_000


def test_a_schema_without_values_has_no_sample() -> None:
    with pytest.raises(NoSample):
        Maker().sample(schema_of({"type": "integer", "minimum": 5, "maximum": 4}))
    with pytest.raises(NoSample):
        Maker().sample(schema_of({"not": {}}))
    with pytest.raises(NoSample):
        Maker().sample(schema_of({"type": "string", "minLength": 100_000}))
    with pytest.raises(NoSample):
        Maker().sample(schema_of({"type": "string", "format": "decimal", "minimum": 10**300}))


def test_a_tag_of_a_discriminator_is_that_of_the_branch() -> None:
    cat = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    choice = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": {"miau": "#/components/schemas/Cat"}},
    }

    assert Maker().sample(schema_of(choice, Cat=cat)) == {"kind": "miau"}


def test_a_request_has_no_read_only_properties() -> None:
    schema = {
        "type": "object",
        "required": ["id", "title"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "title": {"type": "string"},
            "note": {"type": "string"},
        },
        "example": {"id": 7, "title": "Mine"},
    }
    loose = {**schema, "required": ["title"]}

    assert sample_value(schema_of(loose)) == {"title": "Mine"}
    assert Maker().sample(schema_of(schema)) == {"id": 7, "title": "Mine"}


_FORMATS = """
byte date date-time decimal duration email hostname ipv4 ipv6 time uri uuid
"""


def _text(low: int, size: int) -> Any:
    return {"type": "string", "minLength": low, "maxLength": low + size}


def _integer(low: int, size: int) -> Any:
    return {"type": "integer", "minimum": low, "maximum": low + size}


def _number(low: int, size: int) -> Any:
    return {"type": "number", "exclusiveMinimum": low, "maximum": low + size}


def _array(items: Any, least: int) -> Any:
    return {"type": "array", "items": items, "minItems": least}


def _object(members: dict[str, Any]) -> Any:
    return {"type": "object", "properties": members, "required": [*members][:1]}


_NAMES = st.sampled_from(["title", "price", "tags", "deleted_at", "x"])
_SCALARS = st.one_of(
    st.builds(_text, st.integers(0, 60), st.integers(0, 60)),
    st.builds(_integer, st.integers(-99, 99), st.integers(0, 99)),
    st.builds(_number, st.integers(-9, 9), st.integers(1, 9)),
    st.sampled_from([{"type": "string", "format": form} for form in _FORMATS.split()]),
    st.just({"type": ["boolean", "null"]}),
)
_SCHEMAS = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.builds(_array, inner, st.integers(0, 3)),
        st.builds(_object, st.dictionaries(_NAMES, inner, max_size=3)),
        st.builds(lambda parts: {"anyOf": parts}, st.lists(inner, min_size=1, max_size=2)),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(_SCHEMAS)
def test_every_schema_of_these_kinds_has_a_valid_sample(schema: Any) -> None:
    node = schema_of(schema)

    made = Maker().sample(node, "title")

    assert is_valid(node, made)
    assert Maker().sample(schema_of(schema), "title") == made
