"""The loggers of the service, and rate-limited events."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb

RUNTIME = str(__package__)
"""The name of the parent of all loggers of the service."""
events = logging.getLogger(f"{RUNTIME}.events")
"""Events for operators: the message is `event` or `event: reason`."""
security = logging.getLogger(f"{RUNTIME}.security")
"""Rejected tokens, owner mismatches, foreign rows: one record each, without tokens or ids."""
requests = logging.getLogger(f"{RUNTIME}.requests")
"""One record for each request."""


class SecurityEvents:
    """The events of `security`. Anybody can cause them in any number, so they have to cost little."""

    def __init__(self) -> None:
        self.write_line: Callable[[str, str], bool] | None = None
        """Writes the line of an event and its reason, if no record is needed. Returns whether it has."""

    def log(self, event: str, reason: str = "") -> None:
        """Log an event. `reason` must not contain anything from a request."""
        if self.write_line is None or not self.write_line(event, reason):
            security.warning(f"{event}: {reason}" if reason else event)


security_events = SecurityEvents()
_INTERVAL = 60.0  # seconds
_MAX_CHAIN_LENGTH = 5  # exceptions that caused each other


class RateLimitedLog:
    """An event that is logged immediately, and then at most once a minute."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._next = 0.0

    def warning(self, reason: str) -> None:
        """Log the event. `reason` must not contain anything from a request."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _INTERVAL
            events.warning("%s: %s", self._event, reason)


def describe_exception(error: BaseException) -> str:
    """The types and locations of an exception and its causes, without messages, which may quote rows."""
    descriptions: list[str] = []
    cause: BaseException | None = error
    while cause and len(descriptions) < _MAX_CHAIN_LENGTH:
        frames = extract_tb(cause.__traceback__)[-8:]
        locations = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
        descriptions.append(f"{type(cause).__name__} at {' > '.join(locations)}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return ", after ".join(descriptions)
