"""One line of log for each request, and for each thing that went wrong; as JSON, or as text to read.

Nothing of what a client sent is in a line but the request id: no token, claim, body, path or query. The path
is the route's template, the owner is a digest, an exception is its type and where it came by. So the text of
an exception stays out as well: it may quote a row.

LOG_REQUESTS=false spares the line of each request, some 20 microseconds. uvicorn's access log is off either
way: it writes paths and queries.
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
from ..http.request_ids import current_request_id
from ..settings.service_settings import Settings

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PLAIN = re.compile(r"[!#-<>-\[\]-~]+")  # printable ASCII without space, quotation mark, = and backslash
_encode = json.JSONEncoder(default=str).encode  # made once: `dumps` makes one for each line
_FIELDS = "fields"
"""Where a record carries what is to be known by name."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON, whatever is in it."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return _encode(_fields(record))


class TextLines(logging.Formatter):
    """A record as one line for people: the time, the level, the event, and `name=value`."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        fields = _fields(record)
        head = " ".join(str(fields.pop(name)) for name in ("time", "level", "event"))
        return " ".join([head, *(f"{name}={_quoted(value)}" for name, value in fields.items())])


class RequestLog:
    """Writes the line of each request, when it has been answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and log what was answered; `status` is null for what was not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        status: int | None = None

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            fields = {
                "method": method(scope),
                "route": template(scope),
                "status": status,
                "ms": round((perf_counter() - began) * 1000, 2),
                "owner": _digest(scope["state"].get("owner")),
            }
            _log(fields)


def install(app: FastAPI, settings: Settings) -> None:
    """Log the requests of `app`, and format all log records. Add it before `RequestIdMiddleware`."""
    _configure(settings)
    if settings.log_requests:
        app.add_middleware(RequestLog)


def method(scope: Scope) -> str:
    """The method, when it is a usual one: anybody can make up others, without end."""
    return scope["method"] if scope["method"] in _METHODS else "other"


def template(scope: Scope) -> str | None:
    """The path as the route says it, `/api/tasks/{task_id}`, or None where there is no route."""
    return getattr(scope.get("route"), "path", None)


def _log(fields: Mapping[str, object]) -> None:
    """As `requests.info` does, but for looking up who called: half of its time."""
    if requests.isEnabledFor(logging.INFO):
        record = logging.LogRecord(requests.name, logging.INFO, "", 0, "request", None, None)
        setattr(record, _FIELDS, fields)
        requests.handle(record)


def _configure(settings: Settings) -> None:
    """A root logger that has handlers was set up by whoever runs the service, and stays as it is."""
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    logging.getLogger(RUNTIME).setLevel(logging.INFO)
    root = logging.getLogger()
    ours = [h for h in root.handlers if isinstance(h.formatter, JsonLines | TextLines)]
    if len(root.handlers) > len(ours):
        return
    for handler in ours:
        root.removeHandler(handler)
    new = logging.StreamHandler()
    new.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    root.addHandler(new)
    for name in ("uvicorn", "uvicorn.error"):
        server = logging.getLogger(name)
        server.handlers.clear()
        server.propagate = True


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """What a line says. Every line has `time`, `level`, `event` and `request_id`, which may be null."""
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    head: dict[str, object] = {"time": moment, "level": record.levelname.lower()}
    identity: dict[str, object] = {"request_id": current_request_id()}
    known: Mapping[str, object] | None = getattr(record, _FIELDS, None)
    if known is not None:
        return head | {"event": record.msg} | identity | dict(known)
    text = record.getMessage()
    if record.name in (security.name, events.name):
        event, _, reason = text.partition(": ")
        return head | {"event": event} | identity | ({"reason": reason} if reason else {})
    return (
        head | {"event": "message"} | identity | {"logger": record.name, "message": text} | _failure(record)
    )


def _failure(record: logging.LogRecord) -> dict[str, object]:
    """The exception of a record: what kind it is and where it came by, without a value."""
    kind, error, frames = record.exc_info or (None, None, None)
    if kind is None or error is None:
        return {}
    return {"event": "exception", "type": kind.__qualname__, "frames": list(_places(frames))}


def _places(frames: TracebackType | None) -> Iterator[str]:
    return (f"{frame.f_code.co_filename}:{line}" for frame, line in traceback.walk_tb(frames))


def _digest(owner: object) -> str | None:
    """The same for the same owner. Who knows an owner can find its lines, and no line names one."""
    return None if owner is None else sha256(str(owner).encode()).hexdigest()[:16]


def _quoted(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
