"""A rejected value is explained: where, which keyword, which limit, and in how many words at most."""

from typing import Any

import pytest

from freehold.contract.validation.faults import MOST_FAULTS, find_faults
from freehold.contract.validation.validators import ContractSchemas
from tests.support.measuring.cpu import calls_of

SCHEMA = "/components/schemas/Value"
TEXT = {"type": "string", "minLength": 1, "maxLength": 3}
PET = {
    "oneOf": [
        {
            "type": "object",
            "required": ["kind", "bark"],
            "properties": {"kind": {"const": "dog"}, "bark": TEXT},
        },
        {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "cat"}}},
    ]
}


def faults(schema: Any, value: object) -> list[Any]:
    schemas = ContractSchemas({"openapi": "3.1.0", "components": {"schemas": {"Value": schema}}})
    assert not schemas.validator(SCHEMA).is_valid(value)
    return find_faults(schemas, SCHEMA, value)


def told(schema: Any, value: object) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in faults(schema, value)]


def test_a_fault_has_pointer_code_limit_and_a_sentence() -> None:
    assert faults({"properties": {"a": TEXT}}, {"a": "abcd"}) == [
        {"pointer": "/a", "code": "maxLength", "limit": 3, "detail": "Must be at most 3 characters long."}
    ]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "object", "required": ["a"]}, {}, [("/a", "required")]),
        ({"type": "object"}, [], [("", "type")]),
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"b": 1},
            [("/b", "additionalProperties")],
        ),
        ({"items": TEXT}, ["a", "", 7], [("/1", "minLength"), ("/2", "type")]),
        ({"properties": {"a/b": TEXT}}, {"a/b": ""}, [("/a~1b", "minLength")]),
        ({"allOf": [TEXT, {"pattern": "^a"}]}, "bcde", [("", "maxLength"), ("", "pattern")]),
        ({"anyOf": [TEXT, {"type": "null"}]}, "", [("", "minLength")]),
        ({"anyOf": [TEXT, {"type": "integer"}]}, "", [("", "anyOf")]),
        (PET, {"kind": "dog", "bark": ""}, [("/bark", "minLength")]),
        (PET, {"kind": "cow"}, [("/kind", "discriminator")]),
        (PET, {}, [("/kind", "required")]),
        ({"not": {}}, 1, [("", "not")]),
        ({"if": {"type": "string"}, "then": TEXT}, "", [("", "minLength")]),
        ({"format": "email"}, "nobody", [("", "format")]),
        ({"uniqueItems": True}, [1, 1], [("", "uniqueItems")]),
        ({"enum": ["a", "b"]}, "c", [("", "enum")]),
        ({"prefixItems": [TEXT]}, [""], [("/0", "minLength")]),
        ({"patternProperties": {"^x": TEXT}}, {"x1": ""}, [("/x1", "minLength")]),
        ({"additionalProperties": TEXT}, {"x1": ""}, [("/x1", "minLength")]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, [("/b", "dependentRequired")]),
        (False, 1, [("", "false")]),
    ],
)
def test_faults_point_to_the_value_that_fails(
    schema: Any, value: object, expected: list[tuple[str, str]]
) -> None:
    assert told(schema, value) == expected


def test_no_text_of_a_value_is_repeated() -> None:
    found = faults(
        {"properties": {"a": {"enum": ["x"]}, "b": {"format": "email"}}}, {"a": "secret", "b": "secret"}
    )

    assert "secret" not in str(found)


def test_a_long_unknown_name_is_not_repeated() -> None:
    schema = {"properties": {"a": {}}, "additionalProperties": False}

    assert told(schema, {"x" * 65: 1}) == [("", "additionalProperties")]


def test_the_number_of_faults_is_bounded() -> None:
    assert len(faults({"items": TEXT}, [7] * 100_000)) == MOST_FAULTS


def test_a_recursive_choice_is_cheap_to_explain() -> None:
    branch = {"type": "object", "required": ["a"], "properties": {"a": {"$ref": f"#{SCHEMA}"}}}
    schema = {"anyOf": [branch, branch, {"type": "string"}]}
    value: Any = 7
    for _ in range(30):
        value = {"a": value}

    assert told(schema, value) == [("", "anyOf")]
    assert calls_of(lambda: told(schema, value)) < 10_000  # 2^30 without a limit
