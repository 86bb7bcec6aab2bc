"""Finds out whether a pooler before PostgreSQL mixes the prepared statements of its clients.

A pooler may lend a server connection to one client after the other, for a transaction each. Unless it follows
the prepared statements of each client, as PgBouncer does since 1.21 with `max_prepared_statements`, a client
finds those of others on it, and not its own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Final

import asyncpg

from .session_connection import SessionConnection
from .time_limits import TimeLimit

_TIMEOUT: Final = 1.0  # seconds for all
_OTHERS: Final = 4  # a pooler lends the server connection first that was returned last
_SEES = "SELECT EXISTS (SELECT FROM pg_prepared_statements WHERE name = $1)"


class PoolerCheck:
    """Looks once for a pooler that mixes prepared statements."""

    def __init__(self, connect: Callable[[], Awaitable[SessionConnection]]) -> None:
        self._connect = connect
        self._is_done = False

    async def mixes_statements(self) -> bool:
        """Whether a statement that one client has prepared was seen by another one.

        What cannot be found out within a second counts as not seen: then the first statement that PostgreSQL
        does not know tells (`preparation.py`). Raises what connecting raises.
        """
        if self._is_done:
            return False
        try:
            async with asyncio.timeout(_TIMEOUT), AsyncExitStack() as opened:
                found = await self._look(opened)
        except TimeoutError:
            found = False
        self._is_done = True
        return found

    async def _look(self, opened: AsyncExitStack) -> bool:
        first = await self._client(opened)
        if await _value(first, "SELECT pg_backend_pid()") == first.get_server_pid():
            return False  # there is no pooler
        name = first.preparation.new_name()
        async with first.transaction():
            prepared = await first.prepare("SELECT 1", name=name)
            if not await _value(first, _SEES, name):
                return False  # the pooler gives names of its own to the statements
        for _ in range(_OTHERS):
            other = await self._client(opened)
            await opened.enter_async_context(
                other.transaction()
            )  # the next one gets another server connection
            if await _value(other, _SEES, prepared.get_name()):
                await other.execute(f"DEALLOCATE {name}")
                return True
        return False

    async def _client(self, opened: AsyncExitStack) -> SessionConnection:
        client = await self._connect()
        client.wait.limit = TimeLimit(_TIMEOUT)
        opened.callback(client.terminate)
        return client


async def _value(connection: "asyncpg.Connection[asyncpg.Record]", query: str, *arguments: object) -> object:
    value: object = await connection.fetchval(query, *arguments)
    return value
