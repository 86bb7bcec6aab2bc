"""Clients that do not read: what is written for them would be kept for ever."""

import asyncio
from typing import Any

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..event_log import RateLimitedLog
from ..settings.server_settings import load_serving

_not_taken = RateLimitedLog("answer_not_taken")


class Sending(HttpToolsProtocol):
    """A connection whose answers must be taken in time."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._limits = load_serving()
        self._taking: asyncio.TimerHandle | None = None

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the timer, which holds the connection."""
        self._taken()
        super().connection_lost(exc)

    @override
    def pause_writing(self) -> None:
        """More is written than the client has taken: from now on it has until the deadline."""
        super().pause_writing()
        self._await_taking()

    @override
    def resume_writing(self) -> None:
        """It has taken most of it. A connection that is closing must get rid of all."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._taken()

    @override
    def on_response_complete(self) -> None:
        """The last answer of a connection has until the deadline, however small it is."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._await_taking()

    @override
    def timeout_keep_alive_handler(self) -> None:
        """Nothing was asked after an answer: the connection ends, and what is left of the answer is sent."""
        super().timeout_keep_alive_handler()
        self._await_taking()

    def _await_taking(self) -> None:
        if self._taking is None and self.transport.get_write_buffer_size():
            self._taking = self.loop.call_later(self._limits.send_timeout, self._give_up)

    def _taken(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _give_up(self) -> None:
        """End the connection. What was not sent is lost, and the application sees the client gone."""
        self._taking = None
        _not_taken.warning("SEND_TIMEOUT is over")
        self.transport.abort()
