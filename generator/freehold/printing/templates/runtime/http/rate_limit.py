"""How often one user may ask: counted by the subject of a verified token.

Each process counts for itself, or all of them together in a Redis. While that fails, each counts for itself.
"""

import asyncio
import math
import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

from ..event_log import RateLimitedLog, security
from .problems import Problem

_PATIENCE = 0.5  # seconds: to be counted must not take longer than to be answered
_PAUSE = 1.0  # seconds until a storage that failed is asked again: not every request waits for it


class TooOften(Problem):
    """The user has asked as often as the limit lets them (RFC 6585, 4)."""

    def __init__(self, item: RateLimitItem, seconds: int) -> None:
        headers = {
            "Retry-After": str(seconds),
            "RateLimit": f'"user";r=0;t={seconds}',
            "RateLimit-Policy": f'"user";q={item.amount};w={item.get_expiry()}',
        }
        super().__init__(429, "Too many requests. Wait before you retry.", headers=headers)


class RateLimit:
    """At most so many requests of one user in a window that moves with the clock."""

    def __init__(self, limit: str, storage: str) -> None:
        self._item = parse(limit)
        self._limiter = MovingWindowRateLimiter(open_storage(storage))
        self._alone = MovingWindowRateLimiter(MemoryStorage())
        self._failed = RateLimitedLog("rate_limit_storage_failed")
        self._alone_until = 0.0

    async def count(self, subject: str) -> None:
        """Count a request of this user. Raises TooOften; a request that is refused does not count."""
        seconds = await self._counted(subject)
        if seconds is not None:
            security.warning("rate_limited")
            raise TooOften(self._item, seconds)

    async def _counted(self, subject: str) -> int | None:
        """How many seconds the user has to wait, or None."""
        if time.monotonic() >= self._alone_until:
            try:
                async with asyncio.timeout(_PATIENCE):
                    return await self._hit(self._limiter, subject)
            except Exception as fault:  # noqa: BLE001 - whatever it is, the storage is not why people ask
                self._alone_until = time.monotonic() + _PAUSE
                self._failed.warning(type(fault).__name__)
        return await self._hit(self._alone, subject)

    async def _hit(self, limiter: MovingWindowRateLimiter, subject: str) -> int | None:
        if await limiter.hit(self._item, subject):
            return None
        window = await limiter.get_window_stats(self._item, subject)
        return max(1, math.ceil(window.reset_time - time.time()))


def open_storage(url: str) -> Storage:
    """Where requests are counted; nothing is sent there yet. Raises ValueError without the URL."""
    if url == "memory://":
        return MemoryStorage()
    if not url.startswith(("redis://", "rediss://")):
        raise ValueError("must be memory:// or start with redis:// (rediss:// with TLS)")
    try:
        storage = storage_from_string(f"async+{url}", implementation="redispy")
    except ConfigurationError:
        raise ValueError("needs a package for Redis: pip install 'redis>=5.2'") from None
    except ValueError:
        raise ValueError("is not a URL such as redis://:password@host:6379/0") from None
    assert isinstance(storage, Storage)  # noqa: S101 - tells the type checker what `async+` stands for
    return storage
