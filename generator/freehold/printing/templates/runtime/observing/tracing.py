"""Spans for OpenTelemetry: one for each request, made by FastAPI, and one for each statement.

Nothing that a client sent is in a span but the request id and the trace that it names: no path, query,
header, body, and no value of a statement. So the text of an exception stays out as well.
"""

import os
from collections.abc import Awaitable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import asyncpg
from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, TracerProvider
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

from ..database.connections import Connection, ConnectionPool
from ..database.statements import Statement
from ..event_log import RUNTIME
from ..http.request_ids import current_request_id
from ..settings.service_settings import Settings, SettingsError
from .health import PATHS

_EXPORTERS = {
    "otlp": "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "console": "opentelemetry.sdk.trace.export",
}
"""What sends traces away, and where it is. The service does not ask for these packages: most run without."""
OFF = TelemetryConfig(tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False)
_SAID = frozenset({"http.request.method", "url.scheme", "network.protocol.version"})
"""What FastAPI may say of a request before it is routed. It would say the path and the query too."""
_REQUEST_ID = "http.response.header.x-request-id"
_SIGNAL_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"


def provider(settings: Settings) -> TracerProvider | None:
    """Who makes spans: who is there (`opentelemetry-instrument`), or one as the settings say, or nobody."""
    module = exporter(settings)
    if module is not None:
        return _made(settings, module)
    return None if _is_off() or _is_free() else trace.get_tracer_provider()


def exporter(settings: Settings) -> str | None:
    """The module that is to send traces away; None when nobody asks for it, or somebody else does it.

    Raises SettingsError when it is not known here, or not installed.
    """
    collected = settings.otel_exporter_otlp_endpoint or os.environ.get(_SIGNAL_ENDPOINT)
    name = settings.otel_traces_exporter or ("otlp" if collected else "none")
    if name == "none" or _is_off() or not _is_free():
        return None
    if name not in _EXPORTERS:
        raise SettingsError(
            "OTEL_TRACES_EXPORTER must be otlp, console or none; others come with `opentelemetry-instrument`."
        )
    if not is_installed(_EXPORTERS[name]):
        raise SettingsError(
            "OTEL_TRACES_EXPORTER or OTEL_EXPORTER_OTLP_ENDPOINT is set, and needs packages that are not"
            " there: pip install 'fastapi[opentelemetry]'"
        )
    return _EXPORTERS[name]


def is_installed(module: str) -> bool:
    """Whether a module is there. It is not imported, the packages that it is part of are."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _is_off() -> bool:
    return os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"


def _is_free() -> bool:
    """Whether nobody makes spans in this process yet."""
    return isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider | trace.NoOpTracerProvider)


def _made(settings: Settings, module: str) -> TracerProvider:
    """The SDK's provider, for all of the process. Names, samplers and limits are as its own variables say.

    The packages may not be there, so that no type of theirs is named.
    """
    made: Any = import_module("opentelemetry.sdk.trace").TracerProvider()
    processor = import_module("opentelemetry.sdk.trace.export").BatchSpanProcessor
    made.add_span_processor(processor(_sender(settings, import_module(module))))
    trace.set_tracer_provider(made)
    found: TracerProvider = made
    return found


def _sender(settings: Settings, module: Any) -> Any:
    if hasattr(module, "ConsoleSpanExporter"):
        return module.ConsoleSpanExporter(formatter=lambda span: f"{span.to_json(indent=None)}\n")
    base = settings.otel_exporter_otlp_endpoint
    if base is None or _SIGNAL_ENDPOINT in os.environ:
        return module.OTLPSpanExporter()
    return module.OTLPSpanExporter(endpoint=f"{base.rstrip('/')}/v1/traces")


def tracer(made: TracerProvider) -> Tracer:
    """What makes the spans of statements."""
    return made.get_tracer(RUNTIME)


def telemetry(made: TracerProvider | None) -> TelemetryConfig:
    """What FastAPI is told. Without a word it would look for somebody to tell at each request."""
    if made is None:
        return OFF
    return {**OFF, "tracing": True, "tracer_provider": _Discreet(made), "exclude": _is_probe}


def _is_probe(scope: MutableMapping[str, Any]) -> bool:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) in PATHS


class _Discreet(TracerProvider):
    """Another provider, whose spans begin with nothing that a client chose."""

    def __init__(self, inner: TracerProvider) -> None:
        self._inner = inner

    @override
    def get_tracer(self, *arguments: Any, **named: Any) -> Tracer:
        return _DiscreetTracer(self._inner.get_tracer(*arguments, **named))


class _DiscreetTracer(Tracer):
    def __init__(self, inner: Tracer) -> None:
        self._inner = inner

    @override
    def start_span(self, name: str, *arguments: Any, **named: Any) -> Span:
        said: Mapping[str, Any] = named.get("attributes") or {}
        named["attributes"] = {key: value for key, value in said.items() if key in _SAID}
        return self._inner.start_span(name, *arguments, **named)

    @override
    @contextmanager
    def start_as_current_span(  # type: ignore[override]  # the base has a context manager of its own kind
        self, name: str, *arguments: Any, **named: Any
    ) -> Iterator[Span]:
        with trace.use_span(self.start_span(name, *arguments, **named), end_on_exit=True) as span:
            yield span


class NamedSpans:
    """Gives the span of a request the request's id, which the log and the answer have too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Name the span, and pass on."""
        named = current_request_id()
        if scope["type"] == "http" and named is not None:
            trace.get_current_span().set_attribute(_REQUEST_ID, [named])
        return self._app(scope, receive, send)


class TracedConnectionPool(ConnectionPool):
    """Connections whose statements have a span each, with the names of OpenTelemetry's conventions."""

    def __init__(self, tracer: Tracer, pool: "asyncpg.Pool[Any]", patience: float) -> None:
        super().__init__(pool, patience)
        self._tracer = tracer

    @override
    async def execute(
        self, connection: Connection, statement: Statement, arguments: list[object], *, all_rows: bool
    ) -> Any:
        with self._tracer.start_as_current_span(
            f"{statement.operation} {statement.table}",
            kind=SpanKind.CLIENT,
            attributes=_described(statement),
            record_exception=False,  # what it says may quote a row
            set_status_on_exception=False,
        ) as span:
            try:
                return await super().execute(connection, statement, arguments, all_rows=all_rows)
            except Exception as fault:
                _tell(span, fault)
                raise


def _described(statement: Statement) -> dict[str, str]:
    return {
        "db.system.name": "postgresql",
        "db.operation.name": statement.operation,
        "db.collection.name": statement.table,
        "db.query.text": statement.sql,
    }


def _tell(span: Span, fault: Exception) -> None:
    code = getattr(fault, "sqlstate", None)
    if code:
        span.set_attribute("db.response.status_code", code)
    span.set_attribute("error.type", code or type(fault).__qualname__)
    span.set_status(StatusCode.ERROR)
