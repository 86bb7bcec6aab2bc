"""Where connections to PostgreSQL come from, and what becomes of those that broke."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import asyncpg
from pydantic_core import from_json, to_json

from ..event_log import RateLimitedLog
from ..http.problems import Busy, Unreachable
from ..settings.service_settings import Settings
from .statements import Statement

_log = logging.getLogger(__name__)

_EVICTION = 1.0  # seconds between two evictions: what broke at the same time is one failure
_GRACE = 1.0  # seconds: PostgreSQL is to end a statement before we do, and lose no connection over it
_CLOSING = 5.0  # seconds for statements that still run when the service ends

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[Any]"


@dataclass(frozen=True)
class Use:
    """What connections are there at a moment, and who waits for one."""

    size: int
    open: int
    in_use: int
    waiting: int


class Connections:
    """A pool of connections. Those that broke leave it, and those that must have broken with them."""

    def __init__(self, pool: "asyncpg.Pool[Any]", patience: float) -> None:
        self._pool = pool
        self._patience = patience
        self._evicted = 0.0
        self._waiting = 0
        self._exhausted = RateLimitedLog("pool_exhausted")

    async def acquire(self) -> Connection:
        """A connection. Raises Busy when none gets free, Unreachable when none can be made."""
        self._waiting += 1
        try:
            return await self._pool.acquire(timeout=self._patience)
        except TimeoutError:
            self._exhausted.warning("no connection got free in DATABASE_PATIENCE")
            raise Busy from None
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as fault:
            _log.error("database_unreachable: %s", type(fault).__name__)  # its text may name host and user
            raise Unreachable from None
        finally:
            self._waiting -= 1

    def send(
        self, connection: Connection, statement: Statement, arguments: list[object], *, every: bool
    ) -> Awaitable[Any]:
        """Run a statement on a connection: all of its rows, or the first one."""
        run = connection.fetch if every else connection.fetchrow
        return run(statement.sql, *arguments)

    def use(self) -> Use:
        """What the connections are at now."""
        pool = self._pool
        there = pool.get_size()
        return Use(pool.get_max_size(), there, there - pool.get_idle_size(), self._waiting)

    async def release(self, connection: Connection) -> None:
        """Give a connection back. One that broke is thrown away; an open transaction is rolled back."""
        try:
            await self._pool.release(connection)
        except Exception as fault:  # noqa: BLE001 - the answer is known by now: only the connection is lost
            _log.warning("connection_lost_at_return: %s", type(fault).__name__)

    async def evict(self, connection: "Connection | None" = None) -> None:
        """Throw this connection away, and replace all others when they are next used.

        A restart or a failover ends them all, and not each of them notices at once.
        """
        if connection is not None and not is_closed(connection):
            connection.terminate()
        now = time.monotonic()
        if now - self._evicted >= _EVICTION:
            self._evicted = now
            await self._pool.expire_connections()


def is_closed(connection: Connection) -> bool:
    """Whether the connection is gone; the pool may have taken it back by then."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


class _Connect:
    """Opens connections whose statements PostgreSQL itself ends when they take too long.

    What stands between may not know these settings (PgBouncer refuses them unless they are named in its
    `ignore_startup_parameters`): then our own timeout is the only one. What the URL says counts more.
    """

    def __init__(self, settings: Settings) -> None:
        limit = f"{settings.database_timeout:.3f}s"
        said = parse_qs(urlsplit(settings.database_url.get_secret_value()).query)
        ours = {"statement_timeout": limit, "idle_in_transaction_session_timeout": limit}
        self._limits = {name: value for name, value in ours.items() if name not in said}

    async def __call__(self, *args: Any, **kwargs: Any) -> "asyncpg.Connection[Any]":
        """What `asyncpg.connect` does, with limits when they are let through."""
        if self._limits:
            try:
                return await self._connected(args, kwargs, self._limits)
            except (asyncpg.ProtocolViolationError, asyncpg.FeatureNotSupportedError):
                connection = await self._connected(args, kwargs, {})
                self._limits = {}
                _log.warning("database_without_timeouts: what is before PostgreSQL refuses statement_timeout")
                return connection
        return await self._connected(args, kwargs, {})

    async def _connected(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], limits: Mapping[str, str]
    ) -> "asyncpg.Connection[Any]":
        connection: asyncpg.Connection[Any] = await asyncpg.connect(
            *args, **kwargs, server_settings=dict(limits)
        )
        return connection


@asynccontextmanager
async def connections(settings: Settings, make: Callable[..., Connections]) -> AsyncIterator[Connections]:
    """A pool, whose connections are opened when they are first needed and closed at the end."""
    pool = asyncpg.create_pool(
        settings.database_url.get_secret_value(),
        min_size=0,
        max_size=settings.database_pool_size,
        connect=_Connect(settings),
        init=_with_documents,
        reset=_keep,
        timeout=settings.database_timeout,
        command_timeout=settings.database_timeout + _GRACE,
    )
    await pool
    try:
        yield make(pool, settings.database_patience)
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING):
                await pool.close()  # when its time is up, it ends the statements that still run


async def _keep(_connection: object) -> None:
    """Spare the reset query between two uses: nothing here changes a session's state."""


async def _with_documents(connection: "asyncpg.Connection[Any]") -> None:
    """Read and write jsonb as the values that it stands for; models are written as on the wire."""
    await connection.set_type_codec("jsonb", encoder=_encode, decoder=from_json, schema="pg_catalog")


def _encode(value: object) -> str:
    return to_json(value, by_alias=True).decode()
