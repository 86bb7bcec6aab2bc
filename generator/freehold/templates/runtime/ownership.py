"""Whether a statement says whose rows it touches. One that does not is never run."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, ColumnClause, ColumnElement, Delete, Insert, Select, TextClause, Update
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.operators import and_
from sqlalchemy.sql.visitors import iterate

from .rows import Row
from .statements import Clause


class Unowned(TypeError):
    """A statement that does not say whose rows it touches. It was not run."""


def must_be_owned(
    clause: Clause, row: type[Row], condition: ColumnElement[bool], owner: BindParameter[Any], name: str
) -> None:
    """Refuse a clause that could touch rows of others. Raises Unowned; `name` says which clause it is.

    A new row must get the `owner`; every other clause, and every SELECT inside one, must have `condition`
    among the conditions that all hold.
    """
    for part in (
        clause,
        *(part for part in iterate(clause) if isinstance(part, Select) and part is not clause),
    ):
        _must_stay(part, row, name)
        if isinstance(part, Insert):
            _must_be_given(part, row, owner, name)
        else:
            _must_hold(part, condition, name)


def _must_stay(part: Clause, row: type[Row], name: str) -> None:
    """It touches this one table, and gives no row away."""
    table = row.__table__
    touched = part.get_final_froms() if isinstance(part, Select) else [part.table]
    if any(other != table for other in touched):
        raise Unowned(f"{name} touches another table than {row.__tablename__}")
    if isinstance(part, Update) and table.c[row.owner_column] in _values(part):
        raise Unowned(f"{name} gives rows to another owner")


def _must_be_given(part: Insert, row: type[Row], owner: BindParameter[Any], name: str) -> None:
    given = _values(part).get(row.__table__.c[row.owner_column])
    if given is None or not given.compare(owner):
        raise Unowned(f"{name} does not say whose the new row is: begin it with _insert()")
    if part._post_values_clause is not None:
        raise Unowned(f"{name} has ON CONFLICT, which could change a row that it does not insert")


def _must_hold(part: Select[Any] | Update | Delete, condition: ColumnElement[bool], name: str) -> None:
    conditions = _conjuncts(part.whereclause)
    if any(map(_is_raw, conditions)):
        raise Unowned(f"{name} has raw SQL as a condition, where an OR would reach beyond the owner")
    if not any(held.compare(condition) for held in conditions):
        raise Unowned(f"{name} does not say whose rows it touches: begin it with _select_one() and the like")


def _values(part: Insert | Update) -> Mapping[Any, Any]:
    return part._values or {}


def _conjuncts(condition: ColumnElement[bool] | None) -> list[ColumnElement[Any]]:
    """The conditions that must all hold."""
    if isinstance(condition, BooleanClauseList) and condition.operator is and_:
        return [part for clause in condition.clauses for part in _conjuncts(clause)]
    return [] if condition is None else [condition]


def _is_raw(condition: object) -> bool:
    """Whether it is SQL as text, which SQLAlchemy puts beside the other conditions without parentheses."""
    return isinstance(condition, TextClause) or (isinstance(condition, ColumnClause) and condition.is_literal)
