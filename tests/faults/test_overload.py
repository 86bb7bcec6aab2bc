"""Overload: waiting requests fail in time, and others are not blocked."""

import asyncio
import time

import asyncpg
import pytest

from tests.faults.instances import running, token
from tests.faults.sessions import waiting
from tests.faults.wire import Answer, Wire, written
from tests.support.measuring.waiting import latest
from tests.support.service import Database

POOL, PATIENCE, LIMIT = 3, 0.5, 4.0
SETTINGS = {
    "DATABASE_POOL_SIZE": str(POOL),
    "DATABASE_PATIENCE": str(PATIENCE),
    "DATABASE_TIMEOUT": str(LIMIT),
}
LIST = written("GET", "/api/tasks", token())


async def timed(port: int, request: bytes) -> tuple[Answer, float]:
    began = time.monotonic()
    async with Wire(port) as client:
        return await client.ask(request), time.monotonic() - began


async def scenario(database: Database, port: int) -> None:
    connection = await asyncpg.connect(database.url)
    assert (await timed(port, LIST))[0].status == 200
    async with connection.transaction():
        await connection.execute("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
        slow = [asyncio.create_task(timed(port, LIST)) for _ in range(10 * POOL)]
        await waiting(connection, POOL)
        others = {"/livez": 200, "/readyz": 200, "/api/tasks": 401, "/nowhere": 404}
        for path, status in others.items():
            answer, _ = await timed(port, written("GET", path))
            assert (path, answer.status) == (path, status)
        assert await waiting(connection, POOL)  # until now: the others were answered beside them
        answers = await asyncio.gather(*slow)
    await connection.close()

    late = [took for answer, took in answers if answer.status == 504]
    refused = [took for answer, took in answers if answer.status == 503]
    assert (len(late), len(refused)) == (POOL, 9 * POOL)
    assert min(refused) >= PATIENCE
    assert max(refused) < min(late)
    assert min(late) >= LIMIT
    assert max(late) < latest(LIMIT)
    assert all(answer.headers["retry-after"] for answer, _ in answers if answer.status == 503)
    assert (await timed(port, LIST))[0].status == 200


@pytest.mark.long
def test_ten_times_the_pool_of_slow_statements(database: Database) -> None:
    with running(database, **SETTINGS) as instance:
        asyncio.run(scenario(database, instance.port))
