"""Paths that differ in the names of their parameters alone are one collection."""

import json
from typing import Any

import pytest

from freehold.contract.operations.inference import operations
from tests.support.contracts import Load

ROW = {"description": "D", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}}}
BODY = {
    "required": True,
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}},
}
ID: dict[str, Any] = {"type": "string", "format": "uuid", "readOnly": True}


def schema(**options: Any) -> dict[str, Any]:
    properties = {"id": ID, "title": {"type": "string"}}
    return {
        "type": "object",
        "x-resource": options,
        "required": ["id", "title"],
        "properties": properties,
    }


def parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


@pytest.mark.parametrize("names", [("id", "project_id", "id"), ("project_id", "project_id", "task_id")])
@pytest.mark.parametrize("status", ["200", "201", "202"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_a_create_and_the_get_of_its_row_are_found(
    load: Load, names: tuple[str, str, str], status: str, slash: str
) -> None:
    above, around, own = names
    root = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "security": [{"token": []}],
        "paths": {
            f"/projects/{{{above}}}/tasks{slash}": {
                "parameters": [parameter(above)],
                "post": {"operationId": "createTask", "requestBody": BODY, "responses": {status: ROW}},
            },
            f"/projects/{{{around}}}/tasks/{{{own}}}{slash}": {
                "parameters": [parameter(own), parameter(around)],
                "get": {"operationId": "getTask", "responses": {"200": ROW}},
            },
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Project": schema(), "Task": schema(parent={"resource": "Project"})},
        },
    }

    kinds = {o.id: (o.kind, o.resource) for o in operations(load(json.dumps(root)))}

    assert kinds == {"createTask": ("create", "Task"), "getTask": ("get", "Task")}
