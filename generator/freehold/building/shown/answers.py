"""Builds what a custom operation returns, and how its route sends it: JSON, or a file."""

from collections.abc import Iterator
from dataclasses import dataclass

from freehold.building.signatures import value_type
from freehold.contract import messages
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.deep_objects import is_deep_object
from freehold.contract.rows.collection_paths import array_item_name
from freehold.contract.rows.column_types import without_null
from freehold.ground.literals import Code, literal
from freehold.ground.naming import class_name


@dataclass(frozen=True)
class AnswerModel:
    """What the method of an operation returns, and what its route makes of it."""

    return_type: Code
    """The type that the method returns: a class of `schemas.py`, a list of one, `Content` or None."""
    route_type: Code
    """The type that the route returns."""
    result_assignment: Code
    """What precedes the call of the method in the route."""
    statements: tuple[Code, ...]
    """The statements after the call."""
    schema_classes: tuple[Code, ...]
    """The classes of `schemas.py` that the signature mentions."""


def build_answer(operation: ContractOperation) -> AnswerModel:
    """Build the model of what an operation returns."""
    classes = tuple(_schema_classes(operation))
    response = operation.response_schema()
    if operation.chooses_status:
        kind = _chosen_type(operation)
        return AnswerModel(kind, kind, Code("return "), (), classes)
    if response is not None:
        kind = value_type(response)
        return AnswerModel(kind, kind, Code("return "), (), classes)
    success = operation.success_response()
    if success is None or not operation.answers_file:
        return AnswerModel(Code("None"), Code("None"), Code(""), (), classes)
    kinds = ", ".join(map(literal, messages.media_types(success[1])))
    status = f", status={int(success[0])}" if success[0] != "200" else ""
    sending = Code(f"return content_response(content, {kinds}{status})")
    return AnswerModel(Code("Content"), Code("Response"), Code("content = "), (sending,), classes)


def _chosen_type(operation: ContractOperation) -> Code:
    """The status and the answer, for each kind of answer: `tuple[Literal[200, 201], Task]`."""
    statuses: dict[Code, list[str]] = {}
    for status, response in operation.success_responses().items():
        schema = messages.json_schema(response)
        statuses.setdefault(value_type(schema) if schema else Code("None"), []).append(str(int(status)))
    return Code(" | ".join(f"tuple[Literal[{', '.join(found)}], {kind}]" for kind, found in statuses.items()))


def _schema_classes(operation: ContractOperation) -> Iterator[Code]:
    answers = map(messages.json_schema, operation.success_responses().values())
    chosen = list(answers) if operation.chooses_status else [operation.response_schema()]
    for schema in (*chosen, operation.body_schema(), operation.row_body()):
        if schema is not None:
            yield class_name(array_item_name(schema) or schema.name)
    objects = [p.get("schema") for p in operation.parameters() if is_deep_object(p)]
    yield from (class_name(without_null(schema).name) for schema in objects if schema is not None)
