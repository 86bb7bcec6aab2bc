"""Keyset pagination: a page starts after the last row of the previous page.

Rows that are inserted or deleted in between do not shift the pages. A cursor holds the sort values of the
last row of a page. It is signed for one owner, one list and one sort order (`database/signed_cursors.py`).
"""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, UnaryExpression, and_, bindparam, false, or_, true, tuple_
from sqlalchemy.sql.operators import desc_op

from ...database.signed_cursors import CursorSigner
from ...http.problems import Invalid
from ...validation.fault_texts import make_fault

Order = tuple[UnaryExpression[Any], ...]
"""The columns to sort by, each with `.asc()` or `.desc()`; the last one is the id, which is unique."""


@dataclass(frozen=True)
class CursorPosition:
    """Where a page starts: at the first row, or after the row with the values of a cursor."""

    cursors: CursorSigner
    scope: tuple[str, ...]
    names: tuple[str, ...]
    """The names of the columns to sort by."""
    values: Mapping[str, object]
    """The sort values of the last row before the page, by parameter; empty on the first page."""
    nulls: tuple[bool, ...] | None
    """Which of the values are NULL; None on the first page."""

    @classmethod
    def read(cls, cursors: CursorSigner, scope: tuple[str, ...], order: Order, cursor: str | None) -> Self:
        """Decode a cursor. Raises Invalid, which does not tell why the cursor is rejected."""
        names = tuple(_column(clause).key for clause in order)
        if cursor is None:
            return cls(cursors, scope, names, {}, None)
        try:
            values_read = cursors.read(scope, cursor)
            values = [_parse_value(clause, value) for clause, value in zip(order, values_read, strict=True)]
        except (ValueError, binascii.Error, ValidationError):
            raise Invalid([make_fault("cursor", parameter="cursor")]) from None
        parameters = {_parameter_name(index): value for index, value in enumerate(values)}
        return cls(cursors, scope, names, parameters, tuple(value is None for value in values))

    def after(self, record: Any) -> str:
        """The cursor of the page that starts after a row."""
        return self.cursors.write(self.scope, [record[name] for name in self.names])


def after_position(order: Order, nulls: tuple[bool, ...]) -> ColumnElement[bool]:
    """The condition for the rows after a position. PostgreSQL sorts NULL as larger than any value (7.5)."""
    columns = [_column(clause) for clause in order]
    values = [
        bindparam(_parameter_name(i), type_=column.type, required=True) for i, column in enumerate(columns)
    ]
    descending = [clause.modifier is desc_op for clause in order]
    if len(set(descending)) == 1 and not any(_nullable(column) for column in columns):
        position, row = tuple_(*values), tuple_(*columns)
        return row < position if descending[0] else row > position
    alternatives: list[ColumnElement[bool]] = []
    equal_prefix: list[ColumnElement[bool]] = []
    for column, value, column_descending, is_null in zip(columns, values, descending, nulls, strict=True):
        alternatives.append(
            and_(*equal_prefix, _after(column, value, descending=column_descending, is_null=is_null))
        )
        equal_prefix.append(column.is_(None) if is_null else column == value)
    return and_(
        _starting_bound(columns[0], values[0], descending=descending[0], is_null=nulls[0]), or_(*alternatives)
    )


def _starting_bound(
    column: ColumnElement[Any], value: ColumnElement[Any], *, descending: bool, is_null: bool
) -> ColumnElement[bool]:
    """A condition that the others imply: it lets PostgreSQL start an index scan at the position."""
    if is_null:
        return true() if descending else column.is_(None)
    if descending:
        return column <= value
    return or_(column >= value, column.is_(None)) if _nullable(column) else column >= value


def _after(
    column: ColumnElement[Any], value: ColumnElement[Any], *, descending: bool, is_null: bool
) -> ColumnElement[bool]:
    if is_null:
        return column.is_not(None) if descending else false()
    if descending:
        return column < value
    return or_(column > value, column.is_(None)) if _nullable(column) else column > value


def _parse_value(clause: UnaryExpression[Any], value: object) -> object:
    return None if value is None else TypeAdapter(_column(clause).type.python_type).validate_python(value)


def _column(clause: UnaryExpression[Any]) -> Any:
    return clause.element


def _nullable(column: Any) -> bool:
    return bool(column.nullable)


def _parameter_name(index: int) -> str:
    return f"_after_{index}"
