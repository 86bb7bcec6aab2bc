"""Builds how the answer of a method shows a row: as it is, with some of its properties, or in an envelope."""

from dataclasses import dataclass

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.list_queries import shown_items
from freehold.contract.rows.shown_rows import shown_row
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
        return RowAnswer(schema_classes=(class_name(items.name),))
    if answer is None or shown is None:
        return RowAnswer()
    start = end = ""
    if shown.schema.pointer != resource.pointer:
        start, end = f"shown_as({class_name(shown.schema.name)}, ", ")"
    if shown.envelope:
        field = identifier(shown.envelope)
        start, end = f"build_response({class_name(answer.name)}, {{{literal(field)}: {start}", f"{end}}})"
        return RowAnswer(Code(start), Code(end), field, (class_name(shown.schema.name),))
    return RowAnswer(Code(start), Code(end), schema_classes=(class_name(shown.schema.name),))
