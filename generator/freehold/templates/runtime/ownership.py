"""Whether a statement says whose rows it touches. One that does not is never run."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, ColumnClause, ColumnElement, Insert, Select, TextClause
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.operators import and_

from .rows import Row
from .statements import Clause


class Unowned(TypeError):
    """A statement that does not say whose rows it touches. It was not run."""


def must_be_owned(
    clause: Clause, row: type[Row], condition: ColumnElement[bool], owner: BindParameter[Any], name: str
) -> None:
    """Refuse a clause that could touch rows of others. Raises Unowned; `name` says which clause it is.

    A new row must get the `owner`; every other clause must have `condition` among those that all hold.
    """
    table = row.__table__
    touched = clause.get_final_froms() if isinstance(clause, Select) else [clause.table]
    if any(other != table for other in touched):
        raise Unowned(f"{name} touches another table than {row.__tablename__}")
    if isinstance(clause, Insert):
        values: Mapping[Any, Any] = clause._values or {}
        given = values.get(table.c[row.owner_column])
        owned = given is not None and given.compare(owner)
    else:
        conditions = _conjuncts(clause.whereclause)
        owned = any(part.compare(condition) for part in conditions)
        if any(map(_is_raw, conditions)):
            raise Unowned(f"{name} has raw SQL as a condition, where an OR would reach beyond the owner")
    if not owned:
        raise Unowned(f"{name} does not say whose rows it touches: begin it with _select_one() and the like")


def _conjuncts(condition: ColumnElement[bool] | None) -> list[ColumnElement[Any]]:
    """The conditions that must all hold."""
    if isinstance(condition, BooleanClauseList) and condition.operator is and_:
        return [part for clause in condition.clauses for part in _conjuncts(clause)]
    return [] if condition is None else [condition]


def _is_raw(condition: object) -> bool:
    """Whether it is SQL as text, which SQLAlchemy puts beside the other conditions without parentheses."""
    return isinstance(condition, TextClause) or (isinstance(condition, ColumnClause) and condition.is_literal)
