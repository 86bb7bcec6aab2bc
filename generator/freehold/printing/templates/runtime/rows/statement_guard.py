"""Whether a statement says whose rows it touches. One that does not is never run."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnClause,
    ColumnElement,
    Delete,
    FromClause,
    Function,
    Insert,
    Select,
    TextClause,
    Update,
)
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.operators import and_, custom_op
from sqlalchemy.sql.visitors import iterate

from ..database.statements import Clause
from .table_row import Row

_RUNS_SQL = re.compile(r"(query|table|cursor|schema|database)_to_xml\w*|dblink\w*|ts_stat|ts_rewrite")
"""Functions of PostgreSQL that read what the text in their arguments says."""
_OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?]+")  # what PostgreSQL lets an operator be made of


class Unowned(TypeError):
    """A statement that does not say whose rows it touches. It was not run."""


def must_be_owned(
    clause: Clause, row: type[Row], condition: ColumnElement[bool], owner: BindParameter[Any], name: str
) -> None:
    """Refuse a clause that could touch rows of others. Raises Unowned; `name` says which clause it is.

    A new row must get the `owner`; every other clause, and every SELECT inside one, must have `condition`
    among the conditions that all hold.
    """
    must_stay_in_table(clause, row, name)
    for part in (clause, *iterate(clause)):
        if isinstance(part, Insert):
            _must_be_given(part, row, owner, name)
        elif isinstance(part, Select | Update | Delete):
            _must_hold(part, condition, name)
    if isinstance(clause, Update) and row.__table__.c[row.owner_column] in _values(clause):
        raise Unowned(f"{name} gives rows to another owner")


def must_stay_in_table(clause: Clause, row: type[Row], name: str) -> None:
    """Refuse a clause that reaches into another table, or that nobody can look through. Raises Unowned."""
    for part in (clause, *iterate(clause)):
        if isinstance(part, UpdateBase) and part is not clause:
            raise Unowned(f"{name} has another change inside, which no condition of its own holds back")
        if _is_text(part):
            raise Unowned(f"{name} has SQL as text, and nobody can tell what it reaches")
        if isinstance(part, Function) and _RUNS_SQL.fullmatch(part.name.lower()):
            raise Unowned(f"{name} calls {part.name}, and nobody can tell what that reads")
        if _table(part) not in {row.__table__, None}:
            raise Unowned(f"{name} touches another table than {row.__tablename__}")


def _must_be_given(part: Insert, row: type[Row], owner: BindParameter[Any], name: str) -> None:
    given = _values(part).get(row.__table__.c[row.owner_column])
    if given is None or not given.compare(owner):
        raise Unowned(f"{name} does not say whose the new row is: begin it with _insert()")
    if part._post_values_clause is not None:
        raise Unowned(f"{name} has ON CONFLICT, which could change a row that it does not insert")


def _must_hold(part: Select[Any] | Update | Delete, condition: ColumnElement[bool], name: str) -> None:
    if not any(held.compare(condition) for held in _conjuncts(part.whereclause)):
        raise Unowned(f"{name} does not say whose rows it touches: begin it with _select_one() and the like")


def _values(part: Insert | Update) -> Mapping[Any, Any]:
    return part._values or {}


def _conjuncts(condition: ColumnElement[bool] | None) -> list[ColumnElement[Any]]:
    """The conditions that must all hold."""
    if isinstance(condition, BooleanClauseList) and condition.operator is and_:
        return [part for clause in condition.clauses for part in _conjuncts(clause)]
    return [] if condition is None else [condition]


def _table(part: Any) -> Any:
    """The table that a part is, or is of. An alias is another one: its rows need a condition of their own."""
    if isinstance(part, FromClause) and not isinstance(part, Select | ColumnElement):
        return part
    return part.table if isinstance(part, ColumnClause | UpdateBase) else None


def _is_text(part: Any) -> bool:
    """Whether it holds SQL as text, other than the star of count(*)."""
    words = ("_prefixes", "_suffixes", "_hints", "_statement_hints")
    literal = isinstance(part, ColumnClause) and part.is_literal and part.name != "*"
    operator = getattr(part, "operator", None)
    written = isinstance(operator, custom_op) and not _OPERATOR.fullmatch(operator.opstring)
    return (
        isinstance(part, TextClause) or literal or written or any(getattr(part, word, None) for word in words)
    )
