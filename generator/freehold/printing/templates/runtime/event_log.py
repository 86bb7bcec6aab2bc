"""The loggers of the service, and events that are logged once a minute at most."""

import logging
import time

RUNTIME = str(__package__)
"""The parent of every logger of the service."""
events = logging.getLogger(f"{RUNTIME}.events")
"""What an operator looks for by name: `event`, or `event: reason`."""
security = logging.getLogger(f"{RUNTIME}.security")
"""Refused tokens, owners that do not match, foreign rows: one line each, without tokens or ids."""
requests = logging.getLogger(f"{RUNTIME}.requests")
"""A line for each request."""

_PAUSE = 60.0  # seconds


class RateLimitedLog:
    """An event that is logged at once, and then once a minute at most."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._next = 0.0

    def warning(self, reason: str) -> None:
        """It happened. The reason is the service's own word."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PAUSE
            events.warning("%s: %s", self._event, reason)
