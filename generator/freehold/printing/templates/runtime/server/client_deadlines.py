"""Timeouts and limits for receiving requests: uvicorn waits forever, and accepts headers of any size."""

import asyncio
from collections.abc import MutableMapping
from functools import partial
from http import HTTPStatus
from typing import Any

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from .joined_writes import join_writes
from .request_heads import HeadFault, find_head_fault
from .send_timeout import SendTimeoutProtocol
from .server_answers import connection_limit_app, raw_problem_response

_HEADERS_OF_BODIES = frozenset({b"content-length", b"transfer-encoding"})


class DeadlineProtocol(SendTimeoutProtocol):
    """A connection with timeouts for headers and bodies, and with limits for headers and connections."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._in_headers = False  # the headers of a request have arrived partly
        self._in_body = False
        self._has_request = False  # there was a request, so that `cycle` exists
        self._header_bytes = 0
        self._head_fault: HeadFault | None = None
        self._unparsed_bytes = 0  # bytes of an incomplete line, which the parser buffers
        self._over_limit = False  # the connection limit was reached before this connection

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timeout of the first request."""
        super().connection_made(transport)
        self._over_limit = len(self.connections) > self._limits.max_connections
        self._start_timer(self._limits.header_timeout)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timer, which references the connection."""
        self._cancel_timer()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        """Feed the parser, and check the limits."""
        self._unparsed_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            self._cancel_timer()
        elif self._unparsed_bytes > self._limits.max_header_bytes:
            self._reject(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._deadline is None and self._is_idle() and self.timeout_keep_alive_task is None:
            # Empty lines before a request cancel the keep-alive timeout, but are not a request.
            self._start_timer(self._limits.header_timeout)

    @override
    def on_message_begin(self) -> None:
        """A request starts: keep the timeout of the connection, or start a new one."""
        super().on_message_begin()
        self._in_headers, self._header_bytes = True, 0
        if self._deadline is None:
            self._start_timer(self._limits.header_timeout)

    @override
    def on_url(self, url: bytes) -> None:
        """Count the bytes of the URL."""
        self._count(len(url))
        super().on_url(url)

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        """Count the bytes of a header, or of a trailer (RFC 9112, 7.1.2)."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    @override
    def on_headers_complete(self) -> None:
        """The headers are complete: check them, and start the timeout of the body."""
        self._head_fault = find_head_fault(self.parser.get_http_version(), self.headers)
        if self._head_fault:
            raise ValueError(self._head_fault.detail)  # the parser stops, and calls send_400_response
        self.app = connection_limit_app if self._is_at_limit() else self.config.loaded_app
        super().on_headers_complete()
        self._in_headers, self._in_body, self._has_request, self._unparsed_bytes = False, True, True, 0
        self._start_timer(self._limits.body_timeout)

    @override
    def on_body(self, body: bytes) -> None:
        """Do not count the body: the application limits it."""
        self._unparsed_bytes = 0
        super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        """The request is complete: cancel the timeout."""
        self._in_body, self._unparsed_bytes = False, 0
        self._cancel_timer()
        super().on_message_complete()

    @override
    def send_400_response(self, msg: str) -> None:
        """Respond to a request that the parser rejected."""
        if self._head_fault:
            self._reject(self._head_fault.status, self._head_fault.detail)
            return
        too_large = self._header_bytes > self._limits.max_header_bytes
        self._reject(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if too_large else HTTPStatus.BAD_REQUEST)

    @override
    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Start a request that closes the connection if its answer comes before the end of its body."""
        join_writes(cycle)
        has_body = any(name in _HEADERS_OF_BODIES for name, _ in cycle.scope["headers"])
        super()._start_asgi_task(cycle, partial(_respond, cycle, app) if has_body else app)

    def _is_at_limit(self) -> bool:
        """Whether the connection limit is reached. Older connections are still served."""
        limit = self._limits.max_connections
        return (self._over_limit and len(self.connections) > limit) or len(self.tasks) >= limit

    def _count(self, size: int) -> None:
        self._unparsed_bytes = 0
        self._header_bytes += size
        if self._header_bytes > self._limits.max_header_bytes:
            raise ValueError("the headers are too large")  # the parser stops, and calls send_400_response

    def _is_idle(self) -> bool:
        return not self._in_body and not self._is_responding()

    def _is_responding(self) -> bool:
        return self._has_request and not self.cycle.response_complete

    def _start_timer(self, seconds: float) -> None:
        self._cancel_timer()
        self._deadline = self.loop.call_later(seconds, self._on_timeout)

    def _cancel_timer(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _on_timeout(self) -> None:
        self._deadline = None
        if self._in_headers or self._in_body:
            self._reject(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()  # there is no request to respond to
            self._start_send_timer()

    def _reject(self, status: HTTPStatus, detail: str = "") -> None:
        """Respond, unless another response is in progress, and close. The application sees a disconnect."""
        self._cancel_timer()
        if self.transport.is_closing():
            return
        if self._can_respond():
            self.transport.write(raw_problem_response(status, detail))
        if self._is_responding():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()
        self._start_send_timer()

    def _can_respond(self) -> bool:
        """Whether a response written now would belong to the request that is arriving."""
        if self._in_body:
            return not self.pipeline and not self.cycle.response_started
        return self._is_idle()


async def _respond(cycle: RequestResponseCycle, app: Any, scope: Any, receive: Any, send: Any) -> None:
    """Run the application. Nobody wants the rest of a body once the answer has begun: it is not read."""

    async def send_and_close(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start" and cycle.more_body:
            cycle.keep_alive = False
        await send(message)

    await app(scope, receive, send_and_close)
