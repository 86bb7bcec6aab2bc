"""A parameter of a path that has one value is a part of the path where another one stands beside it."""

import json
from typing import Any

import pytest
import yaml

from freehold.contract.operations.inference import operations
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Load

FORMAT = {"name": "format", "in": "path", "required": True, "schema": {"type": "string", "enum": [".json"]}}
ID = {"name": "task_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


def paths(load: Load, path: str, item: dict[str, Any], *, shared: dict[str, Any] = FORMAT) -> tuple[Any, Any]:
    """The document with this path, and the paths of its operations that stand for it."""
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    root["components"].setdefault("parameters", {})["Format"] = shared
    root["paths"][path] = item
    document = load(json.dumps(root))
    return document, [o.path for o in operations(document) if o.id in ("exported", "removed")]


def operation(name: str, *parameters: object, status: str = "204") -> dict[str, Any]:
    responses = {status: {"description": "It."}}
    return {
        "operationId": name,
        "x-operation": "custom",
        "parameters": [*parameters],
        "responses": responses,
    }


@pytest.mark.parametrize("shared", [FORMAT, FORMAT | {"schema": {"const": ".json"}}])
@pytest.mark.parametrize(
    "item",
    [
        {"get": operation("exported", FORMAT, ID), "delete": operation("removed", ID, FORMAT)},
        {"parameters": [ID, FORMAT], "get": operation("exported"), "delete": operation("removed")},
        {
            "parameters": [{"$ref": "#/components/parameters/Format"}],
            "get": operation("exported", ID),
            "delete": operation("removed", ID),
        },
    ],
)
def test_it_becomes_a_part_of_the_path(load: Load, item: dict[str, Any], shared: dict[str, Any]) -> None:
    document, found = paths(load, "/api/tasks/{task_id}{format}", item, shared=shared)

    assert found == ["/api/tasks/{task_id}.json", "/api/tasks/{task_id}.json"]
    assert [note.code for note in document.notes] == ["FH908"]
    for code in ("FH111", "FH310"):
        assert registry.problems_of(code, document) == []
    assert [note.column > 1 for note in document.notes] == [True]


@pytest.mark.parametrize(
    "other",
    [
        FORMAT | {"schema": {"type": "string", "enum": [".json", ".xml"]}},
        FORMAT | {"schema": {"type": "string"}},
        FORMAT | {"schema": {"type": "string", "enum": ["/json"]}},
        FORMAT | {"schema": {"type": "integer", "enum": [1]}},
    ],
)
def test_it_stays_a_parameter_where_it_has_other_values(load: Load, other: dict[str, Any]) -> None:
    item = {"get": operation("exported", ID, FORMAT), "delete": operation("removed", ID, other)}

    document, found = paths(load, "/api/tasks/{task_id}{format}", item)

    assert found == ["/api/tasks/{task_id}{format}"] * 2
    assert len(registry.problems_of("FH111", document)) == 1


def test_a_parameter_that_stands_alone_stays(load: Load) -> None:
    document, found = paths(load, "/api/tasks/{task_id}/{format}", {"get": operation("exported", ID, FORMAT)})

    assert found == ["/api/tasks/{task_id}/{format}"]
    assert document.notes == ()


def test_two_paths_never_become_one(load: Load) -> None:
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    root["paths"]["/api/tasks/{task_id}.json"] = {"get": operation("exported", ID)}
    root["paths"]["/api/tasks/{task_id}{format}"] = {"delete": operation("removed", ID, FORMAT)}

    found = {o.id: o.path for o in operations(load(json.dumps(root)))}

    assert found["exported"] == "/api/tasks/{task_id}.json"
    assert found["removed"] == "/api/tasks/{task_id}{format}"


def test_it_stays_where_an_operation_does_not_declare_it(load: Load) -> None:
    item = {"get": operation("exported", ID, FORMAT), "delete": operation("removed", ID)}

    document, found = paths(load, "/api/tasks/{task_id}{format}", item)

    assert found == ["/api/tasks/{task_id}{format}"] * 2
    assert len(registry.problems_of("FH310", document)) == 1


def test_a_problem_of_another_parameter_keeps_its_place(load: Load) -> None:
    wrong = {**ID, "required": False}
    text = json.dumps({"get": operation("exported", FORMAT, wrong)}, indent=1)
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    root["paths"]["/api/tasks/{task_id}{format}"] = "HERE"
    whole = json.dumps(root, indent=1).replace('"HERE"', text)
    document = load(whole)

    (problem,) = registry.problems_of("FH310", document)

    assert whole.splitlines()[problem.line].strip() == '"name": "task_id",'
