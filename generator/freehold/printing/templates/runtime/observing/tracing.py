"""OpenTelemetry spans: one for each request, created by FastAPI, and one for each statement.

Spans contain no client input but the request id and the trace context: no path, query, header or body, no
values of statements, and no messages of exceptions, which may quote them.
"""

import os
from collections.abc import Awaitable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, TracerProvider
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

from ..database.pool.connection_pool import ConnectionPool
from ..database.pool.session_connection import SessionConnection
from ..database.statements import Statement
from ..event_log import RUNTIME
from ..http.middleware.exchange import current_request_id
from ..settings.service_settings import Settings, SettingsError
from .health import SERVICE_PATHS

_EXPORTER_MODULES = {
    "otlp": "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "console": "opentelemetry.sdk.trace.export",
}
"""The modules of the exporters. Their packages are optional."""
NO_TELEMETRY = TelemetryConfig(
    tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False
)
_ALLOWED_ATTRIBUTES = frozenset({"http.request.method", "url.scheme", "network.protocol.version"})
"""The attributes that FastAPI may set before routing. It would set the path and the query as well."""
_REQUEST_ID_ATTRIBUTE = "http.response.header.x-request-id"
_TRACES_ENDPOINT_VARIABLE = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"


def provider(settings: Settings) -> TracerProvider | None:
    """The tracer provider: an existing one (`opentelemetry-instrument`), one from the settings, or None."""
    module = exporter(settings)
    if module is not None:
        return _create_provider(settings, module)
    return None if _is_disabled() or _has_no_provider() else trace.get_tracer_provider()


def exporter(settings: Settings) -> str | None:
    """The module of the exporter; None if traces are off, or if a provider exists already.

    Raises SettingsError if the exporter is unknown or not installed.
    """
    endpoint = settings.otel_exporter_otlp_endpoint or os.environ.get(_TRACES_ENDPOINT_VARIABLE)
    name = settings.otel_traces_exporter or ("otlp" if endpoint else "none")
    if name == "none" or _is_disabled() or not _has_no_provider():
        return None
    if name not in _EXPORTER_MODULES:
        raise SettingsError(
            "OTEL_TRACES_EXPORTER must be otlp, console or none; others come with `opentelemetry-instrument`."
        )
    if not is_installed(_EXPORTER_MODULES[name]):
        raise SettingsError(
            "OTEL_TRACES_EXPORTER or OTEL_EXPORTER_OTLP_ENDPOINT is set, and needs packages that are not"
            " installed: pip install 'fastapi[opentelemetry]'"
        )
    return _EXPORTER_MODULES[name]


def is_installed(module: str) -> bool:
    """Whether a module is installed. Its parent packages are imported, the module is not."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _is_disabled() -> bool:
    return os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"


def _has_no_provider() -> bool:
    """Whether this process has no tracer provider yet."""
    return isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider | trace.NoOpTracerProvider)


def _create_provider(settings: Settings, module: str) -> TracerProvider:
    """Create the SDK's provider for the process; names, samplers and limits come from OTEL_* variables.

    The packages are optional, so their types are not used in annotations.
    """
    tracer_provider: Any = import_module("opentelemetry.sdk.trace").TracerProvider()
    processor = import_module("opentelemetry.sdk.trace.export").BatchSpanProcessor
    tracer_provider.add_span_processor(processor(_create_exporter(settings, import_module(module))))
    trace.set_tracer_provider(tracer_provider)
    typed_provider: TracerProvider = tracer_provider
    return typed_provider


def _create_exporter(settings: Settings, module: Any) -> Any:
    if hasattr(module, "ConsoleSpanExporter"):
        return module.ConsoleSpanExporter(formatter=lambda span: f"{span.to_json(indent=None)}\n")
    base = settings.otel_exporter_otlp_endpoint
    if base is None or _TRACES_ENDPOINT_VARIABLE in os.environ:
        return module.OTLPSpanExporter()
    return module.OTLPSpanExporter(endpoint=f"{base.rstrip('/')}/v1/traces")


def tracer(tracer_provider: TracerProvider) -> Tracer:
    """The tracer of the spans of statements."""
    return tracer_provider.get_tracer(RUNTIME)


def telemetry(tracer_provider: TracerProvider | None) -> TelemetryConfig:
    """FastAPI's configuration of telemetry. Without one, it would look for a provider at each request."""
    if tracer_provider is None:
        return NO_TELEMETRY
    return {
        **NO_TELEMETRY,
        "tracing": True,
        "tracer_provider": _FilteringProvider(tracer_provider),
        "exclude": _is_probe,
    }


def _is_probe(scope: MutableMapping[str, Any]) -> bool:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) in SERVICE_PATHS


class _FilteringProvider(TracerProvider):
    """Wraps a provider, and removes client input from the initial attributes of spans."""

    def __init__(self, inner: TracerProvider) -> None:
        self._inner = inner

    @override
    def get_tracer(self, *arguments: Any, **options: Any) -> Tracer:
        return _FilteringTracer(self._inner.get_tracer(*arguments, **options))


class _FilteringTracer(Tracer):
    def __init__(self, inner: Tracer) -> None:
        self._inner = inner

    @override
    def start_span(self, name: str, *arguments: Any, **options: Any) -> Span:
        attributes: Mapping[str, Any] = options.get("attributes") or {}
        options["attributes"] = {
            key: value for key, value in attributes.items() if key in _ALLOWED_ATTRIBUTES
        }
        return self._inner.start_span(name, *arguments, **options)

    @override
    @contextmanager
    def start_as_current_span(  # type: ignore[override]  # the base has its own kind of context manager
        self, name: str, *arguments: Any, **options: Any
    ) -> Iterator[Span]:
        with trace.use_span(self.start_span(name, *arguments, **options), end_on_exit=True) as span:
            yield span


class RequestIdSpanMiddleware:
    """Adds the request id to the span of a request; it is also in the log and in the response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Set the attribute, and pass the request on."""
        request_id = current_request_id()
        if scope["type"] == "http" and request_id is not None:
            trace.get_current_span().set_attribute(_REQUEST_ID_ATTRIBUTE, [request_id])
        return self._app(scope, receive, send)


class TracedConnectionPool(ConnectionPool):
    """A pool that creates a span for each statement, with OpenTelemetry's semantic conventions."""

    def __init__(self, tracer: Tracer, *args: Any) -> None:
        super().__init__(*args)
        self._tracer = tracer

    @override
    async def execute(
        self, session: SessionConnection, statement: Statement, arguments: Sequence[object], *, all_rows: bool
    ) -> Any:
        with self._tracer.start_as_current_span(
            f"{statement.operation} {statement.table}",
            kind=SpanKind.CLIENT,
            attributes=_attributes(statement),
            record_exception=False,  # its message may quote a row
            set_status_on_exception=False,
        ) as span:
            try:
                return await super().execute(session, statement, arguments, all_rows=all_rows)
            except Exception as error:
                _record_error(span, error)
                raise


def _attributes(statement: Statement) -> dict[str, str]:
    return {
        "db.system.name": "postgresql",
        "db.operation.name": statement.operation,
        "db.collection.name": statement.table,
        "db.query.text": statement.sql,
    }


def _record_error(span: Span, error: Exception) -> None:
    code = getattr(error, "sqlstate", None)
    if code:
        span.set_attribute("db.response.status_code", code)
    span.set_attribute("error.type", code or type(error).__qualname__)
    span.set_status(StatusCode.ERROR)
