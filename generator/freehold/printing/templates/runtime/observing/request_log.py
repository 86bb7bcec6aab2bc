"""Structured logs: one line for each request and for each event, as JSON or as text.

Lines contain no client input but the request id: no token, claim, body, path or query. The path is the
route's template, the owner is a digest, and an exception is its type and its frames: its message may quote a
row.

LOG_REQUESTS=false omits the lines of requests, which saves some 20 microseconds each. uvicorn's access log is
always off, because it contains paths and queries.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from time import perf_counter
from types import TracebackType

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from ..event_log import RUNTIME, events, requests, security
from ..http.middleware.request_ids import current_request_id
from ..settings.service_settings import Settings

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_UNQUOTED = re.compile(r"[!#-<>-\[\]-~]+")  # printable ASCII without space, quotation mark, = and backslash
_encode = json.JSONEncoder(default=str).encode  # created once: `json.dumps` creates one for each line
_FIELDS_ATTRIBUTE = "fields"
"""The attribute of a log record that holds the fields of a request."""


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return _encode(_fields(record))


class TextFormatter(logging.Formatter):
    """Formats a record as one line of text: time, level, event, and `name=value` pairs."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        fields = _fields(record)
        first = " ".join(str(fields.pop(name)) for name in ("time", "level", "event"))
        return " ".join([first, *(f"{name}={_quote(value)}" for name, value in fields.items())])


class RequestLogMiddleware:
    """Logs each request after its response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Log a request; `status` is null if there was no response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_at = perf_counter()
        status: int | None = None

        async def send_and_record(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_record)
        finally:
            fields = {
                "method": method(scope),
                "route": template(scope),
                "status": status,
                "ms": round((perf_counter() - started_at) * 1000, 2),
                "owner": _digest(scope["state"].get("owner")),
            }
            _log(fields)


def install(app: FastAPI, settings: Settings) -> None:
    """Log the requests of `app`, and format all log records. Add it before `RequestIdMiddleware`."""
    _configure(settings)
    if settings.log_requests:
        app.add_middleware(RequestLogMiddleware)


def method(scope: Scope) -> str:
    """The method if it is a standard one, or `other`: clients can invent any number of methods."""
    return scope["method"] if scope["method"] in _METHODS else "other"


def template(scope: Scope) -> str | None:
    """The path template of the route, `/api/tasks/{task_id}`, or None without a route."""
    return getattr(scope.get("route"), "path", None)


def _log(fields: Mapping[str, object]) -> None:
    """Like `requests.info()`, but without looking up the caller, which takes half of its time."""
    if requests.isEnabledFor(logging.INFO):
        record = logging.LogRecord(requests.name, logging.INFO, "", 0, "request", None, None)
        setattr(record, _FIELDS_ATTRIBUTE, fields)
        requests.handle(record)


def _configure(settings: Settings) -> None:
    """Configure the root logger, unless it has handlers already."""
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    logging.getLogger(RUNTIME).setLevel(logging.INFO)
    root = logging.getLogger()
    own_handlers = [h for h in root.handlers if isinstance(h.formatter, JsonFormatter | TextFormatter)]
    if len(root.handlers) > len(own_handlers):
        return
    for handler in own_handlers:
        root.removeHandler(handler)
    new_handler = logging.StreamHandler()
    new_handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    root.addHandler(new_handler)
    for name in ("uvicorn", "uvicorn.error"):
        server_logger = logging.getLogger(name)
        server_logger.handlers.clear()
        server_logger.propagate = True


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """The fields of a line. Every line has `time`, `level`, `event` and `request_id`, which may be null."""
    time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    first: dict[str, object] = {"time": time, "level": record.levelname.lower()}
    identity: dict[str, object] = {"request_id": current_request_id()}
    request_fields: Mapping[str, object] | None = getattr(record, _FIELDS_ATTRIBUTE, None)
    if request_fields is not None:
        return first | {"event": record.msg} | identity | dict(request_fields)
    text = record.getMessage()
    if record.name in (security.name, events.name):
        event, _, reason = text.partition(": ")
        return first | {"event": event} | identity | ({"reason": reason} if reason else {})
    return (
        first
        | {"event": "message"}
        | identity
        | {"logger": record.name, "message": text}
        | _exception_fields(record)
    )


def _exception_fields(record: logging.LogRecord) -> dict[str, object]:
    """The type and the frames of the exception of a record, without its message."""
    error_type, error, frames = record.exc_info or (None, None, None)
    if error_type is None or error is None:
        return {}
    return {"event": "exception", "type": error_type.__qualname__, "frames": list(_locations(frames))}


def _locations(frames: TracebackType | None) -> Iterator[str]:
    return (f"{frame.f_code.co_filename}:{line}" for frame, line in traceback.walk_tb(frames))


def _digest(owner: object) -> str | None:
    """A digest of the owner: it makes the lines of a known owner searchable without naming any."""
    return None if owner is None else sha256(str(owner).encode()).hexdigest()[:16]


def _quote(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if _UNQUOTED.fullmatch(text) else json.dumps(text)
