"""A name for each request, so that an answer and the log lines about it can be brought together."""

import re
from contextvars import ContextVar
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"
_current: ContextVar[str | None] = ContextVar("request_id", default=None)
_SANE = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class RequestIds:
    """Takes the id that the client sent, when it is a sane one, or makes one; the answer carries it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the request in `scope["state"]["request_id"]`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _sent(scope) or str(uuid4())
        scope.setdefault("state", {})["request_id"] = request_id

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        before = _current.set(request_id)
        try:
            await self._app(scope, receive, named)
        finally:
            _current.reset(before)


def request_id(request: Request) -> str:
    """The name of this request."""
    return str(request.state.request_id)


def current_id() -> str | None:
    """The name of the request that is being answered here, or None outside of one."""
    return _current.get()


def _sent(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE.fullmatch(value):
            return str(value, "ascii")
    return None
