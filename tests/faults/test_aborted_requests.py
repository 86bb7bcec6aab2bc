"""Aborted requests leak no connection, no transaction and no memory."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from tests.faults.conftest import Scores
from tests.faults.instances import Instance, running, token
from tests.faults.sessions import waiting
from tests.faults.wire import NoAnswer, Wire, written
from tests.support.service import Database

POOL = 4
SETTINGS = {"DATABASE_POOL_SIZE": str(POOL)}
OPEN = (
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = $1"
)
GROWTH = 16 * 1024 * 1024  # bytes: less than 2 KB for each of 10,000


def used(process: int) -> tuple[int, int]:
    """The memory in bytes and the number of open descriptors."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * 4096, len(list(Path(f"/proc/{process}/fd").iterdir()))


async def settled(process: int, descriptors: int) -> tuple[int, int]:
    """The usage once it has at most so many descriptors, or after five seconds."""
    for _ in range(100):
        if used(process)[1] <= descriptors:
            break
        await asyncio.sleep(0.05)
    return used(process)


async def abandon(port: int, task: str, times: int) -> None:
    """Send complete and partial requests and disconnect, early or late."""
    requests = [
        written("GET", "/api/tasks", token()),
        written("PATCH", f"{task}/complete", token()),
        written("POST", "/api/tasks", token(), {"title": "Never mind"}),
        written("POST", "/api/tasks", token(), {"title": "Half of"})[:-5],
    ]
    async with Wire(port) as client:
        for number in range(times):
            try:
                await client.send(requests[number % len(requests)])
                await asyncio.sleep(random.choice((0, 0.0005, 0.002)))
            except NoAnswer:  # the service is at its limit of connections, or so
                await asyncio.sleep(0.01)
            client.hang_up()


async def pool_is_whole(database: Database, port: int) -> None:
    """Run as many statements at once as the pool has connections."""
    connection = await asyncpg.connect(database.url)

    async def ask() -> int:
        async with Wire(port) as client:
            return (await client.ask(written("GET", "/api/tasks", token()))).status

    async with connection.transaction():
        await connection.execute("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
        asked = [asyncio.create_task(ask()) for _ in range(POOL)]
        assert len(await waiting(connection, POOL)) == POOL
    assert await asyncio.gather(*asked) == [200] * POOL
    await connection.close()


async def campaign(instance: Instance, database: Database, times: int) -> tuple[int, int]:
    """The growth of memory and descriptors after the first round."""
    async with Wire(instance.port) as client:
        first = {"title": "Mine"}
        task = (await client.ask(written("POST", "/api/tasks", token(), first))).headers["location"]
    await asyncio.gather(*(abandon(instance.port, task, 25) for _ in range(8)))
    await pool_is_whole(database, instance.port)
    await asyncio.sleep(0.3)
    memory, descriptors = used(instance.process.pid)

    await asyncio.gather(*(abandon(instance.port, task, times // 8) for _ in range(8)))
    await pool_is_whole(database, instance.port)
    memory_after, descriptors_after = await settled(instance.process.pid, descriptors)
    return memory_after - memory, descriptors_after - descriptors


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks Linux what a process uses")
def test_thousands_of_aborted_requests_leak_nothing(
    make_database: Callable[[], Database], together: Path, times: Callable[[str], int], scores: Scores
) -> None:
    aborts, database = times("CHAOS_ABORTS"), make_database()

    with running(database, together, **SETTINGS) as instance:
        memory, descriptors = asyncio.run(campaign(instance, database, aborts))
        name = database.rows("SELECT current_database() AS name")[0]["name"]
        left = database.rows(OPEN, name)[0]["n"]
        log = instance.said()

    what = f"requests given up: {memory / 2**20:+.1f} MB, {descriptors:+} descriptors"
    scores.add(what, aborts, aborts, left)
    assert left == 0
    assert descriptors <= 0
    assert memory < GROWTH
    assert log == ""
