"""The requests of a connection: one is answered at a time, in the order in which they have arrived."""

import asyncio
from typing import Any

from typing_extensions import override

from .request_cycle import RequestCycle
from .send_timeout import SendTimeoutProtocol

Started = tuple[RequestCycle, Any, dict[str, Any]]
"""A request, with its application and its scope."""
NOTHING, NEXT_REQUEST, HEAD, BODY = range(4)
"""What a connection waits for."""
LARGEST_PIECE = 16_384  # bytes that are parsed at once: a request of 30 bytes takes 2,000 of memory


class Connection(SendTimeoutProtocol):
    """A connection that waits for its client as long as the timeouts say.

    Most requests arrive whole, and are answered soon. A timer for each of them would cost more than all else
    here: a connection has one, which looks at the time when it fires.
    """

    __slots__ = (
        "_awaited", "_awaited_until", "_held", "_queue", "_responding", "_timer", "_timer_at", "cycle",
    )  # fmt: skip

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cycle: RequestCycle | None = None  # the request that arrived last
        self._responding: RequestCycle | None = None  # the request that was started last
        self._queue: list[Started] = []
        self._held = b""  # what has arrived after the requests in the queue, as it is
        self._awaited = NOTHING
        self._awaited_until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the applications, and let go of everything that references the connection."""
        super().connection_lost(exc)
        self._cancel_timer()
        self._disconnect()
        self.cycle = self._responding = None

    @override
    def resume_writing(self) -> None:
        """The client has read most of the response: answer its next request."""
        super().resume_writing()
        if self._queue and not self._is_responding() and not self.transport.is_closing():
            self._start(*self._queue.pop(0))
            self.resume_reading()

    @override
    def resume_reading(self) -> None:
        """Read on, unless requests wait for their turn: a client could let any number of them wait."""
        self._feed_held()
        if not self._queue:
            super().resume_reading()

    @override
    def on_response_complete(self) -> None:
        """Start the next request, or wait for one."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            self._start_send_timer()
            return
        if not self._queue:
            if self.is_reading_paused:
                self.resume_reading()
            if self._awaited == NOTHING:
                self._await(NEXT_REQUEST, self.config.timeout_keep_alive)
        elif not self.is_writing_paused:
            self._start(*self._queue.pop(0))
            self.resume_reading()

    def shutdown(self) -> None:
        """Close when all requests that have arrived are answered. uvicorn calls this when it stops."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    def _start_in_turn(self, cycle: RequestCycle, app: Any, scope: dict[str, Any]) -> None:
        """Start a request when the ones before are answered, and the client has read most of the answers."""
        self.cycle, previous = cycle, self._responding
        if self.is_writing_paused or (previous is not None and not previous.response_complete):
            self.pause_reading()
            self._queue.append((cycle, app, scope))
        else:
            self._start(cycle, app, scope)

    def _start(self, cycle: RequestCycle, app: Any, scope: dict[str, Any]) -> None:
        self._responding = cycle
        cycle.task = task = self.loop.create_task(cycle.run(app, scope))
        self.tasks.add(task)  # until it ends

    def _feed_held(self) -> None:
        """Receive what was held, a piece at a time, until requests wait for their turn."""
        while self._held and not self._queue:
            piece, self._held = self._held[:LARGEST_PIECE], self._held[LARGEST_PIECE:]
            self._receive_piece(piece)

    def _receive_piece(self, piece: bytes) -> None:
        self.data_received(piece)

    def _is_responding(self) -> bool:
        return self._responding is not None and not self._responding.response_complete

    def _disconnect(self) -> None:
        """Nothing more is sent: tell the application, and forget the requests that are not started."""
        self._queue.clear()
        self._held = b""
        if self._responding is not None:
            self._responding.disconnect()
        if self.cycle is not None:
            self.cycle.disconnect()

    def _await(self, what: int, seconds: float) -> None:
        self._awaited = what
        self._awaited_until = until = self.loop.time() + seconds
        if self._timer is None or self._timer_at > until:
            self._start_timer(seconds)

    def _start_timer(self, seconds: float) -> None:
        self._cancel_timer()
        self._timer_at = self._awaited_until
        self._timer = self.loop.call_later(seconds, self._on_timer)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_timer(self) -> None:
        self._timer = None
        if self._awaited == NOTHING or self.transport.is_closing():
            return
        seconds = self._awaited_until - self.loop.time()
        if seconds > 0:
            self._start_timer(seconds)
        else:
            self._on_timeout()

    def _on_timeout(self) -> None:
        """Close an idle connection."""
        self._awaited = NOTHING
        self.close()
