"""The rows of one owner. Every statement starts here, and every one says whose rows it touches."""

from abc import ABC
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, Generic, Self, TypeVar, final

from pydantic import MISSING, BaseModel
from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    Delete,
    Insert,
    Select,
    TextClause,
    Update,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, QueryableAttribute
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.operators import and_ as and_operator

from .database import Database
from .problems import NotFound
from .rows import Row
from .statements import Clause, Statement

_OWNER, _ID, _LIMIT, _OFFSET = "_owner", "_id", "_limit", "_offset"  # no column's name starts with `_`
_TOTAL = "_total"
_LARGEST_OFFSET = 2**63 - 1  # PostgreSQL's bigint

S = TypeVar("S", bound=BaseModel)
Column = InstrumentedAttribute[Any] | QueryableAttribute[Any]
Orders = Mapping[str, tuple[ColumnElement[Any], ...]]
Filters = Mapping[str, ColumnElement[bool]]


class Unowned(TypeError):
    """A statement that does not say whose rows it touches. It was not run."""


class OwnedRepository(ABC, Generic[S]):
    """The rows of one owner in one table; `S` is what the API shows of a row.

    A foreign row, a missing one and a hidden one are the same: NotFound.
    """

    row: type[Row]
    schema: type[S]
    shown: tuple[str, ...]
    """The columns that an answer shows."""
    optional: tuple[str, ...] = ()
    """Those that it leaves out when they are null."""

    def __init__(self, owner: str, database: Database) -> None:
        self._owner = owner
        self._database = database

    @final
    @classmethod
    def _owned(cls) -> ColumnElement[bool]:
        """The owner condition. It stands in this one place, and no statement runs without it."""
        owner: Column = cls._column(cls.row.owner_column)
        return owner == bindparam(_OWNER, required=True)

    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        """Which of the owner's rows can be seen. Override it to show fewer; it can never show more."""
        return true()

    @final
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Self]:
        """The same rows, in one transaction: `async with tasks.transaction() as tasks:`."""
        async with self._database.transaction() as database:
            yield type(self)(self._owner, database)

    # Statements: what the generated code and the overrides build theirs from.

    @final
    @classmethod
    def _select_one(cls) -> Select[Any]:
        """The row with the id."""
        return select(*cls._shown()).where(cls._is())

    @final
    @classmethod
    def _select_page(
        cls, order: Collection[ColumnElement[Any]], where: Collection[ColumnElement[bool]]
    ) -> Select[Any]:
        """A page of the rows, each with the number of rows on all pages."""
        total = cls._count(where).correlate(None).scalar_subquery().label(_TOTAL)
        rows = select(*cls._shown(), total).where(cls._mine(), *where).order_by(*order)
        return rows.limit(bindparam(_LIMIT, type_=BigInteger)).offset(bindparam(_OFFSET, type_=BigInteger))

    @final
    @classmethod
    def _count(cls, where: Collection[ColumnElement[bool]]) -> Select[Any]:
        """How many rows there are."""
        return select(func.count()).select_from(cls.row).where(cls._mine(), *where)

    @final
    @classmethod
    def _insert(cls, *columns: Column) -> Insert:
        """A new row of the owner, with a value for each of `columns`; the database sets the others."""
        owner: dict[Column, object] = {cls._column(cls.row.owner_column): bindparam(_OWNER, required=True)}
        return insert(cls.row).values({**owner, **sent(*columns)}).returning(*cls._shown())

    @final
    @classmethod
    def _update_one(cls, changes: Mapping[Column, object]) -> Update:
        """The row with the id gets `changes`: a value or an expression for each column."""
        touched = {cls._column(name): func.now() for name in cls.row.touched_columns}
        return update(cls.row).where(cls._is()).values({**touched, **changes}).returning(*cls._shown())

    @final
    @classmethod
    def _delete_one(cls) -> Delete:
        """The row with the id goes."""
        clause: Any = delete(cls.row).where(cls._is()).returning(*cls._shown())
        return clause  # type: ignore[no-any-return]  # SQLAlchemy types a DELETE that returns as an UPDATE

    @final
    @classmethod
    def _named(cls, names: Collection[str]) -> list[Column]:
        """The columns with these names."""
        return [cls._column(name) for name in names]

    # Running them.

    @final
    async def _fetch(self, statement: Statement, row_id: object = None, /, **values: object) -> S:
        """Run a statement that gives one row. Raises NotFound when it gives none."""
        return self._show(await self._row(statement, row_id, values))

    @final
    async def _run(self, statement: Statement, row_id: object = None, /, **values: object) -> None:
        """Run a statement that touches one row. Raises NotFound when it touched none."""
        await self._row(statement, row_id, values)

    @final
    async def _fetch_page(
        self, page: Statement, count: Statement, *, limit: int, offset: int, values: Mapping[str, object]
    ) -> tuple[list[S], int]:
        """Some of the rows, and how many there are in all."""
        window = {_LIMIT: limit, _OFFSET: min(offset, _LARGEST_OFFSET)}
        owned = {**values, _OWNER: self._owner}
        records = await self._database.rows(page, **owned, **window)
        if records:
            return [self._show(record) for record in records], records[0][_TOTAL]
        counted = await self._database.row(count, **owned) if offset else None
        return [], counted[0] if counted else 0

    async def _row(self, statement: Statement, row_id: object, values: Mapping[str, object]) -> Any:
        record = await self._database.row(statement, **{**values, _ID: row_id, _OWNER: self._owner})
        if record is None:
            raise NotFound
        return record

    def _show(self, record: Any) -> S:
        """What the API shows of a row. The database checked it when it was written: nobody does again."""
        shown = self.schema.__new__(self.schema)
        values = {name: record[name] for name in self.shown}
        for name in self.optional:
            if values.get(name) is None:
                values.pop(name, None)
        object.__setattr__(shown, "__dict__", values)
        object.__setattr__(shown, "__pydantic_fields_set__", set(values))
        object.__setattr__(shown, "__pydantic_extra__", None)
        object.__setattr__(shown, "__pydantic_private__", None)
        return shown

    # What the statements are made of.

    @final
    @classmethod
    def _column(cls, name: str) -> Any:
        return getattr(cls.row, name)

    @final
    @classmethod
    def _shown(cls) -> list[Column]:
        return cls._named(cls.shown)

    @final
    @classmethod
    def _mine(cls) -> ColumnElement[bool]:
        return and_(cls._owned(), cls.visible())

    @final
    @classmethod
    def _is(cls) -> ColumnElement[bool]:
        return and_(cls._mine(), cls._column(cls.row.id_column) == bindparam(_ID, required=True))

    @final
    @classmethod
    def _must_be_owned(cls, clause: Clause, name: str) -> None:
        """Refuse a clause without the owner condition. Raises Unowned; `name` says which it is."""
        table = cls.row.__table__
        touched = clause.get_final_froms() if isinstance(clause, Select) else [clause.table]
        if any(other != table for other in touched):
            raise Unowned(f"{name} touches another table than {cls.row.__tablename__}")
        if isinstance(clause, Insert):
            values: Mapping[Any, Any] = clause._values or {}
            owner = values.get(table.c[cls.row.owner_column])
            owned = owner is not None and owner.compare(bindparam(_OWNER, required=True))
        else:
            conditions = _conjuncts(clause.whereclause)
            owned = any(condition.compare(cls._owned()) for condition in conditions)
            if any(map(_is_raw, conditions)):
                raise Unowned(f"{name} has raw SQL as a condition, where an OR would reach beyond the owner")
        if not owned:
            raise Unowned(
                f"{name} does not say whose rows it touches: begin it with _select_one() and the like"
            )


def sent(*columns: Column) -> dict[Column, object]:
    """Each column set to the value that comes with the statement under its name."""
    return {column: bindparam(column.key, required=True) for column in columns}


def given(**values: object) -> dict[str, object]:
    """The values that are not None: the parameters that a client sent."""
    return {name: value for name, value in values.items() if value is not None}


def fields_sent(changes: BaseModel) -> dict[str, object]:
    """The fields that a client sent, and no others: absent and null are different things."""
    return {name: value for name, value in changes if name in changes.model_fields_set}


def or_null(value: object) -> object:
    """The value, or None when there is none."""
    return None if value is MISSING else value


def _conjuncts(condition: ColumnElement[bool] | None) -> list[ColumnElement[Any]]:
    """The conditions that must all hold."""
    if isinstance(condition, BooleanClauseList) and condition.operator is and_operator:
        return [part for clause in condition.clauses for part in _conjuncts(clause)]
    return [] if condition is None else [condition]


def _is_raw(condition: object) -> bool:
    """Whether it is SQL as text, which SQLAlchemy puts beside the other conditions without parentheses."""
    return isinstance(condition, TextClause) or (isinstance(condition, ColumnClause) and condition.is_literal)
