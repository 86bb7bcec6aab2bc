"""The connections to PostgreSQL, and the statements that run on them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any, Self, TypeAlias

import asyncpg
from fastapi import Depends
from pydantic_core import from_json, to_json
from starlette.requests import Request

from .keyset import Cursors
from .problems import Busy
from .settings import Settings
from .statements import Statement


async def _keep(_connection: object) -> None:
    """Spare the reset query between two uses: nothing here changes a session's state."""


Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[Any]"
Runner: TypeAlias = "asyncpg.Pool[Any] | asyncpg.pool.PoolConnectionProxy[Any]"


class Database:
    """Runs statements, each on a connection of the pool, or all of them in one transaction."""

    def __init__(self, runner: Runner, cursors: Cursors, patience: float) -> None:
        self._runner = runner
        self._patience = patience
        self.cursors = cursors
        """Signs where a page ends, and knows its signature again."""

    async def rows(self, statement: Statement, values: Mapping[str, object]) -> list[Any]:
        """All rows that the statement gives. Raises Busy when there is no connection for it."""
        connection = await self._acquire()
        try:
            found: list[Any] = await connection.fetch(statement.sql, *statement.arguments(values))
            return found
        finally:
            await self._release(connection)

    async def row(self, statement: Statement, values: Mapping[str, object]) -> Any | None:
        """The first row that the statement gives, or None. Raises Busy when there is no connection for it."""
        connection = await self._acquire()
        try:
            return await connection.fetchrow(statement.sql, *statement.arguments(values))
        finally:
            await self._release(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Self]:
        """Everything that runs on the database given here happens, or nothing of it does."""
        connection = await self._acquire()
        try:
            async with connection.transaction():
                yield type(self)(connection, self.cursors, self._patience)
        finally:
            await self._release(connection)

    async def _acquire(self) -> Connection:
        """A connection of the pool or, within a transaction, the one that it runs on."""
        if not isinstance(self._runner, asyncpg.Pool):
            return self._runner
        try:
            return await self._runner.acquire(timeout=self._patience)
        except TimeoutError:
            raise Busy from None

    async def _release(self, connection: Connection) -> None:
        if isinstance(self._runner, asyncpg.Pool):
            await self._runner.release(connection)


async def _with_documents(connection: "asyncpg.Connection[Any]") -> None:
    """Read and write jsonb as the values that it stands for; models are written as on the wire."""
    await connection.set_type_codec("jsonb", encoder=_encode, decoder=from_json, schema="pg_catalog")


def _encode(value: object) -> str:
    return to_json(value, by_alias=True).decode()


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Database]:
    """A pool of connections, opened when they are first needed and closed at the end."""
    async with asyncpg.create_pool(
        str(settings.database_url.get_secret_value()),
        min_size=0,
        max_size=settings.database_pool_size,
        init=_with_documents,
        reset=_keep,
        timeout=settings.database_timeout,
        command_timeout=settings.database_timeout,
    ) as pool:
        cursors = Cursors(settings.cursor_secrets())
        yield Database(pool, cursors, settings.database_patience)


def database(request: Request) -> Database:
    """The database of the service that answers this request."""
    found = request.state.database
    assert isinstance(found, Database)  # noqa: S101 - tells the type checker what the lifespan put there
    return found


Connected = Annotated[Database, Depends(database)]
"""The database, for whatever a request needs of it."""
