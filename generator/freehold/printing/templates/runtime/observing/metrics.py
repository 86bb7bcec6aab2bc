"""Prometheus metrics at `/metrics`. Only imported if METRICS is on.

No label contains client input or an owner: the path is the route's template, an unknown method is `other`.
Several processes write their metrics to files of a shared folder (PROMETHEUS_MULTIPROC_DIR), so that each of
them can serve the metrics of all.
"""

import asyncio
import logging
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import Literal

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
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

from ..database.execution import Database
from ..event_log import RUNTIME, security
from ..http.middleware.exchange import current_exchange
from .request_log import method, template

disable_created_metrics()  # type: ignore[no-untyped-call]
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SAMPLE_INTERVAL = 1.0  # seconds between two samples of the pool
_GAUGE_FILE = re.compile(r"gauge_live[a-z]*_([0-9]+)\.db")
_SUM_OF_LIVE_PROCESSES: Literal["livesum"] = "livesum"  # across the living processes

_REQUESTS = Histogram(
    "http_server_request_duration_seconds",
    "Duration and number of requests.",
    ["method", "route", "status"],
    buckets=_BUCKETS,
)
_ACTIVE = Gauge(
    "http_server_active_requests",
    "Requests in progress.",
    multiprocess_mode=_SUM_OF_LIVE_PROCESSES,
)
_SIZE = Gauge(
    "database_pool_size", "Maximum number of connections.", multiprocess_mode=_SUM_OF_LIVE_PROCESSES
)
_OPEN = Gauge("database_pool_connections_open", "Open connections.", multiprocess_mode=_SUM_OF_LIVE_PROCESSES)
_IN_USE = Gauge(
    "database_pool_connections_in_use",
    "Connections in use.",
    multiprocess_mode=_SUM_OF_LIVE_PROCESSES,
)
_WAITING = Gauge(
    "database_pool_requests_waiting",
    "Requests waiting for a connection.",
    multiprocess_mode=_SUM_OF_LIVE_PROCESSES,
)
_REJECTED_TOKENS = Counter("auth_tokens_refused_total", "Rejected tokens.", ["reason"])
_RATE_LIMITED = Counter("http_server_rate_limited_total", "Requests above the rate limit.")
_SECURITY_EVENTS = Counter("security_events_total", "Other security events in the log.", ["event"])
_INTERRUPTED = Counter("database_interruptions_total", "Interruptions by the database.", ["error"])
_RETRIED = Counter("database_retries_total", "Retries after the database rolled back.")


class MetricsMiddleware:
    """Measures the duration of requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._histograms: dict[tuple[str, str, str], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure a request; the status is `none` if there was no response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_at = perf_counter()
        _ACTIVE.inc()
        try:
            await self._app(scope, receive, send)
        finally:
            _ACTIVE.dec()
            status = current_exchange.get().status
            labels = method(scope), template(scope) or "other", "none" if status is None else str(status)
            histogram = self._histograms.get(labels)
            if histogram is None:
                histogram = self._histograms[labels] = _REQUESTS.labels(*labels)
            histogram.observe(perf_counter() - started_at)


async def answer_metrics(request: Request) -> Response:
    """The metrics, without authentication."""
    _sample(request.state.database)
    content = await asyncio.to_thread(_render)
    return Response(content, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


class _EventCounter(logging.Handler):
    """Counts log events (`event: reason`). Reasons never contain client input."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        event, _, reason = record.getMessage().partition(": ")
        if event == "token_refused":
            _REJECTED_TOKENS.labels(reason).inc()
        elif event == "rate_limited":
            _RATE_LIMITED.inc()
        elif event == "database_interrupted":
            _INTERRUPTED.labels(reason).inc()
        elif event == "database_retried":
            _RETRIED.inc()
        elif record.name == security.name:
            _SECURITY_EVENTS.labels(event).inc()


_event_counter = _EventCounter()


def count_events() -> None:
    """Count the events of the log, once however often it is called."""
    for name in (security.name, f"{RUNTIME}.database", f"{RUNTIME}.http"):
        logging.getLogger(name).addHandler(_event_counter)


@asynccontextmanager
async def sampling_pool(database: Database) -> AsyncIterator[None]:
    """Sample the pool every second, so that other processes can serve its metrics."""
    task = asyncio.create_task(_sample_forever(database))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _sample_forever(database: Database) -> None:
    while True:
        _sample(database)
        await asyncio.sleep(_SAMPLE_INTERVAL)


def _sample(database: Database) -> None:
    usage = database.usage()
    _SIZE.set(usage.size)
    _OPEN.set(usage.open)
    _IN_USE.set(usage.in_use)
    _WAITING.set(usage.waiting)


def _render() -> bytes:
    """The metrics of all processes, or of this one if it is the only one."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return generate_latest(REGISTRY)
    _remove_dead_processes(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _remove_dead_processes(folder: Path) -> None:
    """Remove the gauges of dead processes; their counters stay."""
    processes = {int(match[1]) for file in folder.iterdir() if (match := _GAUGE_FILE.fullmatch(file.name))}
    for process in processes:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):  # another process removed it at the same time
                mark_process_dead(process, str(folder))  # type: ignore[no-untyped-call]
        except PermissionError:
            pass  # the process is alive, and belongs to another user
