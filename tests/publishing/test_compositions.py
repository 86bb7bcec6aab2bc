"""A schema that is composed of parts becomes one that accepts the same values."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.contract.validation.validators import ContractSchemas
from freehold.publishing.schemas.compositions import merge_compositions
from tests.support.thoroughness import count

NAMES = st.sampled_from(["a", "b", "c", "x-1"])
TEXTS = st.fixed_dictionaries({}, optional={"type": st.just("string"), "maxLength": st.integers(0, 2)})
NUMBERS = st.fixed_dictionaries({"type": st.sampled_from(["integer", "number"])}, optional={
    "minimum": st.integers(0, 3), "maximum": st.integers(2, 5)})  # fmt: skip
ONE_VALUE = st.sampled_from([{"enum": ["", "abc", 3]}, {"const": 1}, {"const": True}])
ITEMS: Any = st.one_of(TEXTS, st.sampled_from([{"type": "object"}, {"$ref": "#/components/schemas/C"}]))
LISTS: Any = st.fixed_dictionaries({"type": st.just("array")}, optional={"items": ITEMS})
SCALARS = st.one_of(LISTS, TEXTS, NUMBERS, ONE_VALUE, st.just({"type": ["string", "null"]}))
REST = st.one_of(st.sampled_from([True, False, {}]), SCALARS)
PLAIN: Any = st.fixed_dictionaries({}, optional={
    "type": st.just("object"), "properties": st.dictionaries(NAMES, SCALARS, max_size=3),
    "required": st.lists(NAMES, max_size=2, unique=True), "description": st.just("For people.")})  # fmt: skip
OTHERS: Any = st.fixed_dictionaries({}, optional={
    "additionalProperties": REST, "patternProperties": st.dictionaries(st.just("^[ax]"), SCALARS),
    "minProperties": st.integers(0, 2), "maxProperties": st.integers(1, 3),
    "not": st.sampled_from([{"required": ["a"]}, {"anyOf": [{"required": ["b"]}, {"required": ["c"]}]}]),
    "anyOf": st.lists(PLAIN, min_size=1, max_size=2), "if": PLAIN, "then": PLAIN,
    "dependentRequired": st.just({"a": ["b"]}), "unevaluatedProperties": st.sampled_from([False, True]),
})  # fmt: skip
PARTS: Any = st.tuples(PLAIN, st.one_of(st.just({}), OTHERS)).map(lambda both: both[0] | both[1])
REFERENCES = st.sampled_from([{"$ref": "#/components/schemas/B"}, {"$ref": "#/components/schemas/C"}])
NESTED = st.lists(st.one_of(PARTS, REFERENCES), min_size=1, max_size=3).map(lambda parts: {"allOf": parts})
COMPOSED: Any = st.tuples(NESTED, st.one_of(st.just({}), PARTS)).map(lambda both: both[0] | both[1])
VALUES: Any = st.one_of(
    st.dictionaries(
        NAMES,
        st.sampled_from(["", "abc", 0, 1, 3, True, None, 2.5, [], [{}], ["a"], [{"a": ""}, {"b": 1}]]),
        max_size=4,
    ),
    st.sampled_from(["", 1, None, []]),
)
ONLY_IN_3_1 = {"patternProperties", "if", "then", "dependentRequired", "unevaluatedProperties"}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def in_3_0(schema: Any) -> Any:
    """The same in words of OpenAPI 3.0, as far as it has them."""
    if isinstance(schema, list):
        return [in_3_0(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {word: in_3_0(part) for word, part in schema.items() if word not in ONLY_IN_3_1}
    if "const" in made:
        made["enum"] = [made.pop("const")]
    return made | ({"type": "string", "nullable": True} if made.get("type") == ["string", "null"] else {})


def document(version: str = "3.1.0", **schemas: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps({"openapi": version, "components": {"schemas": schemas}}))
    return made


def merged(version: str = "3.1.0", **schemas: Any) -> dict[str, Any]:
    root = document(version, **schemas)
    merge_compositions(root)
    found: dict[str, Any] = root["components"]["schemas"]
    return found


@pytest.mark.long
@settings(max_examples=count("COMPOSITIONS", short=150, long=1_500), deadline=None)
@given(COMPOSED, COMPOSED, PARTS, st.lists(VALUES, min_size=8, max_size=8))
def test_the_merged_schema_accepts_the_same(one: Any, other: Any, part: Any, values: list[Any]) -> None:
    schemas = {"A": one, "B": other, "C": part}

    assert_same(document(**schemas), document(**merged(**schemas)), values)


@settings(max_examples=count("COMPOSITIONS_3_0", short=100, long=500), deadline=None)
@given(COMPOSED, PARTS, st.booleans(), st.lists(VALUES, min_size=8, max_size=8))
def test_the_same_in_openapi_3_0(one: Any, part: Any, nullable: bool, values: list[Any]) -> None:
    schemas = in_3_0({"A": one | ({"nullable": True} if nullable else {}), "B": part, "C": part})
    schemas["C"] |= {"nullable": not nullable}

    assert_same(document("3.0.3", **schemas), document("3.0.3", **merged("3.0.3", **schemas)), values)


def assert_same(before: dict[str, Any], after: dict[str, Any], values: list[Any]) -> None:
    for name in before["components"]["schemas"]:
        judges = [ContractSchemas(root).validator(f"/components/schemas/{name}") for root in (before, after)]
        for value in values:
            accepted = [judge.is_valid(value) for judge in judges]
            assert accepted[0] == accepted[1], f"{name} {value!r}: {after['components']['schemas'][name]}"


A, B = {"type": "object", "properties": {"a": {"type": "string"}}}, {"properties": {"b": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            {"allOf": [ref("A"), B], "unevaluatedProperties": False, "description": "Both."},
            {
                "description": "Both.", "type": "object", "additionalProperties": False,
                "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
            },
        ),
        (
            {"allOf": [ref("A"), {"properties": {"a": {"maxLength": 3}}, "required": ["a"]}]},
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "maxLength": 3}}},
        ),
        (
            {"allOf": [ref("A"), {"not": {"anyOf": [{"required": ["id"]}]}}], "unevaluatedProperties": False},
            {"type": "object", "additionalProperties": False, "properties": {"a": {"type": "string"}}},
        ),
        (
            {"type": "object", "properties": {"a": {}}, "unevaluatedProperties": False},
            {"type": "object", "additionalProperties": False, "properties": {"a": {}}},
        ),
        ({"allOf": [{"type": "string"}, {"maxLength": 3}]}, {"type": "string", "maxLength": 3}),
        (
            {
                "allOf": [
                    {"properties": {"data": {"type": "array", "items": {"type": "object"}}}},
                    {"properties": {"data": {"description": "Rows.", "type": "array", "items": ref("A")}}},
                ]
            },
            {"properties": {"data": {"description": "Rows.", "type": "array", "items": ref("A")}}},
        ),
    ],
)  # fmt: skip
def test_parts_become_one_object(schema: Any, expected: Any) -> None:
    assert merged(A=A, X=schema)["X"] == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [ref("A")], "description": "A reference with a text."},
        {"allOf": [ref("A"), {"properties": {"a": {"type": "integer"}}}]},
        {"allOf": [ref("Closed"), {"properties": {"b": {}}}]},
        {"allOf": [{"anyOf": [A, B]}, {"anyOf": [B]}], "unevaluatedProperties": False},
        {"allOf": [ref("Self"), A]},
        {"allOf": [{"if": {"required": ["a"]}}, {"then": {"required": ["b"]}}]},
        {"allOf": [{"contains": {"type": "string"}}, {"minContains": 2}]},
        {"allOf": [{"prefixItems": [{"type": "string"}]}, {"items": {"type": "integer"}}]},
        {"allOf": [{"type": "string", "format": "decimal"}, {"minimum": 1}]},
        {"allOf": [{"type": "array", "unevaluatedItems": False}, {"items": {"type": "integer"}}]},
    ],
)
def test_what_cannot_be_merged_stays(schema: Any) -> None:
    closed = A | {"additionalProperties": False}

    assert merged(A=A, Closed=closed, Self={"allOf": [ref("Self"), A]}, X=schema)["X"] == schema


def test_a_closed_part_refuses_other_names_already() -> None:
    schema = {"allOf": [ref("Closed"), {"properties": {"b": {}}}], "unevaluatedProperties": False}

    found = merged(Closed={"allOf": [A | {"additionalProperties": False}, {"anyOf": [A]}]}, X=schema)

    assert "unevaluatedProperties" not in found["X"]


def test_parts_of_parts_that_double_are_merged_in_time() -> None:
    levels: dict[str, Any] = {f"L{n}": {"allOf": [ref(f"L{n + 1}")] * 2 + [B]} for n in range(60)}

    assert merged(**levels | {"L60": A})["L0"] == {
        "type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}
    }  # fmt: skip
