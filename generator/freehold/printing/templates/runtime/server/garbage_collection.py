"""Garbage collection that does not look at what the service has loaded.

A full collection of all that is imported, some 100,000 objects which stay until the end, would stop every
request for 40 milliseconds and more.
"""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_OLDER = (20, 50)  # collections of a generation before the next older one is collected


@asynccontextmanager
async def collecting_garbage_of_requests(threshold: int) -> AsyncIterator[None]:
    """Collect only what is made from here on, each time that `threshold` more objects exist."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(threshold, *_OLDER)
    gc.enable()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
