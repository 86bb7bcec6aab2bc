"""Checks before a statement is compiled that it is restricted to the rows of one owner."""

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

_SQL_FUNCTIONS = re.compile(r"(query|table|cursor|schema|database)_to_xml\w*|dblink\w*|ts_stat|ts_rewrite")
"""Functions of PostgreSQL that run SQL from their arguments."""
_OPERATOR_SYMBOL = re.compile(r"[-+*/<>=~!@#%^&|`?]+")  # the characters that PostgreSQL allows in an operator


class MissingOwnerCondition(TypeError):
    """A statement that is not restricted to the rows of its owner. It is rejected before it runs.

    A statement of an override raises it when it is first used. Build statements from `_select_one()`,
    `_select_page()`, `_update_one()`, `_delete_one()` and `_insert()`, which contain the owner condition.

    Example:
        with pytest.raises(MissingOwnerCondition):
            TaskRepository._every_task()  # returns select(TaskRow)

    """


def check_owner_condition(
    clause: Clause, row: type[Row], condition: ColumnElement[bool], owner: BindParameter[Any], name: str
) -> None:
    """Raise MissingOwnerCondition for a clause that could touch another owner's rows.

    An INSERT must set the owner column to `owner`. Every other statement, and every SELECT inside one, must
    have `condition` as a conjunct of its WHERE clause. `name` names the clause in the message.
    """
    check_single_table(clause, row, name)
    for part in (clause, *iterate(clause)):
        if isinstance(part, Insert):
            _check_owner_value(part, row, owner, name)
        elif isinstance(part, Select | Update | Delete):
            _check_condition(part, condition, name)
    if isinstance(clause, Update) and row.__table__.c[row.owner_column] in _values(clause):
        raise MissingOwnerCondition(f"{name} changes the owner of a row")


def check_single_table(clause: Clause, row: type[Row], name: str) -> None:
    """Raise MissingOwnerCondition for a clause that touches another table or holds unanalyzable SQL."""
    for part in (clause, *iterate(clause)):
        if isinstance(part, UpdateBase) and part is not clause:
            raise MissingOwnerCondition(
                f"{name} contains another INSERT, UPDATE or DELETE, which no owner condition restricts"
            )
        if _is_text(part):
            raise MissingOwnerCondition(f"{name} contains raw SQL, which cannot be checked")
        if isinstance(part, Function) and _SQL_FUNCTIONS.fullmatch(part.name.lower()):
            raise MissingOwnerCondition(f"{name} calls {part.name}(), which runs SQL that cannot be checked")
        if _table(part) not in {row.__table__, None}:
            raise MissingOwnerCondition(f"{name} touches another table than {row.__tablename__}")


def _check_owner_value(part: Insert, row: type[Row], owner: BindParameter[Any], name: str) -> None:
    owner_value = _values(part).get(row.__table__.c[row.owner_column])
    if owner_value is None or not owner_value.compare(owner):
        raise MissingOwnerCondition(f"{name} does not set the owner of the new row: build it with _insert()")
    if part._post_values_clause is not None:
        raise MissingOwnerCondition(f"{name} has ON CONFLICT, which could change another owner's row")


def _check_condition(part: Select[Any] | Update | Delete, condition: ColumnElement[bool], name: str) -> None:
    if not any(conjunct.compare(condition) for conjunct in _conjuncts(part.whereclause)):
        raise MissingOwnerCondition(
            f"{name} has no owner condition: build it from _select_one(), _update_one() and so on"
        )


def _values(part: Insert | Update) -> Mapping[Any, Any]:
    return part._values or {}


def _conjuncts(condition: ColumnElement[bool] | None) -> list[ColumnElement[Any]]:
    """The conditions that are combined by AND."""
    if isinstance(condition, BooleanClauseList) and condition.operator is and_:
        return [part for clause in condition.clauses for part in _conjuncts(clause)]
    return [] if condition is None else [condition]


def _table(part: Any) -> Any:
    """The table that a part is or belongs to. An alias is another table: it needs its own condition."""
    if isinstance(part, FromClause) and not isinstance(part, Select | ColumnElement):
        return part
    return part.table if isinstance(part, ColumnClause | UpdateBase) else None


def _is_text(part: Any) -> bool:
    """Whether a part is raw SQL, other than the star of count(*)."""
    attributes = ("_prefixes", "_suffixes", "_hints", "_statement_hints")
    literal = isinstance(part, ColumnClause) and part.is_literal and part.name != "*"
    operator = getattr(part, "operator", None)
    custom = isinstance(operator, custom_op) and not _OPERATOR_SYMBOL.fullmatch(operator.opstring)
    return (
        isinstance(part, TextClause)
        or literal
        or custom
        or any(getattr(part, attribute, None) for attribute in attributes)
    )
