"""A PUT whose body requires nothing that a new row needs changes only what it sends."""

import json
from typing import Any

import pytest
import yaml

from freehold.contract.operations.inference import operations
from tests.support.contracts import SAMPLE, Load

NEEDS = {
    "the row": ("Task",),
    "the body of the create": ("TaskCreate",),
    "both": ("Task", "TaskCreate"),
    "neither": (),
}


def kind_of_put(load: Load, needs: tuple[str, ...], *, path: str = "/api/tasks", required: bool) -> str:
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    schemas = root["components"]["schemas"]
    for name in ("Task", "TaskCreate", "TaskReplace"):
        is_needed = name in needs or (name == "TaskReplace" and required)
        others = [other for other in schemas[name].get("required", []) if other != "title"]
        schemas[name]["required"] = [*others, *(["title"] if is_needed else [])]
    root["paths"] = {path if key == "/api/tasks" else key: item for key, item in root["paths"].items()}
    return next(o.kind for o in operations(load(json.dumps(root))) if o.method == "put")


@pytest.mark.parametrize("path", ["/api/tasks", "/api/tasks/"])
@pytest.mark.parametrize("needs", NEEDS)
def test_a_body_that_requires_nothing_of_what_is_needed_is_an_update(
    load: Load, needs: str, path: str
) -> None:
    expected = "replace" if needs == "neither" else "update"

    assert kind_of_put(load, NEEDS[needs], path=path, required=False) == expected


@pytest.mark.parametrize("needs", NEEDS)
def test_a_body_that_requires_it_replaces(load: Load, needs: str) -> None:
    assert kind_of_put(load, NEEDS[needs], required=True) == "replace"


@pytest.mark.parametrize("sent", ["note", "nothing"])
def test_a_body_without_a_property_of_the_row_changes_nothing(load: Load, sent: str) -> None:
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    properties = {"note": {"type": "string"}} if sent == "note" else {}
    root["components"]["schemas"]["TaskReplace"] = {"type": "object", "properties": properties}

    kinds = [o.kind for o in operations(load(json.dumps(root))) if o.method == "put"]

    assert kinds == ["update"]
