"""One request and its response, between a connection and the ASGI application."""

import asyncio
import logging
from collections.abc import MutableMapping
from typing import Any

from .response_heads import (
    INVALID_IN_VALUES,
    UNUSUAL_IN_NAMES,
    DefaultHeaders,
    RawHeaders,
    is_chunked,
    lower_names,
    status_line,
    wants_close,
    without_codings,
)
from .send_timeout import SendTimeoutProtocol

_LARGEST_COPY = 65_536  # bytes: to join more takes longer than a second write
_MOST_UNREAD = 65_536  # bytes of a body that the application has not asked for
_WITHOUT_BODY = frozenset({204, 304})
_FAILED = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", b"21"),
    (b"connection", b"close"),
)
_log = logging.getLogger("uvicorn.error")
_default_headers = DefaultHeaders()


class RequestCycle:
    """Runs the application for one request: `receive`, `send` and `respond` are its side of the connection.

    The head of a response and its body are one write if the length is declared: such a body follows at once.
    The head of a stream, which may wait for its first part, is not kept.
    """

    __slots__ = (
        "_body", "_chunked", "_connection", "_event", "_expects_continue", "_has_news", "_head", "_is_1_1",
        "_is_head", "_rest", "_unread", "disconnected", "keep_alive", "more_body", "response_complete",
        "response_started", "task",
    )  # fmt: skip

    def __init__(
        self,
        connection: SendTimeoutProtocol,
        *,
        is_head: bool,
        has_body: bool,
        is_1_1: bool,
        keep_alive: bool,
        expects_continue: bool,
    ) -> None:
        self._connection = connection
        self._is_head = is_head
        self._is_1_1 = is_1_1  # a client of HTTP/1.0 knows no chunks: the end of the connection ends a stream
        self._expects_continue = expects_continue  # the client waits for `100 Continue`
        self.keep_alive = keep_alive
        self.disconnected = False
        self.task: asyncio.Task[None] | None = None
        self.more_body = has_body  # the rest of the body is still to arrive
        self._body: list[bytes] = []
        self._unread = 0
        self._has_news = not has_body  # `receive` need not wait
        self._event: asyncio.Event | None = None  # the same, made when `receive` waits
        self.response_started = False
        self.response_complete = False
        self._head = b""  # of the response, until its body follows
        self._chunked: bool | None = None
        self._rest = 0  # bytes of the response that its Content-Length still promises

    async def run(self, app: Any, scope: MutableMapping[str, Any]) -> None:
        """Run the application. A failure without a response is a 500; another closes the connection."""
        try:
            result = await app(scope, self.receive, self.send)
        except BaseException as error:  # noqa: BLE001 - each failure is answered
            _log.error("Exception in ASGI application\n", exc_info=error)
            self._fail()
        else:
            if result is not None:
                _log.error("ASGI callable should return None, but returned '%s'.", result)
                self._close()
            elif not self.response_complete and not self.disconnected:
                what = "completing" if self.response_started else "starting"
                _log.error("ASGI callable returned without %s response.", what)
                self._fail()
        finally:
            self._connection.tasks.discard(self.task)
            self.task = None

    async def receive(self) -> dict[str, Any]:
        """Wait for a part of the body, or for the end of the connection."""
        connection = self._connection
        if self._expects_continue and not connection.transport.is_closing():
            connection.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._expects_continue = False
        if not self.disconnected and not self.response_complete:
            connection.resume_reading()
            await self._wait_for_news()
        if self.disconnected or self.response_complete:
            return {"type": "http.disconnect"}
        body = b"".join(self._body)
        self._body, self._unread = [], 0
        return {"type": "http.request", "body": body, "more_body": self.more_body}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Send a part of the response. Raises RuntimeError for parts out of order and invalid ones."""
        if self._connection.is_writing_paused and not self.disconnected:
            await self._connection.drain()
        if self.disconnected:
            return
        kind = message["type"]
        if not self.response_started:
            if kind != "http.response.start":
                raise RuntimeError(f"Expected ASGI message 'http.response.start', but got '{kind}'.")
            head = self._begin(message["status"], [*message.get("headers", ())])
            if self._chunked is False and not self._is_head:
                self._head = head
            else:
                self._connection.transport.write(head)
        elif self.response_complete:
            raise RuntimeError(f"Unexpected ASGI message '{kind}' sent, after response already completed.")
        elif kind != "http.response.body":
            raise RuntimeError(f"Expected ASGI message 'http.response.body', but got '{kind}'.")
        else:
            self._write(message.get("body", b""), more=message.get("more_body", False))

    def respond(self, status: int, headers: RawHeaders, body: bytes) -> None:
        """Send a whole response. A client that is gone is ignored. Raises RuntimeError, as `send` does."""
        if self.disconnected:
            return
        if self.response_started:
            raise RuntimeError("Unexpected response, after a response has already started.")
        self._head = self._begin(status, headers)
        self._write(body, more=False)

    def add_body(self, part: bytes) -> None:
        """A part of the body has arrived."""
        self._body.append(part)
        self._unread += len(part)
        if self._unread > _MOST_UNREAD:
            self._connection.pause_reading()
        self._wake()

    def end_body(self) -> None:
        """The body is complete."""
        self.more_body = False
        self._wake()

    def disconnect(self) -> None:
        """The client is gone, or will be: nothing more is sent."""
        if not self.response_complete:
            self.disconnected = True
        self._wake()

    def _wake(self) -> None:
        if self._event is None:
            self._has_news = True
        else:
            self._event.set()

    async def _wait_for_news(self) -> None:
        if self._event is None:
            if self._has_news:
                self._has_news = False
                return
            self._event = asyncio.Event()
        event = self._event
        await event.wait()
        event.clear()

    def _begin(self, status: int, headers: RawHeaders) -> bytes:
        """Start the response, and return its head. Nobody wants the rest of a body then: it is not read."""
        self.response_started, self._expects_continue = True, False
        self.keep_alive = self.keep_alive and not self.more_body
        known, default_lines = _default_headers.known
        defaults = self._connection.server_state.default_headers
        if defaults is not known:
            default_lines = _default_headers.lines(defaults)
        headers = headers if self._is_1_1 else without_codings(headers)
        names, values = zip(*headers, strict=True) if headers else ((), ())
        all_names, all_values = b"".join(names), b"".join(values)
        are_usual = all_names.translate(None, UNUSUAL_IN_NAMES) == all_names  # faster than to search
        if not are_usual or all_values.translate(None, INVALID_IN_VALUES) != all_values:
            headers = lower_names(headers)
            names = tuple(name for name, _ in headers)
        lines = [status_line(status), *default_lines, *map(b": ".join, headers)]
        if b"content-length" in names:
            self._chunked, self._rest = False, int(values[names.index(b"content-length")])
        if b"transfer-encoding" in names and is_chunked(headers):
            self._chunked, self._rest = True, 0
        if b"connection" in names and wants_close(headers):
            self.keep_alive = False
        elif not self.keep_alive:
            lines.append(b"connection: close")
        if self._chunked is None and not self._is_head and status not in _WITHOUT_BODY:
            self._chunked = True
            lines += [b"transfer-encoding: chunked"] if self._is_1_1 else []
        lines.append(b"\r\n")
        return b"\r\n".join(lines)

    def _write(self, body: bytes, *, more: bool) -> None:
        """Write a part of the body, after the head if that was kept, and complete the response."""
        if self._is_head or self._chunked:
            body = self._encode(body, more=more)
        elif len(body) > self._rest:
            raise RuntimeError("Response content longer than Content-Length")
        else:
            self._rest -= len(body)
        transport, head, self._head = self._connection.transport, self._head, b""
        if len(body) <= _LARGEST_COPY:
            transport.write(head + body)
        else:
            transport.write(head)
            transport.write(body)
        if more:
            return
        if self._rest:
            raise RuntimeError("Response content shorter than Content-Length")
        self.response_complete = True
        if self._event is not None:
            self._event.set()
        if not self.keep_alive:
            transport.close()
        self._connection.on_response_complete()

    def _encode(self, body: bytes, *, more: bool) -> bytes:
        """A part of a body in chunks, of one until the end, or of one that a HEAD request does not want."""
        if self._is_head:
            self._rest = 0
            return b""
        if not self._is_1_1:
            return body
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        return chunk if more else chunk + b"0\r\n\r\n"

    def _fail(self) -> None:
        """Respond with 500, or close the connection if it is too late for that."""
        if self.response_started:
            self._close()
        else:
            self.respond(500, _FAILED, b"Internal Server Error")

    def _close(self) -> None:
        """Close the connection when everything has been sent, also a head whose body has failed."""
        if self._head:
            self._connection.transport.write(self._head)
        self._connection.close()
