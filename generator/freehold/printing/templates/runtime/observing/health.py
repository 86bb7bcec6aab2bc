"""Whether the service lives, whether it can do its work, and how it ends.

`/livez` asks nobody; `/readyz` asks the database whether it would take a change, at most once a second, over
a connection of its own: a pool that is in use says nothing about the database. On SIGTERM the service is not
ready any more. It answers for `SHUTDOWN_DELAY` seconds, so that whoever sends requests can learn of it; then
the server stops: it takes no more connections, answers what it was asked, and ends with 0.
"""

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from types import FrameType
from typing import Any

import asyncpg
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..http.problems import Problem, respond
from ..settings.service_settings import Settings

_ALIVE, _READY = _PATHS = ("/livez", "/readyz")
METRICS = "/metrics"
PATHS = frozenset({*_PATHS, METRICS})
"""Those that are the service's own, and in no contract."""
_INTERVAL = 1.0  # seconds between two questions
_BUDGET = 1.0  # seconds for an answer
_WRITABLE = "SELECT current_setting('transaction_read_only') = 'off'"  # a standby says on, so does a failover


class Health:
    """What is known of the service."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url
        self._delay = settings.shutdown_delay
        self._connection: asyncpg.Connection[Any] | None = None
        self._lock = asyncio.Lock()
        self._asked = -_INTERVAL
        self._writable = False
        self.stopping = False
        """Whether the service was told to end."""

    async def ready(self) -> bool:
        """Whether the database would take a change now, and the service is not about to end."""
        if self.stopping:
            return False
        async with self._lock:
            if time.monotonic() - self._asked >= _INTERVAL:
                self._writable = await self._ask()
                self._asked = time.monotonic()
        return self._writable

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Listen for SIGTERM, as long as the service runs."""
        restore = self._listen()
        try:
            yield
        finally:
            restore()
            self._hang_up()

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(_BUDGET):
                if self._connection is None or self._connection.is_closed():
                    url = self._url.get_secret_value()
                    self._connection = await asyncpg.connect(url, statement_cache_size=0)
                if await self._connection.fetchval(_WRITABLE):
                    return True
        except Exception:  # noqa: BLE001, S110 - whatever it is, the answer is no; requests log why
            pass
        self._hang_up()  # the next question goes wherever the address leads then
        return False

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    def _listen(self) -> Callable[[], object]:
        """Hear SIGTERM before the server does. Give what undoes it."""
        server = signal.getsignal(signal.SIGTERM)
        if threading.current_thread() is not threading.main_thread() or not callable(server):
            return lambda: None
        loop = asyncio.get_running_loop()

        def told(number: int, frame: FrameType | None) -> None:
            delay = 0.0 if self.stopping else self._delay
            self.stopping = True
            loop.call_soon_threadsafe(loop.call_later, delay, _stop, server, number, frame)

        signal.signal(signal.SIGTERM, told)
        return partial(signal.signal, signal.SIGTERM, server)


def _stop(server: Callable[[int, FrameType | None], Any], number: int, frame: FrameType | None) -> None:
    """Tell the server what it would have heard. Uvicorn ends by the signal that it hears, and not with 0."""
    uvicorn: Any = getattr(server, "__self__", None)
    if hasattr(uvicorn, "should_exit"):
        uvicorn.should_exit = True
    else:
        server(number, frame)


class Probes:
    """Answers the questions about health before anything else does, and parts with clients at the end."""

    def __init__(self, app: ASGIApp, health: Health) -> None:
        self._app = app
        self._health = health

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer, or pass on."""
        if scope["type"] == "http":
            if self._health.stopping:
                send = _parting(send)
            if scope["path"].endswith(_PATHS):
                return self._answer(scope, receive, send)
        return self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, request = scope["path"].removeprefix(scope.get("root_path", "")), Request(scope)
        if path not in _PATHS:
            await self._app(scope, receive, send)
            return
        if request.method not in {"GET", "HEAD"}:
            response = respond(request, NOT_ALLOWED)
        else:
            response = await (self._alive() if path == _ALIVE else self._ready(request))
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)

    async def _alive(self) -> Response:
        return JSONResponse({"status": "alive"})

    async def _ready(self, request: Request) -> Response:
        if await self._health.ready():
            return JSONResponse({"status": "ready"})
        return respond(request, _STOPPING if self._health.stopping else _NOT_READY)


NOT_ALLOWED = Problem(405, "This path does not support the method.", headers={"Allow": "GET, HEAD"})
_NOT_READY = Problem(503, "The database does not accept writes at the moment.", headers={"Retry-After": "1"})
_STOPPING = Problem(503, "The service is shutting down.", headers={"Retry-After": "1"})


def _parting(send: Send) -> Send:
    """Ask clients to come back over another connection: this one leads to a service that ends."""

    async def last(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Connection"] = "close"
        await send(message)

    return last
