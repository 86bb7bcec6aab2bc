"""Builds how the answer of a method shows a row: as it is, with some of its properties, or in an envelope."""

from dataclasses import dataclass

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.list_queries import shown_items
from freehold.contract.rows.collection_paths import page_in
from freehold.contract.rows.shown_rows import shown_row, values_beside
from freehold.ground.literals import Code, literal
from freehold.ground.naming import class_name, identifier
from freehold.reading.document import Node

_ROW_KINDS = ("create", "get", "update", "replace", "delete")


@dataclass(frozen=True)
class RowAnswer:
    """What stands around a fetched row, as code."""

    start: Code = Code("")  # noqa: RUF009 - a text, and as immutable as one
    end: Code = Code("")  # noqa: RUF009 - as above
    field: Code = Code("")  # noqa: RUF009 - as above
    """The field of the answer that holds the row; empty where the answer itself is the row."""
    schema_classes: tuple[Code, ...] = ()
    """The classes of `schemas.py` that it mentions."""


def build_row_answer(operation: ContractOperation, resource: Node) -> RowAnswer:
    """Build what stands around the row that an operation fetches."""
    answer = operation.response_schema()
    shown = shown_row(answer, resource) if operation.kind in _ROW_KINDS else None
    if operation.kind == "list" and (items := shown_items(operation)) is not None:
        return _list_answer(operation, class_name(items.name))
    if answer is None or shown is None:
        return RowAnswer()
    classes = (class_name(shown.schema.name),)
    around = RowAnswer(schema_classes=classes)
    if shown.schema.pointer != resource.pointer:
        around = RowAnswer(Code(f"shown_as({classes[0]}, "), Code(")"), schema_classes=classes)
    return _in_envelope(operation, shown.envelope, around)


def build_message(operation: ContractOperation, resource: Node) -> Code | None:
    """Build the answer of a DELETE that says what was done, and shows no row; None for another one."""
    answer, success = operation.response_schema(), operation.success_response()
    if operation.kind != "delete" or answer is None or success is None or shown_row(answer, resource):
        return None
    said = ", ".join(_entries(answer, "", success))
    return Code(f"build_response({class_name(answer.name)}, {{{said}}})")


def _list_answer(operation: ContractOperation, row: Code) -> RowAnswer:
    """Build what stands around the page of a list, whose rows are of a class."""
    answer = operation.response_schema()
    page, envelope = page_in(answer) if answer is not None else (None, "")
    classes = (row, class_name(page.name)) if page is not None and envelope else (row,)
    return _in_envelope(operation, envelope, RowAnswer(schema_classes=classes))


def _in_envelope(operation: ContractOperation, envelope: str, around: RowAnswer) -> RowAnswer:
    """Build what stands around an answer that is a property of an envelope; "" if it is in none."""
    answer, success = operation.response_schema(), operation.success_response()
    if not envelope or answer is None or success is None:
        return around
    field = identifier(envelope)
    entries = ", ".join([*_entries(answer, envelope, success), f"{literal(field)}: {around.start}"])
    start = f"build_response({class_name(answer.name)}, {{{entries}"
    return RowAnswer(Code(start), Code(f"{around.end}}})"), field, around.schema_classes)


def _entries(answer: Node, envelope: str, success: tuple[str, Node]) -> list[str]:
    """The fields of an answer beside its row, as entries of a dictionary."""
    beside = values_beside(answer, envelope, success)
    return [f"{literal(identifier(name))}: {literal(value)}" for name, value in beside.items()]
