"""The sending side of a connection: flow control, and a timeout for clients that do not read.

Their responses would stay in memory.
"""

import asyncio
from typing import Any

from typing_extensions import override
from uvicorn.config import Config
from uvicorn.protocols.utils import get_local_addr, get_remote_addr
from uvicorn.server import ServerState

from ..event_log import RateLimitedLog
from ..settings.server_settings import load_server_settings

_timeout_log = RateLimitedLog("answer_not_taken")


class SendTimeoutProtocol(asyncio.Protocol):
    """A connection whose client must read responses in time. uvicorn's server makes one for each client."""

    __slots__ = (
        "_drained", "_limits", "_send_timer", "app_state", "client", "config", "connections",
        "is_reading_paused", "is_writing_paused", "loop", "server", "server_state", "tasks", "transport",
    )  # fmt: skip

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.config = config
        self.server_state = server_state
        self.app_state = app_state
        self.loop = _loop or asyncio.get_running_loop()
        self.connections: set[Any] = server_state.connections
        self.tasks = server_state.tasks
        self.transport: asyncio.Transport = None  # type: ignore[assignment]  # until `connection_made`
        self.server: tuple[str, int | None] | None = None
        self.client: tuple[str, int] | None = None
        self.is_reading_paused = False
        self.is_writing_paused = False  # the client has not read what fills the write buffer
        self._drained: asyncio.Event | None = None  # made when a response waits for the client
        self._limits = load_server_settings()
        self._send_timer: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Register the connection."""
        self.connections.add(self)
        self.transport = transport
        self.server = get_local_addr(transport)
        self.client = get_remote_addr(transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timer, which references the connection, and let responses find out."""
        self.connections.discard(self)
        self._cancel_send_timer()
        self._end_pause()
        self.transport.close()

    @override
    def pause_writing(self) -> None:
        """The write buffer is full: start the timeout."""
        self.is_writing_paused = True
        self._start_send_timer()

    @override
    def resume_writing(self) -> None:
        """The client has read most of it: cancel the timeout, unless the connection is closing."""
        self._end_pause()
        if not self.transport.is_closing():
            self._cancel_send_timer()

    async def drain(self) -> None:
        """Wait until the client has read most of what was written, or is gone."""
        if self._drained is None:
            self._drained = asyncio.Event()
        await self._drained.wait()

    def pause_reading(self) -> None:
        """Read nothing more for now."""
        if not self.is_reading_paused:
            self.is_reading_paused = True
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        if self.is_reading_paused:
            self.is_reading_paused = False
            self.transport.resume_reading()

    def on_response_complete(self) -> None:
        """Start the timeout for the last response of a connection, however small it is."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            self._start_send_timer()

    def close(self) -> None:
        """Close the connection; the rest of the response is still sent, in time."""
        self.transport.close()
        self._start_send_timer()

    def _end_pause(self) -> None:
        self.is_writing_paused = False
        if self._drained is not None:
            self._drained.set()
            self._drained = None

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
