"""The comparison of two documents finds what breaks clients, and nothing else."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.real_contracts.public_api import breaking_changes

TASK = {
    "type": "object",
    "required": ["id", "title"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "title": {"type": "string"},
        "tags": {"type": "array"},
    },
}
BODY = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}}}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/tasks": {
            "parameters": [{"name": "q", "in": "query"}],
            "post": {
                "requestBody": BODY,
                "responses": {"201": {**BODY, "headers": {"X-Id": {}}}, "404": {"description": ""}},
            },
        }
    },
    "components": {"schemas": {"Task": TASK}},
}


def operation(root: Any) -> Any:
    return root["paths"]["/tasks"]["post"]


def schema(root: Any) -> Any:
    return root["components"]["schemas"]["Task"]


BREAKING: dict[str, Callable[[Any], Any]] = {
    "path": lambda root: root["paths"].clear(),
    "parameter": lambda root: root["paths"]["/tasks"]["parameters"].clear(),
    "status": lambda root: operation(root)["responses"].pop("404"),
    "header": lambda root: operation(root)["responses"]["201"].pop("headers"),
    "media type": lambda root: operation(root)["responses"]["201"]["content"].clear(),
    "request": lambda root: schema(root).update(additionalProperties=False),
    "response": lambda root: schema(root)["properties"].pop("tags"),
}
COMPATIBLE: dict[str, Callable[[Any], Any]] = {
    "another status": lambda root: operation(root)["responses"].update({"500": {"description": ""}}),
    "another property": lambda root: schema(root)["properties"].update({"note": {"type": "string"}}),
    "a description": lambda root: operation(root).update(description="x"),
    "an optional parameter": lambda root: root["paths"]["/tasks"]["parameters"].append(
        {"name": "p", "in": "query"}
    ),
}


@pytest.mark.parametrize("kind", BREAKING)
def test_a_breaking_change_is_found(kind: str) -> None:
    changed = copy.deepcopy(DOCUMENT)

    BREAKING[kind](changed)

    assert kind in {change.kind for change in breaking_changes(DOCUMENT, changed)}


@pytest.mark.parametrize("what", COMPATIBLE)
def test_a_compatible_change_is_none(what: str) -> None:
    changed = copy.deepcopy(DOCUMENT)

    COMPATIBLE[what](changed)

    assert breaking_changes(DOCUMENT, changed) == []
