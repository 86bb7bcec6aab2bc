"""How long a request may wait for the database, over all of its statements.

Limits are not timers: `ConnectionPool` looks at the waits that go on every tenth of a second, and ends those
that are over.
"""

import asyncio
from time import monotonic
from types import TracebackType
from typing import Final

import asyncpg

SWEEP_INTERVAL: Final = 0.1  # seconds between two looks at what is waited for
GRACE: Final = 0.2
"""Seconds after the limit: PostgreSQL has canceled the statement by then, which keeps the connection.

With the interval of the sweep and the answer itself, a request is answered within half a second of its limit.
"""


class TimeLimit:
    """The time that one request may wait for the database.

    What it spends elsewhere is given back, up to the limit, so that a stream that reads a little now and then
    never runs out of it.
    """

    __slots__ = ("_until", "_waits", "seconds", "since")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.since = monotonic()
        """When it last started or ended to wait, by `time.monotonic()`."""
        self._until = self.since + seconds
        self._waits = 0

    def start_wait(self) -> float:
        """Start to wait. Returns when the wait has to end, by `time.monotonic()`.

        Raises TimeoutError if no time is left.
        """
        now = monotonic()
        if not self._waits:
            left, rested = self._until - self.since, now - self.since
            self._until = now + min(left + rested, self.seconds)
        self.since = now
        if now >= self._until:
            raise TimeoutError
        self._waits += 1
        return self._until

    def end_wait(self) -> None:
        """End a wait that was started."""
        self._waits -= 1
        if not self._waits:
            self.since = monotonic()


class Wait:
    """What one connection is waited for, within the limit of the request that has it.

    A context manager that raises TimeoutError where `end_if_over()` has ended the wait.
    """

    __slots__ = ("_cancellations", "_is_over", "_task", "_until", "limit", "was_canceled", "was_silent")

    def __init__(self) -> None:
        self.limit = TimeLimit(0)
        """That of the request which has the connection."""
        self._task: asyncio.Task[object] | None = None
        self._cancellations = 0
        self._until = 0.0
        self._is_over = False
        self.was_canceled = False
        """Whether a statement was left before PostgreSQL had answered."""
        self.was_silent = False
        """Whether it was left after PostgreSQL should have canceled it by itself."""

    def __enter__(self) -> None:
        """Start to wait. Raises TimeoutError if the request has waited long enough."""
        if self._task is not None:
            raise asyncpg.InterfaceError("another operation is in progress")
        self._until = self.limit.start_wait()
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - narrows the type for mypy: this runs in a coroutine
        self._task, self._is_over = task, False
        self._cancellations = task.cancelling()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End the wait. Raises TimeoutError if it was over."""
        task, self._task = self._task, None
        since = self.limit.since
        self.limit.end_wait()
        if kind is asyncio.CancelledError and task is not None:
            self.was_canceled = True
            self.was_silent = monotonic() - since > self.limit.seconds - GRACE
            if self._is_over and task.uncancel() <= self._cancellations:
                raise TimeoutError from None

    def end_if_over(self, now: float) -> None:
        """End the wait if its time is over: the statement is canceled, and the waiting task goes on."""
        if self._task is not None and now >= self._until and not self._is_over:
            self._is_over = True
            self._task.cancel()
