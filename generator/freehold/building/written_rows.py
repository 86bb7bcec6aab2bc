"""Builds what operations write, and what a PUT has that replaces a row or creates it: two statuses."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from freehold.building import parameters
from freehold.building.shown.answers import AnswerModel, build_answer
from freehold.contract.messages import JSON
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.path_parameters import split_path_parameters
from freehold.contract.resources import properties
from freehold.contract.rows.chosen_keys import creates_row, named_key
from freehold.contract.rows.keys import key_property
from freehold.ground.literals import Code
from freehold.ground.naming import class_name, column_name, identifier
from freehold.reading.document import Node

RESULT = "stored"
"""The variable of a route that holds the row."""


def _key_columns(operation: ContractOperation, resource: Node) -> tuple[tuple[Code, ...], tuple[Code, ...]]:
    """The column of the key that a new row gets from the path, and its value."""
    item = split_path_parameters(operation, resource)[1]
    if not creates_row(operation) or item is None:
        return (), ()
    column = identifier(key_property(operation, resource))
    value = Code(f"{column}={parameters.python_name(item)}")
    return (Code(f"{class_name(resource.name)}Row.{column}"),), (value,)


def build_put_answer(operation: ContractOperation, resource: Node) -> AnswerModel:
    """Build what an operation returns. The method of a PUT returns the row, its route what is declared."""
    answer = build_answer(operation)
    if not creates_row(operation):
        return answer
    row, shows = class_name(resource.name), _statuses_with_a_body(operation)
    returned = answer.return_type if shows else row
    is_one = operation.created_response() is None
    route = {0: Code("None"), 1: returned if is_one else Code(f"{returned} | None"), 2: returned}[len(shows)]
    classes = tuple(dict.fromkeys((*answer.schema_classes, row)))
    return replace(answer, return_type=returned, route_type=route, schema_classes=classes)


def response_statements(operation: ContractOperation, field: Code) -> Iterator[Code]:
    """The statements that set the status and the headers, and return what the status has."""
    row = f"{RESULT}.{field}" if field else RESULT
    success, shows = operation.success_response(), _statuses_with_a_body(operation)
    status = success[0] if success else "200"
    if operation.created_response() is not None:
        yield Code(f"response.status_code = 201 if is_new({row}) else {int(status)}")
    if has_location(operation):
        yield Code(f'if is_new({row}):\n        response.headers["Location"] = own_location(request)')
    if operation.has_etag:
        yield Code(f"set_etag(response, {RESULT})")
    if shows == {"201"}:
        yield Code(f"return {RESULT} if is_new({row}) else None")
    elif len(shows) == 1 and operation.created_response() is not None:
        yield Code(f"return None if is_new({row}) else {RESULT}")
    elif shows:
        yield Code(f"return {RESULT}")


def has_location(operation: ContractOperation) -> bool:
    """Whether a PUT that has created a row sends its path."""
    created = operation.created_response() if creates_row(operation) else None
    return created is not None and created.get_path("headers", "Location") is not None


def _statuses_with_a_body(operation: ContractOperation) -> set[str]:
    success, created = operation.success_response(), operation.created_response()
    found = [*([success] if success else []), *([("201", created)] if created else [])]
    return {status for status, response in found if response.get_path("content", JSON, "schema")}


def written_fields(operation: ContractOperation, resource: Node, body: Code) -> dict[str, Any]:
    """The columns that a create or a replace writes, and their values."""
    model = operation.row_body()
    sent = properties(model)
    names = [name for name in properties(resource) if name in sent and name != named_key(operation, resource)]
    row = f"{class_name(resource.name)}Row"
    columns = tuple(Code(f"{row}.{identifier(name)}") for name in names)
    items = tuple((str(identifier(name)), _written_value(model, name, body)) for name in names if model)
    values = tuple(Code(f"{name}={value}") for name, value in items)
    added_columns, added_values = _key_columns(operation, resource)
    return {
        "written_columns": columns,
        "new_columns": (*added_columns, *columns),
        "written_values": (*added_values, *values),
        "written_items": items,
    }


def _written_value(model: Node, name: str, body: Code) -> Code:
    """The value of a property of the body, or null where it is not sent and has no default."""
    value = f"{body}.{column_name(name)}"
    is_there = name in model.get_value("required", []) or "default" in properties(model)[name].value
    return Code(value if is_there else f"none_if_missing({value})")
