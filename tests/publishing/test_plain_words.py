"""Null is a type, and values have types: generators of clients know these words."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.contract.validation.validators import ContractSchemas
from freehold.publishing.schemas.plain_words import use_plain_words
from tests.publishing.test_compositions import in_3_0
from tests.support.thoroughness import count

NULL: Any = {"type": "null"}
NULL_OF_3_0: Any = {"nullable": True, "enum": [None]}
TEXT: Any = {"type": "string", "maxLength": 3}


def plain(schema: Any, version: str = "3.1.0") -> Any:
    root = {"openapi": version, "components": {"schemas": {"A": {"properties": {"a": schema}}}}}
    root = json.loads(json.dumps(root))
    use_plain_words(root)
    return root["components"]["schemas"]["A"]["properties"]["a"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"anyOf": [TEXT, NULL], "title": "T"}, {"title": "T", **TEXT, "type": ["string", "null"]}),
        ({"oneOf": [NULL, {"type": "string", "title": "T"}]}, {"title": "T", "type": ["string", "null"]}),
        (
            {"anyOf": [{"type": "string", "enum": ["a", "b"]}, NULL]},
            {"anyOf": [{"type": "string", "enum": ["a", "b"]}, NULL]},
        ),
        (
            {"type": ["string", "null"], "enum": ["a", None], "title": "T"},
            {"title": "T", "anyOf": [{"type": "string", "enum": ["a"]}, NULL]},
        ),
        (
            {"anyOf": [{"type": "string", "const": "a"}, NULL]},
            {"anyOf": [{"type": "string", "enum": ["a"], "const": "a"}, NULL]},
        ),
        ({"const": "a"}, {"type": "string", "enum": ["a"], "const": "a"}),
        ({"const": None}, {"type": "null", "enum": [None], "const": None}),
        ({"const": True}, {"type": "boolean", "enum": [True], "const": True}),
        ({"enum": [1, 2]}, {"type": "integer", "enum": [1, 2]}),
        ({"enum": [1, 2.5, None]}, {"anyOf": [{"type": "number", "enum": [1, 2.5]}, NULL]}),
        ({"type": ["string", "null"], "enum": ["a"]}, {"type": "string", "enum": ["a"]}),
        ({"type": "string", "enum": ["a", None]}, {"type": "string", "enum": ["a"]}),
        ({"type": ["string"]}, {"type": "string"}),
    ],
)
def test_what_openapi_3_1_says(schema: Any, expected: Any) -> None:
    found = plain(schema)

    assert found == expected
    assert [*found] == [*expected]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"anyOf": [TEXT, NULL_OF_3_0]}, TEXT | {"nullable": True}),
        ({"enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b"]}),
        ({"type": "string", "nullable": True, "enum": ["a"]}, {"type": "string", "enum": ["a"]}),
        ({"type": "string", "enum": ["a", None]}, {"type": "string", "enum": ["a"]}),
    ],
)
def test_what_openapi_3_0_says(schema: Any, expected: Any) -> None:
    assert plain(schema, "3.0.3") == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"$ref": "#/components/schemas/A"}, NULL]},
        {"anyOf": [{"type": "object"}, NULL]},
        {"anyOf": [TEXT, {"type": "integer"}, NULL]},
        {"anyOf": [TEXT | {"not": {"type": "integer"}}, NULL]},
        {"anyOf": [TEXT, NULL], "maxLength": 2},
        {"anyOf": [{"type": "string", "enum": ["a"]}, NULL]},
    ],
)
def test_what_stays(schema: Any) -> None:
    assert plain(schema) == schema


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"$ref": "#/components/schemas/A"}, NULL_OF_3_0]},
        {"type": "string", "nullable": True, "enum": ["a", None]},
    ],
)
def test_what_stays_in_3_0(schema: Any) -> None:
    assert plain(schema, "3.0.3") == schema


VALUES: Any = st.sampled_from(["a", "b", "abcd", 1, 1.0, 2.5, True, False, None, 0])
KINDS: Any = st.sampled_from(
    ["string", "integer", "number", "boolean", ["string", "null"], ["integer"], "null"]
)
SIMPLE: Any = st.fixed_dictionaries({}, optional={
    "type": KINDS, "enum": st.lists(VALUES, min_size=1, max_size=3), "maxLength": st.just(2),
    "const": VALUES, "minimum": st.just(1), "title": st.just("For people.")})  # fmt: skip
NULLS: Any = st.sampled_from([NULL, {"type": "null", "title": "None"}])
EITHER: Any = st.tuples(st.sampled_from(["anyOf", "oneOf"]), SIMPLE, NULLS, st.booleans()).map(
    lambda drawn: {drawn[0]: [drawn[1], drawn[2]] if drawn[3] else [drawn[2], drawn[1]]}
)


@settings(max_examples=count("PLAIN_WORDS", short=400, long=2_000), deadline=None)
@given(st.one_of(SIMPLE, EITHER), VALUES, st.booleans())
def test_the_plain_schema_accepts_the_same(schema: Any, value: Any, old: bool) -> None:
    version = "3.0.3" if old else "3.1.0"
    whole = {"type": "object", "properties": {"a": _in_3_0(schema) if old else schema}}
    documents = [
        {"openapi": version, "components": {"schemas": {"A": json.loads(json.dumps(whole))}}} for _ in "12"
    ]
    use_plain_words(documents[1])

    judged = [
        ContractSchemas(root).validator("/components/schemas/A").is_valid({"a": value}) for root in documents
    ]

    assert judged[0] == judged[1], documents[1]


def _in_3_0(schema: Any) -> Any:
    """The same in words of OpenAPI 3.0, where null is a value of an enum and no type."""
    if isinstance(schema, list):
        return [_in_3_0(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "null":
        return dict(NULL_OF_3_0)
    made = {word: part if word == "enum" else _in_3_0(part) for word, part in in_3_0(schema).items()}
    if isinstance(made.get("type"), list):
        kinds = [kind for kind in made["type"] if kind != "null"]
        made |= {"type": kinds[0]} | ({"nullable": True} if "null" in made["type"] else {})
    return made
