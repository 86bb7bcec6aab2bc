"""The rows of one table that somebody may reach, and how statements on them run.

`owned` and `shared` say whose rows they are.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from copy import copy
from typing import Any, Generic, Self, final

import asyncpg

from ..database.execution import Database
from ..database.statements import Statement
from ..http.problems import Invalid, NotFound, StaleVersion
from ..http.response_models import S, Versions, build_response
from .keyset_pagination import CursorPosition, Order
from .statement_builder import ID, LIMIT, OFFSET, TOTAL, VERSION, VERSIONS, StatementBuilder

_LARGEST_OFFSET = 2**63 - 1  # PostgreSQL's bigint


class Repository(StatementBuilder, Generic[S]):
    """The rows of a table that somebody may reach; `S` is what the API shows of a row.

    A row out of reach, a missing one and a hidden one are the same: NotFound.
    """

    schema: type[S]
    omit_when_null: tuple[str, ...] = ()
    """Those that it leaves out when they are null."""

    def __init__(self, database: Database, reach: Mapping[str, object]) -> None:
        self._database = database
        self._scope = reach
        """The values that every statement comes with: whose rows it may touch."""

    @final
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Self]:
        """The same rows, in one transaction: `async with tasks.transaction() as tasks:`."""
        async with self._database.transaction() as database:
            yield self.on(database)

    @final
    def on(self, database: Database) -> Self:
        """The same rows, on another connection."""
        other = copy(self)
        other._database = database
        return other

    @final
    async def require_row(self, row_id: object, /, **columns: object) -> None:
        """Raise NotFound unless there is a row with this id, and with these values in its columns."""
        await self._row(self._row_exists(*columns), row_id, None, columns)

    @final
    async def _fetch(
        self, statement: Statement, row_id: object = None, if_match: Versions = None, /, **values: object
    ) -> S:
        """Run a statement that gives one row. Raises NotFound when it gives none."""
        return self._to_response(await self._row(statement, row_id, if_match, values))

    @final
    async def _run(
        self, statement: Statement, row_id: object = None, if_match: Versions = None, /, **values: object
    ) -> None:
        """Run a statement that touches one row. Raises NotFound when it touched none."""
        await self._row(statement, row_id, if_match, values)

    @final
    async def _fetch_page(
        self, page: Statement, count: Statement, *, limit: int, offset: int, values: Mapping[str, object]
    ) -> tuple[list[S], int]:
        """Some of the rows, and how many there are in all."""
        records = await self._records(page, values, limit, offset)
        if records or not offset:
            return [self._to_response(record) for record in records], records[0][TOTAL] if records else 0
        return [], await self._fetch_count(count, values)

    @final
    async def _fetch_rows(
        self, rows: Statement, *, limit: int, offset: int, values: Mapping[str, object]
    ) -> list[S]:
        """Some of the rows."""
        return [self._to_response(record) for record in await self._records(rows, values, limit, offset)]

    @final
    async def _fetch_after(
        self, rows: Statement, place: CursorPosition, *, limit: int, values: Mapping[str, object]
    ) -> tuple[list[S], str | None]:
        """The rows after a place, and the cursor of the next page if there is one."""
        records = await self._records(rows, {**values, **place.values}, limit + 1, 0)
        more = len(records) > limit
        cursor = place.after(records[limit - 1]) if more else None
        return [self._to_response(record) for record in records[:limit]], cursor

    @final
    async def _fetch_count(self, count: Statement, values: Mapping[str, object]) -> int:
        """How many rows there are."""
        record = await self._database.row(count, {**values, **self._scope})
        return int(record[0]) if record else 0

    @final
    def _cursor_position(self, operation: str, word: str, order: Order, cursor: str | None) -> CursorPosition:
        """Where a page begins. Raises Invalid for a cursor of another list, order or owner."""
        scope = (*map(str, self._scope.values()), operation, word)
        return CursorPosition.read(self._database.cursors, scope, order, cursor)

    async def _records(
        self, rows: Statement, values: Mapping[str, object], limit: int, offset: int
    ) -> list[Any]:
        window = {LIMIT: limit, OFFSET: min(offset, _LARGEST_OFFSET)}
        return await self._database.rows(rows, {**values, **window, **self._scope})

    @final
    async def _row(
        self, statement: Statement, row_id: object, if_match: Versions, values: Mapping[str, object]
    ) -> Any:
        all_values = {**values, ID: row_id, VERSIONS: if_match, **self._scope}
        try:
            record = await self._database.row(statement, all_values)
        except asyncpg.ForeignKeyViolationError as error:
            self._raise_if_dangling(statement, error)
            raise
        if record is None:
            await self._raise_if_forbidden(row_id)
            if if_match is not None:
                under = {name: value for name, value in values.items() if name == self.row.parent_column}
                await self.require_row(row_id, **under)
                raise StaleVersion
            raise NotFound
        return record

    def _raise_if_dangling(self, statement: Statement, error: asyncpg.ForeignKeyViolationError) -> None:
        """What was written points at a row that is not there, or that is out of reach."""
        if statement.deletes:
            return  # something points at the row that was to go: it is the other way round
        key = error.constraint_name or ""
        if key == self.row.parent_key:
            raise NotFound from None
        if key in self.row.references:
            where = self.row.references[key]
            raise Invalid([{"pointer": where, "detail": "There is nothing with this id."}]) from None

    async def _raise_if_forbidden(self, row_id: object) -> None:
        """Raise another problem than NotFound for an id that names no row within reach, if there is one."""

    @final
    def _to_response(self, record: Any) -> S:
        """What the API shows of a row. The database checked it when it was written: nobody does again."""
        values = {name: record[name] for name in self.response_columns}
        for name in self.omit_when_null:
            if values.get(name) is None:
                values.pop(name, None)
        return build_response(
            self.schema, values, version=record[VERSION] if self.row.version_column else None
        )
