"""What goes wrong again and again: a line of log now and then, and not one for each request."""

import logging
import time

events = logging.getLogger(f"{__package__}.events")
"""What an operator looks for by name: `event`, or `event: reason`."""

_PAUSE = 60.0  # seconds


class Seldom:
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
