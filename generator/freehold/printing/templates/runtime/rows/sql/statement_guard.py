"""Checks each statement before it can run: it is restricted to the owner, and to the parents in the path.

It is checked twice: as SQLAlchemy's tree, which gives the clearer message, and as the SQL that PostgreSQL
gets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from sqlalchemy import (
    BindParameter,
    ColumnClause,
    ColumnElement,
    Delete,
    FromClause,
    Insert,
    Select,
    TextClause,
    Update,
)
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.operators import and_
from sqlalchemy.sql.visitors import iterate

from ...database.statements import Clause
from ..table_row import Row
from .compiled_sql import SqlCheck, UnsafeSql
from .sql_tokens import UnreadableSql


class MissingOwnerCondition(TypeError):
    """A statement that is not restricted to the rows of its owner. It is rejected before it runs.

    A statement of an override raises it when it is first used. Build statements from `_select_one()`,
    `_select_page()`, `_update_one()`, `_delete_one()` and `_insert()`, which contain the owner condition.

    Example:
        with pytest.raises(MissingOwnerCondition):
            TaskRepository._every_task()  # returns select(TaskRow)

    """


@final
@dataclass(frozen=True)
class StatementGuard:
    """What a statement of one repository must hold."""

    repository: type
    """The repository whose rows the statement may touch."""
    row: type[Row]
    name: str
    """Names the statement in messages."""
    bound: Mapping[str, BindParameter[Any]]
    """The columns that every row has to match: the owner, and the parents that the path names."""
    owner_column: str | None
    only_reads: bool = False
    """Whether the statement reads the rows of all owners, and so must not write or lock any."""

    def check_clause(self, clause: Clause) -> None:
        """Raise MissingOwnerCondition for a clause that could touch other rows.

        An INSERT must set the bound columns. Every other statement, and every SELECT inside one, must have
        each condition as a conjunct of its WHERE clause.
        """
        if self.only_reads and not (self.row.other_readers and isinstance(clause, Select)):
            raise MissingOwnerCondition(f"{self.name} writes, where the rows of all owners are only read")
        for part in (clause, *iterate(clause)):
            self._check_part(part, clause)
        if (
            isinstance(clause, Update)
            and self.owner_column
            and self._column(self.owner_column) in _values(clause)
        ):
            raise MissingOwnerCondition(f"{self.name} changes the owner of a row")

    def check_sql(self, sql: str, parameters: Sequence[str]) -> None:
        """Raise MissingOwnerCondition for SQL that could touch other rows, or that cannot be checked."""
        table = self.row.__table__
        check = SqlCheck(
            table=str(getattr(table, "name", "")),
            columns=frozenset(column.name for column in table.columns),
            bound={column: parameter.key for column, parameter in self.bound.items()},
            fixed=frozenset({self.owner_column} if self.owner_column else ()),
            only_reads=self.only_reads,
        )
        try:
            check.check(sql, parameters)
        except (UnsafeSql, UnreadableSql) as error:
            raise MissingOwnerCondition(f"{self.name} {error}") from None

    def _check_part(self, part: Any, clause: Clause) -> None:
        if isinstance(part, UpdateBase) and part is not clause:
            raise MissingOwnerCondition(
                f"{self.name} contains another INSERT, UPDATE or DELETE, which no owner condition restricts"
            )
        if _is_text(part):
            raise MissingOwnerCondition(f"{self.name} contains raw SQL, which cannot be checked")
        if _table(part) not in {self.row.__table__, None}:
            raise MissingOwnerCondition(f"{self.name} touches another table than {self.row.__tablename__}")
        if self.only_reads and getattr(part, "_for_update_arg", None) is not None:
            raise MissingOwnerCondition(f"{self.name} locks rows of other owners")
        if isinstance(part, Insert):
            self._check_values(part)
        elif isinstance(part, Select | Update | Delete):
            self._check_conditions(part)

    def _check_values(self, part: Insert) -> None:
        for column, parameter in self.bound.items():
            value = _values(part).get(self._column(column))
            if value is None or not parameter.compare(value):
                what = "the owner" if column == self.owner_column else column
                hint = "build it with _insert()" if value is None else f"leave {column} to _insert()"
                raise MissingOwnerCondition(f"{self.name} does not set {what} of the new row: {hint}")
        if self.owner_column and part._post_values_clause is not None:
            raise MissingOwnerCondition(
                f"{self.name} has ON CONFLICT, which could change another owner's row"
            )

    def _check_conditions(self, part: Select[Any] | Update | Delete) -> None:
        conjuncts = _conjuncts(part.whereclause)
        for column, parameter in self.bound.items():
            condition = getattr(self.row, column) == parameter
            if not any(condition.compare(conjunct) for conjunct in conjuncts):
                what = "owner condition" if column == self.owner_column else f"condition on {column}"
                raise MissingOwnerCondition(
                    f"{self.name} has no {what}: build it from _select_one(), _update_one() and so on"
                )

    def _column(self, name: str) -> Any:
        return self.row.__table__.c[name]


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
    return (
        isinstance(part, TextClause)
        or literal
        or any(getattr(part, attribute, None) for attribute in attributes)
    )
