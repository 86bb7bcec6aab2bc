"""What exporters write for values that are not there, and what they leave out."""

import copy

import pytest

from freehold.contract.normalizing.plain_values import plain_values


def test_describing_keys_that_are_null_are_left_out() -> None:
    schema = {"title": None, "properties": {"title": {"description": None, "default": None}}}
    root = {
        "info": {"version": 1.5, "summary": None},
        "components": {"schemas": {"description": {"description": None}, "Task": schema}},
        "x-other": {"description": None},
        "paths": {
            "/": {"get": {"description": None, "responses": {"200": {"description": "", "headers": None}}}}
        },
    }

    assert plain_values(root) == {
        "info": {"version": "1.5"},
        "components": {
            "schemas": {
                "description": {},
                "Task": {"type": "object", "properties": {"title": {"default": None}}},
            },
        },
        "x-other": {"description": None},
        "paths": {"/": {"get": {"responses": {"200": {"description": ""}}}}},
    }


def test_names_that_a_contract_chooses_stay() -> None:
    root = {"components": {"schemas": {"Task": {"properties": {"description": None, "tags": None}}}}}

    assert plain_values(root) == {
        "components": {
            "schemas": {"Task": {"type": "object", "properties": {"description": None, "tags": None}}}
        }
    }


@pytest.mark.parametrize("beside", ["$ref", "enum", "const", "type"])
def test_what_says_its_type_gets_none(beside: str) -> None:
    schema = {beside: "x", "properties": {"a": {}}}

    assert plain_values({"schema": dict(schema)}) == {"schema": schema}


def test_a_schema_with_properties_is_an_object_wherever_it_stands() -> None:
    root = {"items": {"properties": {"properties": {"properties": {}}, "type": {"type": "string"}}}}

    inner = {"type": "object", "properties": {}}
    typed = {"type": "object", "properties": {"properties": inner, "type": {"type": "string"}}}
    assert plain_values(root) == {"items": typed}


def test_conditions_and_parts_of_a_typed_schema_and_data_stay() -> None:
    part = {"properties": {"a": {"const": 1}}}
    schema = {"type": "object", "allOf": [part], "if": part, "not": part, "example": part, "x-own": part}

    assert plain_values({"schema": copy.deepcopy(schema)}) == {"schema": schema}
    assert plain_values({"allOf": [copy.deepcopy(part)]}) == {"allOf": [{"type": "object"} | part]}
