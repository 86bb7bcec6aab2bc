"""The rows of one owner. Every statement starts here, and every one says whose rows it touches."""

from abc import ABC
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, ClassVar, Generic, Self, final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    Insert,
    Select,
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

from .database import Database
from .ownership import must_be_owned
from .problems import Forbidden, NotFound, security
from .rows import Row
from .statements import Clause, Statement
from .values import Column, S, answer, sent

_OWNER, _ID, _LIMIT, _OFFSET = "_owner", "_id", "_limit", "_offset"  # no column's name starts with `_`
_TOTAL = "_total"
_LARGEST_OFFSET = 2**63 - 1  # PostgreSQL's bigint

Orders = Mapping[str, tuple[ColumnElement[Any], ...]]
Filters = Mapping[str, ColumnElement[bool]]


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
    tells_foreign: bool = False
    """Whether a foreign row answers 403, which tells that it exists, instead of 404."""
    _anybody: ClassVar[tuple[type, Statement] | None] = None

    def __init__(self, owner: str | UUID, database: Database) -> None:
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
        return cls._select_rows(order, where).add_columns(total)

    @final
    @classmethod
    def _select_rows(
        cls, order: Collection[ColumnElement[Any]], where: Collection[ColumnElement[bool]]
    ) -> Select[Any]:
        """Some of the rows, in an order."""
        rows = select(*cls._shown()).where(cls._mine(), *where).order_by(*order)
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

    @final
    async def _fetch_rows(
        self, rows: Statement, *, limit: int, offset: int, values: Mapping[str, object]
    ) -> list[S]:
        """Some of the rows."""
        window = {_LIMIT: limit, _OFFSET: min(offset, _LARGEST_OFFSET)}
        owned = {**values, **window, _OWNER: self._owner}
        return [self._show(record) for record in await self._database.rows(rows, **owned)]

    @final
    async def _row(self, statement: Statement, row_id: object, values: Mapping[str, object]) -> Any:
        record = await self._database.row(statement, **{**values, _ID: row_id, _OWNER: self._owner})
        if record is None:
            await self._tell_foreign(row_id)
            raise NotFound
        return record

    @final
    async def _tell_foreign(self, row_id: object) -> None:
        """Where the contract says `foreign: forbidden`, tell a foreign row from a missing one: Forbidden."""
        if self.tells_foreign and row_id is not None:
            found = await self._database.row(self._of_anybody(), **{_ID: row_id})
            if found is not None:
                security.warning("foreign_row")
                raise Forbidden

    @final
    @classmethod
    def _of_anybody(cls) -> Statement:
        """Whether anybody has a row with the id: the one statement without an owner. It shows no column."""
        if cls._anybody is None or cls._anybody[0] is not cls:
            is_it = cls._column(cls.row.id_column) == bindparam(_ID, required=True)
            cls._anybody = (cls, Statement(select(true()).where(is_it, cls.visible())))
        return cls._anybody[1]

    @final
    def _show(self, record: Any) -> S:
        """What the API shows of a row. The database checked it when it was written: nobody does again."""
        values = {name: record[name] for name in self.shown}
        for name in self.optional:
            if values.get(name) is None:
                values.pop(name, None)
        return answer(self.schema, values)

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
        must_be_owned(clause, cls.row, cls._owned(), bindparam(_OWNER, required=True), name)
