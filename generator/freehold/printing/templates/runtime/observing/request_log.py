"""Structured logs: one line for each request and for each event, as JSON or as text.

Lines contain no client input but the request id: no token, claim, body, path or query. The path is the
route's template, the owner is a digest, and an exception is its type and its frames: its message may quote a
row.

The line of a request, and that of a security event, is written without a log record where nothing but our own
handler would get one.
LOG_REQUESTS=false omits it. uvicorn's access log is always off, because it contains paths and queries.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from time import time
from types import TracebackType
from typing import TextIO
from uuid import UUID

from starlette.types import Scope
from typing_extensions import override

from ..event_log import RUNTIME, events, requests, security, security_events
from ..http.middleware.exchange import current_request_id
from ..http.middleware.request_middleware import LogRequest
from ..settings.service_settings import Settings

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_UNQUOTED = re.compile(r"[!#-<>-\[\]-~]+")  # printable ASCII without space, quotation mark, = and backslash
_encode = json.JSONEncoder(default=str).encode  # created once: `json.dumps` creates one for each line
_FIELDS_ATTRIBUTE = "fields"
"""The attribute of a log record that holds the fields of a request."""

_OTHER = "other"  # a method that is none of them
_MOST_QUOTED = 1024  # texts whose JSON is remembered
_MOST_OWNERS = 4096  # whose digests are remembered


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


class LineHandler(logging.StreamHandler[TextIO]):
    """Writes the lines of the log, to standard error."""

    def write_line(self, line: str) -> None:
        """Write a formatted line."""
        try:
            with self.lock or nullcontext():
                self.stream.write(f"{line}\n")
                if not getattr(self.stream, "line_buffering", False):  # as standard error is
                    self.stream.flush()
        except Exception:  # noqa: BLE001 - the log must not fail the request: `logging` reports it
            self.handleError(logging.LogRecord(requests.name, logging.INFO, "", 0, line, None, None))


def install(settings: Settings) -> LogRequest | None:
    """Format all log records. Returns what logs a request after its response, if requests are logged."""
    handler = _configure(settings)
    writes_json = settings.log_format == "json"

    def log_security_event(event: str, reason: str) -> bool:
        if not writes_json or handler is None or not _has_only(handler, _loggers(security), logging.WARNING):
            return False
        handler.write_line(_event_line(event, reason))
        return True

    security_events.write_line = log_security_event
    if not settings.log_requests:
        return None

    def log_request(scope: Scope, status: int | None, seconds: float) -> None:
        milliseconds, owner = round(seconds * 1000, 2), _digest(scope["state"].get("owner"))
        if writes_json and handler is not None and _has_only(handler, _loggers(requests), logging.INFO):
            handler.write_line(_request_line(scope, status, milliseconds, owner))
        elif requests.isEnabledFor(logging.INFO):
            fields = {
                "method": method(scope),
                "route": template(scope),
                "status": status,
                "ms": milliseconds,
                "owner": owner,
            }
            _log(fields)

    return log_request


@lru_cache
def _loggers(lowest: logging.Logger) -> Sequence[logging.Logger]:
    """A logger, and those above it but for the root."""
    parts = lowest.name.split(".")
    return [logging.getLogger(".".join(parts[:count])) for count in range(len(parts), 0, -1)]


def _has_only(handler: LineHandler, loggers: Sequence[logging.Logger], level: int) -> bool:
    """Whether a record of the first logger would only be written by this handler: logging is as set up."""
    lowest = loggers[0]
    if lowest.root.handlers != [handler] or handler.filters or handler.level > level:
        return False
    for logger in loggers:
        if logger.handlers or logger.filters or not logger.propagate:
            return False
    return lowest.isEnabledFor(level)


def _request_line(scope: Scope, status: int | None, milliseconds: float, owner: str | None) -> str:
    """The line that JsonFormatter makes for a request. No value in it but the route needs escapes."""
    owner_text = "null" if owner is None else f'"{owner}"'
    path = getattr(scope.get("route"), "path", None)
    name = scope["method"] if scope["method"] in _METHODS else _OTHER
    return (
        f'{{"time": "{_now()}", "level": "info",'
        f' "event": "request", "request_id": "{scope["state"]["request_id"]}", "method": "{name}",'
        f' "route": {_quoted(path)}, "status": {"null" if status is None else status},'
        f' "ms": {milliseconds!r}, "owner": {owner_text}}}'
    )


def _event_line(event: str, reason: str) -> str:
    """The line that JsonFormatter makes for a security event."""
    ending = f', "reason": {_quoted(reason)}' if reason else ""
    return (
        f'{{"time": "{_now()}", "level": "warning", "event": "{event}",'
        f' "request_id": {_encode(current_request_id())}{ending}}}'
    )


def _now() -> str:
    now = time()
    return f"{_second(int(now))}.{int(now * 1000) % 1000:03}+00:00"


@lru_cache(2)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


@lru_cache(_MOST_QUOTED)
def _quoted(text: str | None) -> str:
    return _encode(text)


def method(scope: Scope) -> str:
    """The method if it is a standard one, or `other`: clients can invent any number of methods."""
    return scope["method"] if scope["method"] in _METHODS else _OTHER


def template(scope: Scope) -> str | None:
    """The path template of the route, `/api/tasks/{task_id}`, or None without a route."""
    return getattr(scope.get("route"), "path", None)


def _log(fields: Mapping[str, object]) -> None:
    """Like `requests.info()`, but without looking up the caller, which takes half of its time."""
    record = logging.LogRecord(requests.name, logging.INFO, "", 0, "request", None, None)
    setattr(record, _FIELDS_ATTRIBUTE, fields)
    requests.handle(record)


def _configure(settings: Settings) -> LineHandler | None:
    """Configure the root logger, unless it has handlers already. Returns the handler of the root logger."""
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    logging.getLogger(RUNTIME).setLevel(logging.INFO)
    root = logging.getLogger()
    own_handlers = [h for h in root.handlers if isinstance(h, LineHandler)]
    if len(root.handlers) > len(own_handlers):
        return None
    for handler in own_handlers:
        root.removeHandler(handler)
    new_handler = LineHandler()
    new_handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    root.addHandler(new_handler)
    for name in ("uvicorn", "uvicorn.error"):
        server_logger = logging.getLogger(name)
        server_logger.handlers.clear()
        server_logger.propagate = True
    return new_handler


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


@lru_cache(_MOST_OWNERS)
def _digest(owner: str | UUID | int | None) -> str | None:
    """A digest of the owner: it makes the lines of a known owner searchable without naming any."""
    return None if owner is None else sha256(str(owner).encode()).hexdigest()[:16]


def _quote(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if _UNQUOTED.fullmatch(text) else json.dumps(text)
