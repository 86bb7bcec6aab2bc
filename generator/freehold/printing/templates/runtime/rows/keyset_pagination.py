"""Paging by a key: a page begins after the last row of the page before it, whatever comes or goes between.

A cursor holds the values that the rows are ordered by, of the last row of a page. It is signed for one owner,
one list and one order (`http/signed_cursors.py`).
"""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, UnaryExpression, and_, bindparam, false, or_, true, tuple_
from sqlalchemy.sql.operators import desc_op

from ..http.problems import Invalid
from ..http.signed_cursors import Cursors

Order = tuple[UnaryExpression[Any], ...]
"""Columns, each with `.asc()` or `.desc()`; the last one is the id."""


@dataclass(frozen=True)
class CursorPosition:
    """Where a page begins: at the first row, or after the row with certain values."""

    cursors: Cursors
    scope: tuple[str, ...]
    names: tuple[str, ...]
    """The columns that the rows are ordered by."""
    values: Mapping[str, object]
    """The values of the last row before the page; none at the beginning."""
    nulls: tuple[bool, ...] | None
    """Which of them are null; None at the beginning."""

    @classmethod
    def read(cls, cursors: Cursors, scope: tuple[str, ...], order: Order, cursor: str | None) -> Self:
        """The place that a cursor names. Raises Invalid, which does not tell what is wrong with it."""
        names = tuple(_column(clause).key for clause in order)
        if cursor is None:
            return cls(cursors, scope, names, {}, None)
        try:
            said = cursors.read(scope, cursor)
            values = [_parsed(clause, value) for clause, value in zip(order, said, strict=True)]
        except (ValueError, binascii.Error, ValidationError):
            detail = "It is no cursor of this list, in this order."
            raise Invalid([{"parameter": "cursor", "detail": detail}]) from None
        named = {_name(index): value for index, value in enumerate(values)}
        return cls(cursors, scope, names, named, tuple(value is None for value in values))

    def after(self, record: Any) -> str:
        """The cursor for what comes after a row."""
        return self.cursors.write(self.scope, [record[name] for name in self.names])


def beyond(order: Order, nulls: tuple[bool, ...]) -> ColumnElement[bool]:
    """What comes after a place in an order. PostgreSQL puts null after everything else (7.5)."""
    columns = [_column(clause) for clause in order]
    bounds = [bindparam(_name(i), type_=column.type, required=True) for i, column in enumerate(columns)]
    falling = [clause.modifier is desc_op for clause in order]
    if len(set(falling)) == 1 and not any(_nullable(column) for column in columns):
        place, here = tuple_(*bounds), tuple_(*columns)
        return here < place if falling[0] else here > place
    steps: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for column, bound, down, null in zip(columns, bounds, falling, nulls, strict=True):
        steps.append(and_(*same, _past(column, bound, falling=down, null=null)))
        same.append(column.is_(None) if null else column == bound)
    return and_(_from(columns[0], bounds[0], falling=falling[0], null=nulls[0]), or_(*steps))


def _from(
    column: ColumnElement[Any], bound: ColumnElement[Any], *, falling: bool, null: bool
) -> ColumnElement[bool]:
    """What follows from all the rest, said once more so that an index can begin there."""
    if null:
        return true() if falling else column.is_(None)
    if falling:
        return column <= bound
    return or_(column >= bound, column.is_(None)) if _nullable(column) else column >= bound


def _past(
    column: ColumnElement[Any], bound: ColumnElement[Any], *, falling: bool, null: bool
) -> ColumnElement[bool]:
    if null:
        return column.is_not(None) if falling else false()
    if falling:
        return column < bound
    return or_(column > bound, column.is_(None)) if _nullable(column) else column > bound


def _parsed(clause: UnaryExpression[Any], value: object) -> object:
    return None if value is None else TypeAdapter(_column(clause).type.python_type).validate_python(value)


def _column(clause: UnaryExpression[Any]) -> Any:
    return clause.element


def _nullable(column: Any) -> bool:
    return bool(column.nullable)


def _name(index: int) -> str:
    return f"_after_{index}"
