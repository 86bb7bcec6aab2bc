"""A timeout for sending responses: those to clients that do not read would stay in memory."""

import asyncio
from typing import Any

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..event_log import RateLimitedLog
from ..settings.server_settings import load_server_settings

_timeout_log = RateLimitedLog("answer_not_taken")


class SendTimeoutProtocol(HttpToolsProtocol):
    """A connection whose client must read responses in time."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._limits = load_server_settings()
        self._send_timer: asyncio.TimerHandle | None = None

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timer, which references the connection."""
        self._cancel_send_timer()
        super().connection_lost(exc)

    @override
    def pause_writing(self) -> None:
        """The write buffer is full: start the timeout."""
        super().pause_writing()
        self._start_send_timer()

    @override
    def resume_writing(self) -> None:
        """The client has read most of it: cancel the timeout, unless the connection is closing."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._cancel_send_timer()

    @override
    def on_response_complete(self) -> None:
        """Start the timeout for the last response of a connection, however small it is."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._start_send_timer()

    @override
    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; the rest of the response is still sent."""
        super().timeout_keep_alive_handler()
        self._start_send_timer()

    def _start_send_timer(self) -> None:
        if self._send_timer is None and self.transport.get_write_buffer_size():
            self._send_timer = self.loop.call_later(self._limits.send_timeout, self._on_send_timeout)

    def _cancel_send_timer(self) -> None:
        if self._send_timer is not None:
            self._send_timer.cancel()
            self._send_timer = None

    def _on_send_timeout(self) -> None:
        """Abort the connection. The application sees a disconnect."""
        self._send_timer = None
        _timeout_log.warning("SEND_TIMEOUT is over")
        self.transport.abort()
