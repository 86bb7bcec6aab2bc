"""What exporters write for values that are not there, and what they leave out."""

import copy
from typing import Any

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
            "schemas": {"description": {}, "Task": {"properties": {"title": {"default": None}}}},
        },
        "x-other": {"description": None},
        "paths": {"/": {"get": {"responses": {"200": {"description": ""}}}}},
    }


def test_names_that_a_contract_chooses_stay() -> None:
    root = {"components": {"schemas": {"Task": {"properties": {"description": None, "tags": None}}}}}

    assert plain_values(root) == {
        "components": {"schemas": {"Task": {"properties": {"description": None, "tags": None}}}}
    }


OBJECT: dict[str, Any] = {"type": "object"}
PLAIN: dict[str, Any] = {"properties": {"a": {"properties": {}}}}
REFERENCE = {"$ref": "#/components/schemas/Task"}


def contract(body: Any, **schemas: Any) -> dict[str, Any]:
    content = {"content": {"application/x-www-form-urlencoded": {"schema": body}}}
    return {"paths": {"/": {"post": {"requestBody": content}}}, "components": {"schemas": schemas}}


@pytest.mark.parametrize("beside", ["enum", "const", "type"])
def test_what_says_its_type_gets_none(beside: str) -> None:
    whole = contract({beside: "x", **PLAIN})

    assert plain_values(copy.deepcopy(whole)) == whole


def test_a_body_with_properties_is_an_object_and_its_values_stay() -> None:
    assert plain_values(contract(copy.deepcopy(PLAIN))) == contract(OBJECT | PLAIN)


@pytest.mark.parametrize(
    "body",
    [
        REFERENCE,
        {"type": "array", "items": REFERENCE},
        {"allOf": [REFERENCE]},
        {"type": "object", "properties": {"rows": {"type": "array", "items": REFERENCE}}},
    ],
    ids=str,
)
def test_so_are_the_rows_in_a_body(body: Any) -> None:
    found = plain_values(contract(body, Task=copy.deepcopy(PLAIN), Other=copy.deepcopy(PLAIN)))

    assert found == contract(body, Task=OBJECT | PLAIN, Other=PLAIN)


def test_a_schema_that_refers_to_itself_is_no_trap() -> None:
    whole = contract(REFERENCE, Task={"allOf": [REFERENCE]})

    assert plain_values(copy.deepcopy(whole)) == whole


def test_parts_of_a_schema_with_a_type_stay() -> None:
    whole = contract({"type": "object", "allOf": [PLAIN], "if": PLAIN, "example": PLAIN})

    assert plain_values(copy.deepcopy(whole)) == whole
