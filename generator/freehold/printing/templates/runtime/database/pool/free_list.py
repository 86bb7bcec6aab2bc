"""The free connections of a pool, and the requests that wait for one, in order."""

import asyncio
from collections import deque

from .session_connection import SessionConnection


class FreeList:
    """The free connections, of which the one that was used last is used next.

    There is a slot for each connection that is open, being opened or being recovered: at most `size`.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self.idle: list[SessionConnection] = []
        """The free connections; some may have been closed by PostgreSQL."""
        self.slots = 0
        """How many connections there are."""
        self.waiters: deque[asyncio.Future[SessionConnection | None]] = deque()
        """The requests that wait for a connection; some may have stopped waiting."""
        self._slot_freed = asyncio.Event()

    async def receive(self) -> SessionConnection | None:
        """A connection that was returned, or None as soon as one may be opened."""
        if self.slots < self._size:
            self.slots += 1
            return None
        waiter: asyncio.Future[SessionConnection | None] = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            self._pass_on(waiter)
            raise

    def give(self, session: SessionConnection) -> None:
        """Give a connection to the request that has waited longest, or keep it."""
        waiter = self._next_waiter()
        if waiter is not None:
            waiter.set_result(session)
        else:
            self.idle.append(session)

    def discard(self, session: SessionConnection) -> None:
        """End a connection, and let another one be opened."""
        if not session.is_closed():
            session.terminate()
        self.free_slot()

    def free_slot(self) -> None:
        """Let the request that has waited longest open a connection."""
        waiter = self._next_waiter()
        if waiter is not None:
            waiter.set_result(None)
        else:
            self.slots -= 1
            self._slot_freed.set()

    def discard_all(self) -> None:
        """End all free connections."""
        while self.idle:
            self.discard(self.idle.pop())

    def discard_unused(self, since: float) -> None:
        """End the free connections that were not used since a moment, by `time.monotonic()`."""
        unused = [session for session in self.idle if session.idle_since < since]
        for session in unused:
            self.idle.remove(session)
            self.discard(session)

    async def close(self) -> None:
        """Close the free connections, and wait until the others are discarded."""
        while self.idle:
            await self.idle.pop().close()
            self.free_slot()
        while self.slots:
            self._slot_freed.clear()
            await self._slot_freed.wait()

    def _pass_on(self, waiter: "asyncio.Future[SessionConnection | None]") -> None:
        """Give what a request has got to the next one: it has stopped waiting."""
        if waiter in self.waiters:
            self.waiters.remove(waiter)
        elif not waiter.cancelled():
            session = waiter.result()
            if session is None:
                self.free_slot()
            else:
                self.give(session)

    def _next_waiter(self) -> "asyncio.Future[SessionConnection | None] | None":
        while self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.done():
                return waiter
        return None
