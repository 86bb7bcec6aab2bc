"""What exporters write for values that are not there."""

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
