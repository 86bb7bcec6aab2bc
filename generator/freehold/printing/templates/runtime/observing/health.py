"""Liveness, readiness and graceful shutdown.

`/livez` only shows that the process responds. `/readyz` checks at most once a second that the database
accepts writes, over its own connection: an exhausted pool says nothing about the database. After SIGTERM the
service is not ready. It serves requests for `SHUTDOWN_DELAY` more seconds, so that load balancers notice;
then the server stops accepting connections, finishes the open requests and exits with 0.
"""

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any

import asyncpg
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..database.execution import Database
from ..http.middleware.request_middleware import Lifecycle
from ..http.problems import Problem, Unavailable, respond
from ..settings.service_settings import Settings

_LIVENESS_PATH, _READINESS_PATH = "/livez", "/readyz"
METRICS_PATH = "/metrics"
SERVICE_PATHS = frozenset({_LIVENESS_PATH, _READINESS_PATH, METRICS_PATH})
"""The paths of the service that are not in the contract."""
_CHECK_INTERVAL = 1.0  # seconds between two checks
_CHECK_TIMEOUT = 1.0  # seconds for a check
_IS_WRITABLE = "SELECT current_setting('transaction_read_only') = 'off'"  # on for a standby


@dataclass(frozen=True)
class ServicePath:
    """What answers at a path of the service: only GET and HEAD."""

    answer: Callable[[Request], Awaitable[Response]]

    async def __call__(self, request: Request) -> Response:
        """Answer a request."""
        if request.method not in {"GET", "HEAD"}:
            return respond(request, _NOT_ALLOWED)
        return await self.answer(request)


class Health:
    """The health of the service."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url
        self._shutdown_delay = settings.shutdown_delay
        self._connection: asyncpg.Connection[Any] | None = None
        self._lock = asyncio.Lock()
        self._checked_at = -_CHECK_INTERVAL
        self._is_writable = False
        self.lifecycle = Lifecycle()
        """Whether the service has received SIGTERM."""

    async def is_ready(self) -> bool:
        """Whether the database accepts writes, and the service is not shutting down."""
        if self.lifecycle.is_stopping:
            return False
        async with self._lock:
            if time.monotonic() - self._checked_at >= _CHECK_INTERVAL:
                self._is_writable = await self._check_database()
                self._checked_at = time.monotonic()
        return self._is_writable

    def probes(self) -> dict[str, ServicePath]:
        """What answers at the paths of the health checks."""
        readiness = ServicePath(self._answer_readiness)
        return {_LIVENESS_PATH: ServicePath(_answer_liveness), _READINESS_PATH: readiness}

    async def _answer_readiness(self, request: Request) -> Response:
        if not await self.is_ready():
            return respond(request, _SHUTTING_DOWN if self.lifecycle.is_stopping else _NOT_READY)
        is_mixed = await self._is_mixed(request.state.database)
        return respond(request, _MIXED) if is_mixed else JSONResponse({"status": "ready"})

    async def _is_mixed(self, database: Database) -> bool:
        """Whether a pooler mixes prepared statements, if that can be found out."""
        try:
            async with self._lock:
                return await database.is_mixed()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False  # it is looked for again at the next time

    @asynccontextmanager
    async def handling_sigterm(self) -> AsyncIterator[None]:
        """Handle SIGTERM while the service runs."""
        restore = self._install_handler()
        try:
            yield
        finally:
            restore()
            self._close_connection()

    async def _check_database(self) -> bool:
        try:
            async with asyncio.timeout(_CHECK_TIMEOUT):
                if self._connection is None or self._connection.is_closed():
                    url = self._url.get_secret_value()
                    self._connection = await asyncpg.connect(url, statement_cache_size=0)
                if await self._connection.fetchval(_IS_WRITABLE):
                    return True
        except Exception:  # noqa: BLE001, S110 - not ready, whatever the error; requests log it
            pass
        self._close_connection()  # the next check resolves the address again
        return False

    def _close_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    def _install_handler(self) -> Callable[[], object]:
        """Handle SIGTERM before the server. Returns a function that restores the handler."""
        server_handler = signal.getsignal(signal.SIGTERM)
        if threading.current_thread() is not threading.main_thread() or not callable(server_handler):
            return lambda: None
        loop = asyncio.get_running_loop()

        def handle_sigterm(number: int, frame: FrameType | None) -> None:
            delay = 0.0 if self.lifecycle.is_stopping else self._shutdown_delay
            self.lifecycle.is_stopping = True
            loop.call_soon_threadsafe(loop.call_later, delay, _stop_server, server_handler, number, frame)

        signal.signal(signal.SIGTERM, handle_sigterm)
        return partial(signal.signal, signal.SIGTERM, server_handler)


def _stop_server(
    server_handler: Callable[[int, FrameType | None], Any], number: int, frame: FrameType | None
) -> None:
    """Stop the server. Uvicorn would re-raise a signal that it handles, and not exit with 0."""
    uvicorn: Any = getattr(server_handler, "__self__", None)
    if hasattr(uvicorn, "should_exit"):
        uvicorn.should_exit = True
    else:
        server_handler(number, frame)


async def _answer_liveness(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


_NOT_ALLOWED = Problem(405, "This path does not support the method.", headers={"Allow": "GET, HEAD"})
_NOT_READY = Unavailable("The database does not accept writes at the moment.")
_MIXED = Unavailable(
    "A pooler before the database mixes prepared statements: set DATABASE_PREPARED=false, or have the pooler"
    " follow them."
)
_SHUTTING_DOWN = Unavailable("The service is shutting down.")
