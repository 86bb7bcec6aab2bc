"""The connection pool: acquires connections to PostgreSQL and evicts those that broke."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qs, urlsplit

import asyncpg
from pydantic import BaseModel

from ..event_log import RateLimitedLog
from ..http.problems import Busy, Unreachable
from ..settings.service_settings import Settings
from ..validation.json_text import from_json_text, to_json_text
from .session_connection import SessionConnection
from .statements import Statement

_log = logging.getLogger(__name__)

_EVICTION_INTERVAL = 1.0  # seconds: connections that break together are one failure
_TIMEOUT_GRACE = 1.0  # seconds: PostgreSQL cancels a statement first, which keeps the connection
_CLOSE_TIMEOUT = 5.0  # seconds for statements that are still running at shutdown

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[Any]"


@dataclass(frozen=True)
class PoolUsage:
    """A snapshot of the pool: its size, its open and used connections, and the requests waiting for one."""

    size: int
    open: int
    in_use: int
    waiting: int


class ConnectionPool:
    """A pool of connections. When one breaks, the others are replaced before they are used again."""

    def __init__(self, pool: "asyncpg.Pool[Any]", acquire_timeout: float) -> None:
        self._pool = pool
        self._acquire_timeout = acquire_timeout
        self._evicted_at = 0.0
        self._waiting = 0
        self._exhausted_log = RateLimitedLog("pool_exhausted")

    async def acquire(self) -> Connection:
        """Take a connection. Raises Busy if none becomes free in time, Unreachable if none can be opened."""
        self._waiting += 1
        try:
            return await self._pool.acquire(timeout=self._acquire_timeout)
        except TimeoutError:
            self._exhausted_log.warning("no connection became free within DATABASE_PATIENCE")
            raise Busy from None
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            _log.error("database_unreachable: %s", type(error).__name__)  # its text may contain host and user
            raise Unreachable from None
        finally:
            self._waiting -= 1

    def execute(
        self, connection: Connection, statement: Statement, arguments: list[object], *, all_rows: bool
    ) -> Awaitable[Any]:
        """Run a statement on a connection and return all of its rows, or the first one."""
        return _session(connection).run(statement, arguments, all_rows=all_rows)

    def usage(self) -> PoolUsage:
        """The current usage of the pool."""
        pool = self._pool
        open_count = pool.get_size()
        return PoolUsage(pool.get_max_size(), open_count, open_count - pool.get_idle_size(), self._waiting)

    async def release(self, connection: Connection) -> None:
        """Return a connection to the pool; an open transaction is rolled back.

        A broken one is discarded. So is one whose session may have changed (`session_connection.py`).
        """
        try:
            if not is_closed(connection) and _session(connection).has_session_state:
                _log.warning(
                    "connection_discarded: something else than a statement of a repository ran on it"
                )
                await connection.close(timeout=_CLOSE_TIMEOUT)
            await self._pool.release(connection)
        except Exception as error:  # noqa: BLE001 - the result is known by now: only the connection is lost
            _log.warning("connection_lost_at_return: %s", type(error).__name__)

    async def evict(self, connection: "Connection | None" = None) -> None:
        """Discard this connection, and replace all others when they are next used.

        A restart or a failover ends all of them, but not each one notices immediately.
        """
        if connection is not None and not is_closed(connection):
            connection.terminate()
        now = time.monotonic()
        if now - self._evicted_at >= _EVICTION_INTERVAL:
            self._evicted_at = now
            await self._pool.expire_connections()


def _session(connection: Connection) -> SessionConnection:
    """The connection behind the proxy that the pool hands out, which passes all calls on."""
    return cast("SessionConnection", connection)


def is_closed(connection: Connection) -> bool:
    """Whether the connection is closed; the pool may have taken it back already."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


class _Connector:
    """Opens connections with a server-side statement timeout.

    A proxy may reject the startup parameters (PgBouncer does, unless they are listed in its
    `ignore_startup_parameters`); then only the client-side timeout applies. Options in DATABASE_URL win.
    """

    def __init__(self, settings: Settings) -> None:
        timeout_text = f"{settings.database_timeout:.3f}s"
        url_options = parse_qs(urlsplit(settings.database_url.get_secret_value()).query)
        defaults = {"statement_timeout": timeout_text, "idle_in_transaction_session_timeout": timeout_text}
        self._timeouts = {name: value for name, value in defaults.items() if name not in url_options}

    async def __call__(self, *args: Any, **kwargs: Any) -> "asyncpg.Connection[Any]":
        """Connect like `asyncpg.connect()`, with server-side timeouts if the server accepts them."""
        if self._timeouts:
            try:
                return await self._connect(args, kwargs, self._timeouts)
            except (asyncpg.ProtocolViolationError, asyncpg.FeatureNotSupportedError):
                connection = await self._connect(args, kwargs, {})
                self._timeouts = {}
                _log.warning(
                    "database_without_timeouts: the proxy before PostgreSQL rejects statement_timeout"
                )
                return connection
        return await self._connect(args, kwargs, {})

    async def _connect(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], timeouts: Mapping[str, str]
    ) -> "asyncpg.Connection[Any]":
        connection: asyncpg.Connection[Any] = await asyncpg.connect(
            *args, **kwargs, server_settings=dict(timeouts)
        )
        return connection


@asynccontextmanager
async def open_pool(
    settings: Settings, make_pool: Callable[..., ConnectionPool]
) -> AsyncIterator[ConnectionPool]:
    """A pool that opens connections on demand and closes them at the end."""
    pool = asyncpg.create_pool(
        settings.database_url.get_secret_value(),
        min_size=0,
        max_size=settings.database_pool_size,
        connect=_Connector(settings),
        connection_class=SessionConnection,
        init=_register_jsonb,
        reset=_skip_reset,
        timeout=settings.database_timeout,
        command_timeout=settings.database_timeout + _TIMEOUT_GRACE,
    )
    await pool
    try:
        yield make_pool(pool, settings.database_patience)
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await pool.close()  # on timeout, it terminates the statements that are still running


async def _skip_reset(_connection: object) -> None:
    """Skip the reset query: `release()` closes a connection whose session may have changed."""


async def _register_jsonb(connection: "asyncpg.Connection[Any]") -> None:
    """Decode jsonb to Python values, and encode models by their aliases. Numbers keep their digits."""
    await connection.set_type_codec("jsonb", encoder=_encode, decoder=from_json_text, schema="pg_catalog")


def _encode(value: object) -> str:
    return to_json_text(_on_the_wire(value))


def _on_the_wire(value: object) -> object:
    """A model as it is sent and answered; other values are what they are."""
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True)
    return [_on_the_wire(item) for item in value] if isinstance(value, list) else value
