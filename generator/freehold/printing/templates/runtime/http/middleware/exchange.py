"""A request and its answer on their way: the request id, the status, and the headers of every answer."""

import re
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from os import urandom

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Scope, Send

HEADER = "X-Request-Id"
_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The first digit of the fourth group of a UUID, for a random one."""
_VALID_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_NOT_STORED = (b"cache-control", b"no-store")
_REVALIDATED = (b"cache-control", b"private, no-cache")
"""With an ETag, the client may store the response and revalidate it each time."""
_OWN_HEADERS = frozenset({b"x-content-type-options", b"cache-control", b"x-request-id"})

RawHeaders = list[tuple[bytes, bytes]]
OF_REQUEST = "of_request"
"""In the state of a request: what refers to the request. RequestMiddleware drops it at the end: else only a
garbage collection would free both."""
Respond = Callable[[int, RawHeaders, bytes | memoryview], None]
RESPOND = "freehold.respond"
"""In the scope of a request whose server takes whole answers: status, headers and body at once."""


class Exchange:
    """A request whose answer may have begun.

    Args:
        scope: the request. Its state gets the request id; its server may be one that takes whole answers.
        send: sends a part of the answer to the client.
        is_last: whether the client should open a new connection for its next request.

    """

    __slots__ = ("_is_last", "_respond", "_send", "request_id", "status")

    def __init__(self, scope: Scope, send: Send, *, is_last: bool = False) -> None:
        self.request_id = new_request_id(scope["headers"])
        self.status: int | None = None
        """The status of the answer, once it has begun."""
        self._send = send
        respond: Respond | None = scope.get(RESPOND)
        is_unchanged = getattr(send, "__self__", None) is getattr(respond, "__self__", None)
        self._respond = respond if is_unchanged else None  # else something around us sees each answer
        self._is_last = is_last
        scope.setdefault("state", {})["request_id"] = self.request_id

    def send(self, message: Message) -> Awaitable[None]:
        """Send a part of the answer; its start with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = self._complete(message.get("headers", ()))
        return self._send(message)

    def answer(self, response: Response) -> bool:
        """Answer the request at once, if the response is whole and the server takes whole ones."""
        if self._respond is None or response.background is not None:
            return False
        if type(response).__call__ is not Response.__call__:
            return False  # a stream, or a file
        self._respond(response.status_code, self._complete(response.raw_headers), response.body)
        self.status = response.status_code  # not of one that is refused, because of an invalid header
        return True

    def _complete(self, headers: Iterable[tuple[bytes, bytes]]) -> RawHeaders:
        """The headers with those that prevent MIME sniffing and shared caching, and the request id."""
        completed = [*headers]
        cache_control = _NOT_STORED
        for name, _ in completed:
            if name == b"etag":
                cache_control = _REVALIDATED
            elif name in _OWN_HEADERS:
                return self._replace(completed)
        completed += (_NO_SNIFFING, cache_control, (b"x-request-id", self.request_id.encode("latin-1")))
        if self._is_last:  # clients reconnect, to another process
            MutableHeaders(raw=completed)["Connection"] = "close"
        return completed

    def _replace(self, headers: RawHeaders) -> RawHeaders:
        """The same for headers that have some of them already: `Cache-Control` is kept."""
        kept = [header for header in headers if header[0] not in _OWN_HEADERS]
        completed = self._complete(kept)
        for name, value in headers:
            if name == b"cache-control":
                MutableHeaders(raw=completed)["Cache-Control"] = value.decode("latin-1")
        return completed


current_exchange: ContextVar[Exchange] = ContextVar("exchange")
"""The exchange of the current request."""


def request_id(request: Request) -> str:
    """The id of a request."""
    return str(request.scope["state"]["request_id"])


def current_request_id() -> str | None:
    """The id of the current request, or None outside of a request."""
    exchange = current_exchange.get(None)
    return exchange.request_id if exchange else None


def new_request_id(headers: RawHeaders) -> str:
    """The id that the client sent, if it is valid, or a new one: a random UUID (RFC 9562, 5.4)."""
    for name, value in headers:
        if name == b"x-request-id" and _VALID_ID.fullmatch(value):
            return str(value, "ascii")
    digits = urandom(16).hex()
    variant = _VARIANT[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
