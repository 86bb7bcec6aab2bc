"""Schemas of OpenAPI 3.0 and 3.1 mean the same as their translation to JSON Schema 2020-12."""

from typing import Any

import pytest

from freehold.contract.validation.schema_dialect import SHARED_PATTERN, to_2020_12
from freehold.contract.validation.validators import ContractSchemas
from freehold.reading.json_pointers import resolve_pointer

SCHEMA = "/components/schemas/Value"
STRING = {"type": "string"}


def document(schema: Any, version: str, **others: Any) -> dict[str, Any]:
    return {"openapi": version, "components": {"schemas": {"Value": schema, **others}}}


def accepts(schema: Any, version: str, value: object, **others: Any) -> bool:
    schemas = ContractSchemas(document(schema, version, **others))
    return bool(schemas.validator(SCHEMA).is_valid(value))


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        (STRING | {"nullable": True}, None, True),
        (STRING | {"nullable": False}, None, False),
        (STRING | {"nullable": True, "enum": ["a"]}, None, False),
        (STRING | {"nullable": True, "enum": ["a", None]}, None, True),
        ({"allOf": [STRING], "nullable": True}, None, True),
        ({"allOf": [STRING], "nullable": True}, 7, False),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 1, False),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": False}, 1, True),
        ({"type": "integer", "maximum": 9, "exclusiveMaximum": True}, 9, False),
        ({"type": "array", "items": STRING | {"nullable": True}}, ["a", None], True),
        ({"type": "object", "properties": {"nullable": STRING}}, {"nullable": 7}, False),
        (STRING | {"const": "a"}, "b", True),  # 3.0 does not have const
        ({"$ref": "#/components/schemas/Text", "minLength": 9}, "a", True),
    ],
)
def test_openapi_3_0_has_keywords_of_its_own(schema: Any, value: object, valid: bool) -> None:
    assert accepts(schema, "3.0.3", value, Text=STRING) is valid


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        (STRING | {"nullable": True}, None, False),
        (STRING | {"const": "a"}, "b", False),
        ({"$ref": "#/components/schemas/Text", "minLength": 9}, "a", False),
        ({"type": "integer", "exclusiveMinimum": 1}, 1, False),
        ({"type": "array", "prefixItems": [STRING], "items": False}, ["a"], True),
        ({"type": "array", "prefixItems": [STRING], "items": False}, ["a", "b"], False),
        (False, 1, False),
    ],
)
def test_openapi_3_1_is_json_schema_2020_12(schema: Any, value: object, valid: bool) -> None:
    assert accepts(schema, "3.1.0", value, Text=STRING) is valid


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ({"format": "int32"}, 2**31 - 1, True),
        ({"format": "int32"}, 2**31, False),
        ({"format": "int64"}, -(2**63), True),
        ({"format": "int64"}, 2**63, False),
        ({"format": "int64", "maximum": 9}, 10, False),
    ],
)
def test_the_formats_of_integers_are_limits(
    version: str, schema: dict[str, Any], value: int, valid: bool
) -> None:
    assert accepts({"type": "integer"} | schema, version, value) is valid


def test_the_document_is_copied() -> None:
    original = document({"type": "string", "nullable": True}, "3.0.3")

    to_2020_12(original)

    assert original == document({"type": "string", "nullable": True}, "3.0.3")


def test_schemas_of_parameters_and_bodies_are_translated_where_they_are() -> None:
    content = {"application/json": {"schema": STRING | {"nullable": True}, "example": {"schema": 1}}}
    paths = {"/tasks": {"post": {"requestBody": {"content": content}}}}

    schemas = ContractSchemas({"openapi": "3.0.3", "paths": paths})

    body = "/paths/~1tasks/post/requestBody/content/application~1json"
    assert schemas.validator(f"{body}/schema").is_valid(None)
    assert resolve_pointer(schemas.root, f"{body}/example") == {"schema": 1}


def test_a_large_pattern_is_shared_between_schemas() -> None:
    pattern = r"^[\p{L} ]{1,200}$"
    schemas = ContractSchemas(
        document({"properties": {"a": {"pattern": pattern}, "b": {"pattern": pattern}}}, "3.1.0")
    )

    assert resolve_pointer(schemas.root, f"{SCHEMA}/properties/a") == {SHARED_PATTERN: pattern}
    assert schemas.validator(SCHEMA).is_valid({"a": "Zoë", "b": "李"})
    assert not schemas.validator(SCHEMA).is_valid({"a": "Zoë", "b": "7"})
