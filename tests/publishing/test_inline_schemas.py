"""Enums and objects inside other schemas get names that a person would give them."""

import json
from typing import Any

import pytest

from freehold.publishing.schemas.inline_schemas import Relatives, name_inline_schemas
from freehold.publishing.served_document import build_served_document
from freehold.publishing.tree import schemas_in
from tests.publishing.documents import effective, every_contract

STATES = {"type": "string", "enum": ["open", "done"]}
SIZE: dict[str, Any] = {"type": "object", "properties": {"unit": {"type": "string", "enum": ["cm", "in"]}}}
RELATIVES = Relatives({"Task": "Task", "TaskCreate": "Task"}, {("listTasks", "state"): ("Task", "status")})


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def named(
    *, version: str = "3.1.0", parameters: list[Any] | None = None, **schemas: Any
) -> tuple[dict[str, Any], list[Any]]:
    """The schemas afterwards, and the schemas of the parameters of listTasks."""
    operation = {"operationId": "listTasks", "parameters": parameters or []}
    root: dict[str, Any] = {"openapi": version, "paths": {"/tasks": {"get": operation}}}
    root = json.loads(json.dumps(root | {"components": {"schemas": schemas}}))
    name_inline_schemas(root, RELATIVES)
    found = root["paths"]["/tasks"]["get"]["parameters"]
    return root["components"]["schemas"], [parameter["schema"] for parameter in found]


def of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def test_a_row_and_its_requests_share_a_schema() -> None:
    create = of(status=STATES | {"description": "Where it is."}, size=SIZE)

    schemas, _ = named(
        TaskCreate=create, Task=of(status=STATES, size=SIZE), Other=of(status=STATES),
        PatchedOtherRequest=of(status=STATES), Input=of(status=STATES),
    )  # fmt: skip

    assert schemas["Task"]["properties"] == {"status": ref("TaskStatus"), "size": ref("TaskSize")}
    assert schemas["TaskCreate"]["properties"] == {
        "status": {"description": "Where it is."} | ref("TaskStatus"), "size": ref("TaskSize"),
    }  # fmt: skip
    assert schemas["Other"]["properties"] == {"status": ref("OtherStatus")}
    assert schemas["PatchedOtherRequest"] == schemas["Other"]
    assert schemas["Input"]["properties"] == {"status": ref("InputStatus")}
    assert schemas["TaskStatus"] == STATES
    assert schemas["TaskSize"] == of(unit=ref("TaskSizeUnit"))


def test_what_differs_gets_a_name_of_its_own() -> None:
    fewer = {"type": "string", "enum": ["open", "late"]}

    schemas, _ = named(Task=of(status=STATES), TaskCreate=of(status=fewer))

    assert schemas["TaskCreate"]["properties"]["status"] == ref("TaskCreateStatus")
    assert schemas["TaskCreateStatus"] == fewer


def test_names_of_the_contract_come_first() -> None:
    taken: dict[str, Any] = {
        "TaskStatus": {"type": "integer"},
        "TaskSize": of(unit={}) | {"description": "How large."},
    }

    schemas, _ = named(**taken, Task=of(status=STATES, Status=STATES, size=of(unit={})))

    assert schemas["TaskStatus"] == {"type": "integer"}
    assert schemas["Task"]["properties"] == {
        "status": ref("TaskStatus2"), "Status": ref("TaskStatus2"), "size": ref("TaskSize"),
    }  # fmt: skip
    assert schemas["TaskStatus2"] == STATES


def test_items_values_and_alternatives_have_names_too() -> None:
    circle = of(kind={"type": "string", "const": "circle", "enum": ["circle"]}, radius={})
    schema = of(
        tags={"type": "array", "items": STATES},
        prices={"type": "object", "additionalProperties": SIZE},
        shape={"oneOf": [circle, SIZE]},
        place={"anyOf": [SIZE, {"type": "null"}]},
    )

    schemas, _ = named(Task=schema, Tasks={"type": "array", "items": SIZE})

    assert schemas["Task"]["properties"] == {
        "tags": {"type": "array", "items": ref("TaskTag")},
        "prices": {"type": "object", "additionalProperties": ref("TaskPricesValue")},
        "shape": {"oneOf": [ref("TaskShapeCircle"), ref("TaskShapeOption2")]},
        "place": {"anyOf": [ref("TaskPlace"), {"type": "null"}]},
    }
    assert schemas["Tasks"]["items"] == ref("TasksItem")


@pytest.mark.parametrize(
    ("version", "schema", "expected"),
    [
        (
            "3.1.0",
            {"type": ["string", "null"], "enum": ["open", "done", None], "title": "T"},
            {"title": "T", "anyOf": [ref("TaskStatus"), {"type": "null"}]},
        ),
        ("3.0.3", STATES | {"title": "T"}, {"title": "T", "allOf": [ref("TaskStatus")]}),
        ("3.0.3", STATES, ref("TaskStatus")),
    ],
)
def test_null_and_texts_stay_beside_the_reference(version: str, schema: Any, expected: Any) -> None:
    schemas, _ = named(version=version, Task=of(status=schema))

    assert schemas["Task"]["properties"]["status"] == expected
    assert schemas["TaskStatus"] == STATES


def test_null_is_in_the_named_schema_in_openapi_3_0() -> None:
    nullable = {"type": "string", "nullable": True, "enum": ["open", "done", None]}

    schemas, _ = named(
        version="3.0.3", Task=of(status=STATES, other=nullable), TaskCreate=of(status=nullable)
    )

    assert schemas["Task"]["properties"] == {"status": ref("TaskStatus"), "other": ref("TaskOther")}
    assert schemas["TaskCreate"]["properties"] == {"status": ref("TaskCreateStatus")}
    assert schemas["TaskStatus"] == STATES
    assert schemas["TaskOther"] == schemas["TaskCreateStatus"] == nullable


def test_a_filter_shares_the_schema_of_the_property() -> None:
    parameters = [
        {"name": "state", "in": "query", "schema": {"type": "array", "items": STATES}},
        {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["a", "-a"], "default": "a"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    ]

    schemas, found = named(parameters=parameters, Task=of(status=STATES))

    assert found == [
        {"type": "array", "items": ref("TaskStatus")},
        ref("ListTasksSort") | {"default": "a"},
        {"type": "integer"},
    ]
    assert schemas["ListTasksSort"] == {"type": "string", "enum": ["a", "-a"]}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "const": "a", "enum": ["a"]},
        {"type": "string", "enum": ["a"]},
        {"enum": ["a", 1]},
        {"type": "object", "additionalProperties": True},
        {"type": "boolean", "enum": [True, False]},
        {"properties": {"a": {}}},
    ],
)
def test_what_needs_no_name_has_none(schema: Any) -> None:
    assert named(Task=of(a=schema))[0] == {"Task": of(a=schema)}


@every_contract
def test_no_enum_and_no_object_is_left_without_a_name(name: str) -> None:
    served = build_served_document(effective(name)).root["components"]["schemas"]

    inside = [part for schema in served.values() for part in schemas_in(schema) if part is not schema]

    assert not [part for part in inside if len({*part.get("enum", ())} - {None}) > 1]
    assert not [part for part in inside if part.get("properties")]
