"""A body with an envelope writes the row that is in it, as a body without one does."""

import json
from itertools import product
from typing import Any

import pytest
import yaml

from freehold.building.model import OperationModel
from freehold.contract.effective_contract import build_effective_contract
from freehold.contract.operations.inference import operations
from freehold.contract.rows.column_types import contract_schemas
from tests.support.contracts import SAMPLE, Load, build_api_model

KINDS = {
    "create": ("/api/tasks", "post", "TaskCreate"),
    "replace": ("/api/tasks/{task_id}", "put", "TaskReplace"),
    "update": ("/api/tasks/{task_id}", "patch", "TaskUpdate"),
}
ROWS = ("a schema of its own", "the resource", "inline", "allOf")
ENVELOPES = ("named", "inline")
VERSIONS = ("3.1.0", "3.0.3")


def wrapped(kind: str, row: str, envelope: str, version: str, name: str = "task") -> dict[str, Any]:
    """The sample with an envelope around one of its bodies."""
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    path, method, own = KINDS[kind]
    schemas = root["components"]["schemas"]
    inner: dict[str, Any] = {"$ref": f"#/components/schemas/{'Task' if row == 'the resource' else own}"}
    inner = {"inline": schemas[own], "allOf": {"allOf": [inner]}}.get(row, inner)
    around: dict[str, Any] = {"type": "object", "properties": {name: inner}, "required": [name]}
    schemas[own].pop("additionalProperties")  # schemas with it are not merged
    if row == "the resource":
        del schemas[own]  # it gets this name
    if envelope == "named":
        schemas["Wrapped"] = around
        around = {"$ref": "#/components/schemas/Wrapped"}
    root["paths"][path][method]["requestBody"]["content"] = {"application/json": {"schema": around}}
    return root | {"openapi": version}


def text_of(root: dict[str, Any]) -> str:
    text = json.dumps(root)
    is_3_0 = root["openapi"] == "3.0.3"
    return (
        text.replace('"type": ["string", "null"]', '"type": "string", "nullable": true') if is_3_0 else text
    )


def model(load: Load, root: dict[str, Any], kind: str) -> OperationModel:
    built = build_api_model(load(text_of(root))).resources[0].operations
    return next(o for o in built if o.http_method == KINDS[kind][1] and not o.is_custom)


@pytest.mark.parametrize(("kind", "row"), [*product(KINDS, ROWS)])
def test_the_same_columns_are_written(load: Load, kind: str, row: str) -> None:
    for envelope, version in zip(ENVELOPES, VERSIONS, strict=True):
        plain = model(load, yaml.safe_load(SAMPLE) | {"openapi": version}, kind)
        built = model(load, wrapped(kind, row, envelope, version), kind)

        assert (built.written_columns, built.written_values) == (plain.written_columns, plain.written_values)
        assert built.call_arguments[-1] == f"{plain.call_arguments[-1]}.task"
        assert built.repository_template == plain.repository_template


@pytest.mark.parametrize(("kind", "row"), [*product(KINDS, ROWS)])
def test_the_document_accepts_the_row_in_its_envelope_alone(load: Load, kind: str, row: str) -> None:
    for envelope, version in zip(ENVELOPES, VERSIONS, strict=True):
        whole = build_effective_contract(load(text_of(wrapped(kind, row, envelope, version))))
        operation = next(o for o in operations(whole) if o.kind == kind)
        body = operation.body_schema()

        assert body is not None
        accepts = contract_schemas(whole).validator(body.pointer).is_valid
        assert accepts({"task": {"title": "Water the plants", "description": "All", "completed": True}})
        assert not accepts({"title": "Water the plants"})
        assert not accepts({"task": {"title": ""}})
        assert not accepts({"task": {"title": "x", "id": "2f2f0c8e-0000-4000-8000-000000000000"}})
        assert not accepts({"task": {"title": "x", "owner_id": "somebody"}})
        assert not accepts({"task": {"title": "x"}, "more": 1})
        assert not accepts({"task": None})
        assert not accepts({})


def test_a_row_that_may_be_left_out_of_its_envelope_is_required(load: Load) -> None:
    root = wrapped("update", "a schema of its own", "named", "3.1.0")
    del root["components"]["schemas"]["Wrapped"]["required"]

    whole = build_effective_contract(load(json.dumps(root)))

    assert [note.message for note in whole.notes if note.code == "FH908"] == [
        "task of Wrapped is required: it has the row that updateTask writes"
    ]
    assert whole.root["components"]["schemas"]["Wrapped"]["required"] == ["task"]


@pytest.mark.parametrize(
    ("name", "is_envelope"),
    [("title", False), ("from", True), ("model_x", True), ("a b", True), ("json", True)],
)
def test_an_envelope_has_any_name_but_that_of_a_column(load: Load, name: str, is_envelope: bool) -> None:
    document = load(json.dumps(wrapped("create", "a schema of its own", "named", "3.1.0", name)))
    operation = next(o for o in operations(document) if o.kind == "create")
    row, body = operation.row_body(), operation.body_schema()

    assert row is not None
    assert body is not None
    assert (row.pointer != body.pointer) is is_envelope
