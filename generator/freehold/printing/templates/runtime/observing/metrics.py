"""Numbers for Prometheus at `/metrics`. Imported only when METRICS is on.

No label holds what a client chose: a path is its route's template, a method that nobody knows is `other`. And
none holds an owner. Where several processes serve, each writes its numbers to a file of a folder that all of
them read (PROMETHEUS_MULTIPROC_DIR), so that any of them can tell those of all.
"""

import asyncio
import logging
import os
import re
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import Literal

from fastapi import FastAPI
from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from ..database.execution import Database
from ..event_log import RUNTIME, security
from ..http.problems import respond
from .health import METRICS, NOT_ALLOWED
from .request_log import method, template

disable_created_metrics()  # type: ignore[no-untyped-call]
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_INTERVAL = 1.0  # seconds between two looks at the pool
_OF_PROCESS = re.compile(r"gauge_live[a-z]*_([0-9]+)\.db")
_ALL: Literal["livesum"] = "livesum"  # of the processes that live

_REQUESTS = Histogram(
    "http_server_request_duration_seconds",
    "How long requests took, and how many there were.",
    ["method", "route", "status"],
    buckets=_BUCKETS,
)
_ACTIVE = Gauge("http_server_active_requests", "Requests that are being answered.", multiprocess_mode=_ALL)
_SIZE = Gauge("database_pool_size", "Connections that there may be at most.", multiprocess_mode=_ALL)
_OPEN = Gauge("database_pool_connections_open", "Connections that are open.", multiprocess_mode=_ALL)
_USED = Gauge("database_pool_connections_in_use", "Connections that are in use.", multiprocess_mode=_ALL)
_WAITING = Gauge(
    "database_pool_requests_waiting", "Requests that wait for a connection.", multiprocess_mode=_ALL
)
_REFUSED = Counter("auth_tokens_refused_total", "Tokens that were refused.", ["reason"])
_LIMITED = Counter("http_server_rate_limited_total", "Requests that were one too many for their user.")
_EVENTS = Counter("security_events_total", "What else the log tells of security.", ["event"])
_INTERRUPTED = Counter("database_interruptions_total", "What the database broke off.", ["error"])
_RETRIED = Counter("database_retries_total", "What was done once more, as the database had undone it.")


class Measured:
    """Measures requests, those that have a line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._known: dict[tuple[str, str, str], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and count what was answered; the status is `none` for what was not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        status = "none"

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        _ACTIVE.inc()
        try:
            await self._app(scope, receive, watched)
        finally:
            _ACTIVE.dec()
            labels = method(scope), template(scope) or "other", status
            found = self._known.get(labels)
            if found is None:
                found = self._known[labels] = _REQUESTS.labels(*labels)
            found.observe(perf_counter() - began)


class Exposition:
    """Answers at `/metrics`, to anybody who can reach it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer, or pass on."""
        if scope["type"] == "http" and scope["path"].endswith(METRICS):
            return self._answer(scope, receive, send)
        return self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if scope["path"].removeprefix(scope.get("root_path", "")) != METRICS:
            await self._app(scope, receive, send)
            return
        if request.method not in {"GET", "HEAD"}:
            response = respond(request, NOT_ALLOWED)
        else:
            _sample(request.state.database)
            content = await asyncio.to_thread(_numbers)
            response = Response(content, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, send)


class _Counts(logging.Handler):
    """Counts what the log tells of: `event: reason`. None of our reasons holds what a client sent."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        event, _, reason = record.getMessage().partition(": ")
        if event == "token_refused":
            _REFUSED.labels(reason).inc()
        elif event == "rate_limited":
            _LIMITED.inc()
        elif event == "database_interrupted":
            _INTERRUPTED.labels(reason).inc()
        elif event == "database_retried":
            _RETRIED.inc()
        elif record.name == security.name:
            _EVENTS.labels(event).inc()


_counts = _Counts()


def install(app: FastAPI) -> None:
    """Count what `app` does, and tell it at `/metrics`."""
    for name in (security.name, f"{RUNTIME}.database", f"{RUNTIME}.http"):
        logging.getLogger(name).addHandler(_counts)  # twice is once
    app.add_middleware(Measured)
    app.add_middleware(Exposition)


@asynccontextmanager
async def sampled(database: Database) -> AsyncIterator[None]:
    """Look at the pool every second: another process that is asked knows of it only so."""
    task = asyncio.create_task(_every_second(database))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _every_second(database: Database) -> None:
    while True:
        _sample(database)
        await asyncio.sleep(_INTERVAL)


def _sample(database: Database) -> None:
    usage = database.usage()
    _SIZE.set(usage.size)
    _OPEN.set(usage.open)
    _USED.set(usage.in_use)
    _WAITING.set(usage.waiting)


def _numbers() -> bytes:
    """The numbers of all processes, or of this one when it is the only one."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return generate_latest(REGISTRY)
    _forget_the_dead(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _forget_the_dead(folder: Path) -> None:
    """What a process that was killed was busy with, nobody is. What it had counted stays."""
    processes = {int(found[1]) for file in folder.iterdir() if (found := _OF_PROCESS.fullmatch(file.name))}
    for process in processes:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):  # another process was asked at the same time
                mark_process_dead(process, str(folder))  # type: ignore[no-untyped-call]
        except PermissionError:
            pass  # it lives, and is somebody else's
