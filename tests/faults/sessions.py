"""The database sessions of the service, seen from another session."""

import asyncio
from typing import Any

import asyncpg

_WAITING = """
SELECT pid FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND datname = current_database() AND backend_type = 'client backend'
"""


async def waiting(connection: "asyncpg.Connection[Any]", count: int = 1) -> list[int]:
    """Wait until so many sessions wait for a lock, and return them."""
    async with asyncio.timeout(10):
        while True:
            await connection.execute("SELECT pg_stat_clear_snapshot()")  # kept until the transaction ends
            found = [row["pid"] for row in await connection.fetch(_WAITING)]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.02)


async def ended(connection: "asyncpg.Connection[Any]", pids: list[int]) -> None:
    """Terminate these sessions, as an administrator or a restart does."""
    for pid in pids:
        await connection.execute("SELECT pg_terminate_backend($1, 5000)", pid)
