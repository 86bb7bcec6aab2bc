"""Time limits of the service: strict for what ends too early, tolerant for what ends late."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

_EARLY = 0.8  # the least part of a limit: it may have begun a little before the block
_SLOWER = 5  # times, of a loaded machine
_OVERHEAD = 5.0  # seconds, for what is done beside waiting


@contextmanager
def waits(limit: float, *, already: float = 0.0) -> Iterator[None]:
    """Asserts that the block ends when a time limit of so many seconds is over, of which some had passed.

    It must not end before. It may end later by what a slow machine makes of it, and must not go on for ever:
    without the limit, the block has to take more than `latest(limit)` seconds, or to fail.
    """
    start = time.monotonic()
    with ends_within(limit):
        yield
    took = time.monotonic() - start
    assert took > limit * _EARLY - already, f"ended after {took:.2f} s, before the limit of {limit} s"


@contextmanager
def ends_within(limit: float) -> Iterator[None]:
    """Asserts that the block ends within so many seconds on a quiet machine: it may take `latest(limit)`."""
    start = time.monotonic()
    yield
    took = time.monotonic() - start
    assert took < latest(limit), f"took {took:.2f} s, where {limit} s are meant"


def latest(limit: float) -> float:
    """Returns the seconds after which something that takes so many on a quiet machine counts as hung."""
    return limit * _SLOWER + _OVERHEAD
