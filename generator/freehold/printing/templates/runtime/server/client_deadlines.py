"""Slow and boundless clients: uvicorn itself waits for a request for ever, and takes headers of any size."""

import asyncio
from http import HTTPStatus
from typing import Any

from typing_extensions import override

from .send_timeout import Sending
from .server_answers import full, refusal


class Deadlines(Sending):
    """A connection whose requests must arrive in time, and whose headers must end."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline: asyncio.TimerHandle | None = None
        self._begun = False  # some of a request's headers are here, the rest is not
        self._in_body = False
        self._asked = False  # there was a request, so there is a cycle that answers it
        self._header_bytes = 0
        self._withheld = 0  # bytes that the parser keeps to itself: a line that does not end
        self._surplus = False  # there were as many connections as may be, when this one came

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give the first request until the deadline."""
        super().connection_made(transport)
        self._surplus = len(self.connections) > self._limits.max_connections
        self._expect(self._limits.header_timeout)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the timer, which holds the connection."""
        self._stop()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        """Feed the parser, and look at what it made of it."""
        self._withheld += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            self._stop()
        elif self._withheld > self._limits.max_header_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._deadline is None and self._is_idle() and self.timeout_keep_alive_task is None:
            # Empty lines before a request are no request, and yet they end the wait for one.
            self._expect(self._limits.header_timeout)

    @override
    def on_message_begin(self) -> None:
        """A request begins: its headers have until the deadline of the connection, or a new one."""
        super().on_message_begin()
        self._begun, self._header_bytes = True, 0
        if self._deadline is None:
            self._expect(self._limits.header_timeout)

    @override
    def on_url(self, url: bytes) -> None:
        """Count, as the URL comes in pieces."""
        self._count(len(url))
        super().on_url(url)

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        """Count; what comes after the body (RFC 9112, 7.1.2) counts too."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    @override
    def on_headers_complete(self) -> None:
        """The headers are here: now the body has its time."""
        self.app = full if self._is_full() else self.config.loaded_app
        super().on_headers_complete()
        self._begun, self._in_body, self._asked, self._withheld = False, True, True, 0
        self._expect(self._limits.body_timeout)

    @override
    def on_body(self, body: bytes) -> None:
        """What is part of the body is the application's to measure."""
        self._withheld = 0
        super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        """The request is here: from now on it is the service that takes its time."""
        self._in_body, self._withheld = False, 0
        self._stop()
        super().on_message_complete()

    @override
    def send_400_response(self, msg: str) -> None:
        """Say what the parser stopped at."""
        too_large = self._header_bytes > self._limits.max_header_bytes
        self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if too_large else HTTPStatus.BAD_REQUEST)

    def _is_full(self) -> bool:
        """Whether there is no room for the request. A connection that was there before keeps its place."""
        most = self._limits.max_connections
        return (self._surplus and len(self.connections) > most) or len(self.tasks) >= most

    def _count(self, size: int) -> None:
        self._withheld = 0
        self._header_bytes += size
        if self._header_bytes > self._limits.max_header_bytes:
            raise ValueError("the headers are too large")  # the parser stops, and asks for a 400

    def _is_idle(self) -> bool:
        return not self._in_body and not self._is_answering()

    def _is_answering(self) -> bool:
        return self._asked and not self.cycle.response_complete

    def _expect(self, seconds: float) -> None:
        self._stop()
        self._deadline = self.loop.call_later(seconds, self._too_late)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if self._begun or self._in_body:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()  # nothing came, so nothing is answered
            self._await_taking()

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer when nothing else is being answered, and close. The application sees the client gone."""
        self._stop()
        if self.transport.is_closing():
            return
        if self._may_answer():
            self.transport.write(refusal(status))
        if self._is_answering():
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()
        self._await_taking()

    def _may_answer(self) -> bool:
        """Whether what is written now is read as the answer to what is arriving now."""
        if self._in_body:
            return not self.pipeline and not self.cycle.response_started
        return self._is_idle()
