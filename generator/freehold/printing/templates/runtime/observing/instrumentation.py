"""Metrics at `/metrics` and traces. Both are off by default.

What is off is not imported and costs nothing: the middleware and the pool are chosen at startup.
"""

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from starlette.routing import BaseRoute

from ..database.execution import Database
from ..database.pool.connection_pool import ConnectionPool
from ..http.middleware.request_middleware import Layer
from ..settings.service_settings import Settings, SettingsError
from . import tracing
from .health import METRICS_PATH, ServicePath

_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""The folder that processes share their metrics in; prometheus-client reads it on import."""


class Instrumentation:
    """The metrics and traces of one application. Raises SettingsError if a package is missing."""

    def __init__(self, settings: Settings) -> None:
        check_packages(settings)
        self._metrics = settings.metrics
        self._provider = tracing.provider(settings)
        self.telemetry = tracing.telemetry(self._provider)
        """FastAPI's configuration of telemetry."""

    @property
    def pool_factory(self) -> Callable[..., ConnectionPool]:
        """Creates the connection pool: a traced one, or a plain one."""
        if self._provider is None:
            return ConnectionPool
        return partial(tracing.TracedConnectionPool, tracing.tracer(self._provider))

    def direct_routes(self, app: FastAPI) -> Sequence[BaseRoute]:
        """The routes of `app`, if their requests need nothing of FastAPI besides them.

        Spans are named by its router, and middleware of the project itself is between us and the router.
        """
        return () if self._provider or app.user_middleware else app.router.routes

    def layers(self) -> list[Layer]:
        """What surrounds each request that is logged: metrics and the attribute of its span."""
        layers: list[Layer] = []
        if self._metrics:
            from . import metrics  # noqa: PLC0415 - only imported if it is on

            metrics.count_events()
            layers.append(metrics.MetricsMiddleware)
        return [*layers, *([] if self._provider is None else [tracing.RequestIdSpanMiddleware])]

    def probes(self) -> dict[str, ServicePath]:
        """What answers at the path of the metrics, if they are on."""
        if not self._metrics:
            return {}
        from . import metrics  # noqa: PLC0415

        return {METRICS_PATH: ServicePath(metrics.answer_metrics)}

    @asynccontextmanager
    async def sampling_pool(self, database: Database) -> AsyncIterator[None]:
        """Sample the connection pool while the service runs."""
        if not self._metrics:
            yield
            return
        from . import metrics  # noqa: PLC0415

        async with metrics.sampling_pool(database):
            yield


def check_packages(settings: Settings) -> None:
    """Raise SettingsError if metrics or traces are on and a package or a folder is missing."""
    if settings.metrics:
        if not tracing.is_installed("prometheus_client"):
            raise SettingsError("METRICS is on, and needs a package: pip install prometheus-client")
        if not Path(os.environ.get(_FOLDER_VARIABLE) or ".").is_dir():
            raise SettingsError(
                f"{_FOLDER_VARIABLE} is not a folder. Make it, empty, before the service starts."
            )
    tracing.exporter(settings)


def needs_shared_folder(settings: Settings) -> bool:
    """Whether several processes need a folder for their metrics, and the environment names none."""
    return settings.metrics and _FOLDER_VARIABLE not in os.environ
