"""What operators see of the service besides its log: numbers at `/metrics`, and traces.

Both are off unless asked for. What is off is not imported, and takes no part in a request: which way requests
go is chosen at the start.
"""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI

from ..database.connections import ConnectionPool
from ..database.execution import Database
from ..settings.service_settings import Settings, SettingsError
from . import tracing

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where processes put their numbers together; prometheus-client reads it when it is imported."""


class Observing:
    """What is to be seen of one application. Raises SettingsError where a package for it is missing."""

    def __init__(self, settings: Settings) -> None:
        check_packages(settings)
        self._metrics = settings.metrics
        self._provider = tracing.provider(settings)
        self.telemetry = tracing.telemetry(self._provider)
        """What FastAPI is told of it."""

    @property
    def connections(self) -> Callable[..., ConnectionPool]:
        """What makes the pool's connections: those that are traced, or plain ones."""
        if self._provider is None:
            return ConnectionPool
        return partial(tracing.TracedConnectionPool, tracing.tracer(self._provider))

    def install(self, app: FastAPI) -> None:
        """See the requests of `app`. Must come after the log, and before `RequestIdMiddleware`."""
        if self._provider is not None:
            app.add_middleware(tracing.NamedSpans)
        if self._metrics:
            from . import metrics  # noqa: PLC0415 - not imported unless it is on

            metrics.install(app)

    @asynccontextmanager
    async def watched(self, database: Database) -> AsyncIterator[None]:
        """See what the pool of connections does, as long as the service runs."""
        if not self._metrics:
            yield
            return
        from . import metrics  # noqa: PLC0415

        async with metrics.sampled(database):
            yield


def check_packages(settings: Settings) -> None:
    """Raise SettingsError where something is to be seen, and what it takes is not there."""
    if settings.metrics:
        if not tracing.is_installed("prometheus_client"):
            raise SettingsError("METRICS is on, and needs a package: pip install prometheus-client")
        if not Path(os.environ.get(_FOLDER) or ".").is_dir():
            raise SettingsError(f"{_FOLDER} is not a folder. Make it, empty, before the service starts.")
    tracing.exporter(settings)


@contextmanager
def shared_numbers(settings: Settings, processes: int) -> Iterator[None]:
    """A folder for the numbers of all processes, where there is more than one; it goes at the end."""
    if not settings.metrics or processes == 1 or _FOLDER in os.environ:
        yield
        return
    with TemporaryDirectory(prefix="metrics-") as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER]
