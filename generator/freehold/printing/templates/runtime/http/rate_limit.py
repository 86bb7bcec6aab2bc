"""Rate limits per user: requests are counted by the subject of a verified token.

They are counted per process, or in Redis for all processes. While Redis fails, each process counts alone.
"""

import asyncio
import math
import time
from typing import TYPE_CHECKING

from ..event_log import RateLimitedLog, security_events
from ..validation.problem_details.problem_codes import DETAILS
from .problems import Problem

if TYPE_CHECKING:  # without a limit, the library is not imported
    from limits import RateLimitItem
    from limits.aio.storage import Storage
    from limits.aio.strategies import MovingWindowRateLimiter

_STORAGE_TIMEOUT = 0.5  # seconds: counting must not take longer than the request
_STORAGE_RETRY_DELAY = 1.0  # seconds until a failed storage is tried again: not every request waits for it


class TooManyRequests(Problem):
    """429: the user has exceeded the rate limit (RFC 6585, 4)."""

    def __init__(self, limit_item: "RateLimitItem", seconds: int) -> None:
        headers = {
            "Retry-After": str(seconds),
            "RateLimit": f'"user";r=0;t={seconds}',
            "RateLimit-Policy": f'"user";q={limit_item.amount};w={limit_item.get_expiry()}',
        }
        super().__init__(429, DETAILS["too_many_requests"], headers=headers)


class RateLimit:
    """Limits the requests of each user in a moving window."""

    def __init__(self, limit: str, storage: str) -> None:
        from limits import parse  # noqa: PLC0415
        from limits.aio.storage import MemoryStorage  # noqa: PLC0415
        from limits.aio.strategies import MovingWindowRateLimiter  # noqa: PLC0415

        self._limit = parse(limit)
        self._limiter = MovingWindowRateLimiter(open_storage(storage))
        self._local_limiter = MovingWindowRateLimiter(MemoryStorage())
        self._failure_log = RateLimitedLog("rate_limit_storage_failed")
        self._local_until = 0.0

    async def count(self, subject: str) -> None:
        """Count a request of a user. Raises TooManyRequests; rejected requests do not count."""
        seconds = await self._seconds_to_wait(subject)
        if seconds is not None:
            security_events.log("rate_limited")
            raise TooManyRequests(self._limit, seconds)

    async def _seconds_to_wait(self, subject: str) -> int | None:
        """The seconds until the user may send the next request, or None if it is allowed now."""
        if time.monotonic() >= self._local_until:
            try:
                async with asyncio.timeout(_STORAGE_TIMEOUT):
                    return await self._hit(self._limiter, subject)
            except Exception as error:  # noqa: BLE001 - a failing storage must not fail the request
                self._local_until = time.monotonic() + _STORAGE_RETRY_DELAY
                self._failure_log.warning(type(error).__name__)
        return await self._hit(self._local_limiter, subject)

    async def _hit(self, limiter: "MovingWindowRateLimiter", subject: str) -> int | None:
        if await limiter.hit(self._limit, subject):
            return None
        window = await limiter.get_window_stats(self._limit, subject)
        return max(1, math.ceil(window.reset_time - time.time()))


def open_storage(url: str) -> "Storage":
    """Create the storage of the counters, without connecting. Raises ValueError, without the URL in it."""
    from limits.aio.storage import MemoryStorage, Storage  # noqa: PLC0415
    from limits.errors import ConfigurationError  # noqa: PLC0415
    from limits.storage import storage_from_string  # noqa: PLC0415

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
    assert isinstance(storage, Storage)  # noqa: S101 - narrows the type for mypy
    return storage
