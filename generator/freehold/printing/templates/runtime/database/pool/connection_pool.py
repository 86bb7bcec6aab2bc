"""The connection pool: a list of free connections. It opens them on demand, and discards those that broke.

A request that finds a free connection waits for nothing: no task, no timer and no lock is needed. Time limits
are looked after by one sweep for all connections (`time_limits.py`).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any, Final

import asyncpg

from ...event_log import RateLimitedLog
from ...http.problems import Busy, Unreachable
from ...settings.service_settings import Settings
from ..statements import Statement
from .connector import Connector
from .free_list import FreeList
from .poolers import PoolerCheck
from .session_connection import Lease, SessionConnection
from .time_limits import GRACE, SWEEP_INTERVAL, TimeLimit

_log = logging.getLogger(__name__)

_EVICTION_INTERVAL: Final = 1.0  # seconds: connections that break together are one failure
_CLOSE_TIMEOUT: Final = 5.0  # seconds for statements that are still running at shutdown
_RECOVERY_TIMEOUT: Final = 2.0  # seconds in which a canceled statement has to end
_UPKEEP_INTERVAL: Final = 60.0  # seconds between two looks for connections that are not used
_MAX_IDLE: Final = 300.0  # seconds that a connection is kept unused
_MAX_AGE: Final = 3600.0  # seconds after which a connection is replaced
_UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


@dataclass(frozen=True)
class PoolUsage:
    """A snapshot of the pool: its size, its open and used connections, and the requests waiting for one."""

    size: int
    open: int
    in_use: int
    waiting: int


@dataclass(frozen=True)
class PoolLimits:
    """The size of a pool, and its times in seconds."""

    size: int
    patience: float
    """How long a request waits for a connection."""
    wait: float
    """How long a request waits for the database in all."""


class ConnectionPool:
    """A pool of connections. When one breaks, the others are replaced before they are used again.

    Args:
        connector: opens connections.
        limits: its size and times.

    """

    def __init__(self, connector: Connector, limits: PoolLimits) -> None:
        self._connector = connector
        self._pooler_check = PoolerCheck(connector)
        self.limits = limits
        self._free = FreeList(limits.size)
        self._in_use: set[SessionConnection] = set()
        self._waiting = 0
        self._recoveries: set[asyncio.Task[None]] = set()
        self._evicted_at = 0.0
        self._sweep: asyncio.TimerHandle | None = None
        self._upkeep: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._exhausted_log = RateLimitedLog("pool_exhausted")

    async def acquire(self, limit: TimeLimit | None = None) -> Lease:
        """Take a connection. Raises Busy if none becomes free in time, Unreachable if none can be opened.

        `limit` bounds the wait for it, and then every wait for PostgreSQL on it.
        """
        limit = limit or TimeLimit(self.limits.wait)
        return Lease(self.take(limit) or await self.wait_for_session(limit))

    def take(self, limit: TimeLimit) -> SessionConnection | None:
        """Take a free connection, as long as there is one; `give_back()` returns it."""
        idle = self._free.idle
        while idle:
            session = idle.pop()
            if session.is_connected():
                session.wait.limit = limit
                self._in_use.add(session)
                if self._sweep is None:
                    self._sweep = asyncio.get_running_loop().call_later(SWEEP_INTERVAL, self._end_waits)
                return session
            self._free.free_slot()
        return None

    def execute(
        self, session: SessionConnection, statement: Statement, arguments: Sequence[object], *, all_rows: bool
    ) -> Awaitable[Any]:
        """Run a statement on a connection and return all of its rows, or the first one."""
        return session.run(statement, arguments, all_rows=all_rows)

    def usage(self) -> PoolUsage:
        """The current usage of the pool."""
        open_count = sum(not session.is_closed() for session in (*self._free.idle, *self._in_use))
        return PoolUsage(self.limits.size, open_count, len(self._in_use), self._waiting)

    async def is_mixed(self) -> bool:
        """Whether a pooler before PostgreSQL mixes prepared statements; it is looked for once.

        Statements are not prepared any more then. Raises what connecting raises.
        """
        preparation = self._connector.preparation
        if preparation.enabled and await self._pooler_check.mixes_statements():
            preparation.stop()
        return preparation.is_mixed

    async def release(self, connection: Lease) -> None:
        """Return a connection to the pool; an open transaction is rolled back."""
        session = connection.end()
        if session is not None:
            self.give_back(session)

    def give_back(self, session: SessionConnection) -> None:
        """Return a connection that was taken."""
        self._in_use.discard(session)
        session.idle_since = now = monotonic()
        if (
            session.needs_check
            or session.wait.was_canceled
            or session.opened_at <= self._evicted_at
            or session.opened_at <= now - _MAX_AGE
            or session.has_open_transaction()
            or not session.is_connected()
        ):
            self._check(session)
        elif self._free.waiters:
            self._free.give(session)
        else:
            self._free.idle.append(session)

    def _check(self, session: SessionConnection) -> None:
        """Keep a connection, or discard it if it is broken, or its session may have changed."""
        if session.wait.was_silent:
            self.evict()  # PostgreSQL should have canceled the statement first: the server may be gone
        session.needs_check = False
        is_old = session.opened_at <= max(self._evicted_at, session.idle_since - _MAX_AGE)
        needs_recovery = session.has_session_state or session.wait.was_canceled
        if session.is_closed():
            self._free.discard(session)
        elif needs_recovery or session.is_in_transaction():
            recovery = asyncio.create_task(self._recover(session))
            self._recoveries.add(recovery)
            recovery.add_done_callback(self._recoveries.discard)
        elif is_old:
            self._free.discard(session)
        else:
            self._free.give(session)

    def evict(self, session: SessionConnection | None = None) -> None:
        """Discard this connection, and replace all others before they are next used.

        A restart or a failover ends all of them, but not each one notices immediately.
        """
        if session is not None and not session.is_closed():
            session.terminate()
        now = monotonic()
        if now - self._evicted_at >= _EVICTION_INTERVAL:
            self._evicted_at = now
            self._free.discard_all()

    async def close(self) -> None:
        """Close all connections; statements that are still running have five seconds to end."""
        self._is_closed = True
        self._evicted_at = inf  # what is returned from now on is discarded
        for timer in (self._sweep, self._upkeep):
            if timer is not None:
                timer.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await self._free.close()
        for session in (*self._free.idle, *self._in_use):
            session.terminate()

    async def wait_for_session(self, limit: TimeLimit) -> SessionConnection:
        """Take a connection that another request returns, or a new one. Raises what `acquire()` raises."""
        self._free.idle.append(await self._receive(limit))
        return self.take(limit) or await self.wait_for_session(limit)

    async def _receive(self, limit: TimeLimit) -> SessionConnection:
        seconds = min(limit.start_wait() - monotonic(), self.limits.patience)
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                return await self._free.receive() or await self._open()
        except TimeoutError:
            self._exhausted_log.warning("no connection became free within DATABASE_PATIENCE")
            raise Busy from None
        except _UNREACHABLE as error:
            _log.error("database_unreachable: %s", type(error).__name__)  # its text may contain host and user
            raise Unreachable from None
        finally:
            self._waiting -= 1
            limit.end_wait()

    async def _open(self) -> SessionConnection:
        if self._is_closed:
            self._free.free_slot()
            raise Unreachable
        try:
            session = await self._connector()
        except BaseException:
            self._free.free_slot()
            raise
        session.opened_at = monotonic()
        if self._upkeep is None:
            self._upkeep = self._later(_UPKEEP_INTERVAL, self._close_unused)
        return session

    async def _recover(self, session: SessionConnection) -> None:
        """Make a connection ready for the next request, or close it."""
        try:
            async with asyncio.timeout(_RECOVERY_TIMEOUT):
                if session.has_session_state:
                    _log.warning(
                        "connection_discarded: something else than a statement of a repository ran on it"
                    )
                    await session.close()
                else:
                    await session.recover()
        except Exception as error:  # noqa: BLE001 - only the connection is lost
            _log.warning("connection_lost_at_return: %s", type(error).__name__)
            session.terminate()
        if session.is_closed() or self._is_closed:
            self._free.discard(session)
        else:
            self._free.give(session)

    def _end_waits(self) -> None:
        """End the waits that are over, and look again while connections are in use."""
        now = monotonic()
        for session in self._in_use:
            session.wait.end_if_over(now)
        self._sweep = self._later(SWEEP_INTERVAL, self._end_waits) if self._in_use else None

    def _close_unused(self) -> None:
        """Close connections that nobody has used for long, and look again while there are others."""
        self._free.discard_unused(monotonic() - _MAX_IDLE)
        self._upkeep = self._later(_UPKEEP_INTERVAL, self._close_unused) if self._free.slots else None

    def _later(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, callback)


@asynccontextmanager
async def open_pool(
    settings: Settings, make_pool: Callable[..., ConnectionPool] = ConnectionPool
) -> AsyncIterator[ConnectionPool]:
    """A pool that opens connections on demand and closes them at the end."""
    limits = PoolLimits(
        settings.database_pool_size, settings.database_patience, settings.database_timeout + GRACE
    )
    pool = make_pool(Connector(settings), limits)
    try:
        yield pool
    finally:
        await pool.close()
