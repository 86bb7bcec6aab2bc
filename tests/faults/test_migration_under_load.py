"""A migration runs under load: no request fails with a server error."""

import asyncio

import asyncpg

from tests.faults.instances import running, token
from tests.faults.ledger import Ledger, writing
from tests.faults.wire import Wire, written
from tests.support.service import Database

STEPS = (
    "ALTER TABLE tasks ADD COLUMN colour text",
    "ALTER TABLE tasks ALTER COLUMN title TYPE varchar(300)",
    "ALTER TABLE tasks ADD COLUMN weight integer NOT NULL DEFAULT 1",
    "CREATE INDEX CONCURRENTLY ix_tasks_title ON tasks (owner_id, title)",
    "ALTER TABLE tasks ALTER COLUMN description TYPE text",
    "ALTER TABLE tasks DROP COLUMN colour",
)


async def reading(port: int, statuses: set[int], ended: asyncio.Event) -> None:
    async with Wire(port) as client:
        while not ended.is_set():
            statuses.add((await client.ask(written("GET", "/api/tasks", token()))).status)


async def migrated(database: Database, port: int, ledger: Ledger) -> set[int]:
    """The statuses that readers got meanwhile."""
    connection = await asyncpg.connect(database.url)
    statuses, ended = set[int](), asyncio.Event()
    readers = [asyncio.create_task(reading(port, statuses, ended)) for _ in range(4)]
    async with writing(ledger, port):
        for step in STEPS:
            await asyncio.sleep(0.2)
            await connection.execute(step)
        await asyncio.sleep(0.2)
    ended.set()
    await asyncio.gather(*readers)
    await connection.close()
    return statuses


def test_a_migration_under_load_fails_no_request(database: Database) -> None:
    ledger = Ledger()
    with running(database) as instance:
        assert asyncio.run(migrated(database, instance.port, ledger)) == {200}
    assert set(ledger.statuses) == {201}
    assert ledger.lost(database) == []
