"""How often one user may ask: counted by the subject of a verified token, by each process for itself."""

import math
import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from .problems import Problem, security


class TooOften(Problem):
    """The user has asked as often as the limit lets them (RFC 6585, 4)."""

    def __init__(self, item: RateLimitItem, seconds: int) -> None:
        headers = {
            "Retry-After": str(seconds),
            "RateLimit": f'"user";r=0;t={seconds}',
            "RateLimit-Policy": f'"user";q={item.amount};w={item.get_expiry()}',
        }
        super().__init__(429, "Too many requests: wait for a while.", headers=headers)


class RateLimit:
    """At most so many requests of one user in a window that moves with the clock."""

    def __init__(self, limit: str) -> None:
        self._item = parse(limit)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def count(self, subject: str) -> None:
        """Count a request of this user. Raises TooOften; a request that is refused does not count."""
        if await self._limiter.hit(self._item, subject):
            return
        window = await self._limiter.get_window_stats(self._item, subject)
        security.warning("rate_limited")
        raise TooOften(self._item, max(1, math.ceil(window.reset_time - time.time())))
