"""Connections that broke, that lead to a server which takes no changes, or that somebody stands before."""

import asyncio

import asyncpg

from tests.faults.instances import Cluster, Instance, running, token
from tests.faults.sessions import ended, waiting
from tests.faults.wire import Answer, Wire, written
from tests.support import Database

TASK = written("POST", "/api/tasks", token(), {"title": "Stay"})
LIST = written("GET", "/api/tasks", token())
READY = written("GET", "/readyz")
KILLED = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def at_once(port: int, requests: list[bytes]) -> list[int]:
    """The statuses of requests that are sent at the same time."""

    async def ask(request: bytes) -> int:
        async with Wire(port) as client:
            return (await client.ask(request)).status

    return await asyncio.gather(*map(ask, requests))


async def one_by_one(port: int, requests: list[bytes]) -> list[Answer]:
    async with Wire(port) as client:
        return [await client.ask(request) for request in requests]


def test_a_pool_of_dead_connections_costs_nobody_a_request(database: Database) -> None:
    async def scenario(port: int) -> list[int]:
        statuses = await at_once(port, [TASK, LIST] * 20)
        killer = await asyncpg.connect(database.url)
        for _ in range(3):
            assert len(await killer.fetch(KILLED)) > 3
            await asyncio.sleep(
                0.2
            )  # nobody is asking: a write on its way would have to be told as uncertain
            statuses += await at_once(port, [TASK, LIST] * 20)
        await killer.close()
        return statuses

    with running(database) as instance:
        assert set(asyncio.run(scenario(instance.port))) == {200, 201}
    assert database.rows("SELECT count(*)::int AS n FROM tasks") == [{"n": 80}]


def test_a_read_whose_connection_breaks_is_read_again(database: Database) -> None:
    async def scenario(port: int) -> list[int]:
        connection = await asyncpg.connect(database.url)
        async with connection.transaction():
            await connection.execute("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
            reads = asyncio.create_task(at_once(port, [LIST] * 5))
            await ended(connection, await waiting(connection, 5))
        await connection.close()
        return await reads

    with running(database) as instance:
        assert asyncio.run(scenario(instance.port)) == [200] * 5


def test_a_server_that_takes_no_changes_is_left_as_soon_as_another_one_does(postgresql: Cluster) -> None:
    async def read_only(value: str) -> None:
        connection = await asyncpg.connect(postgresql.database.url)
        await connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()
        await asyncio.sleep(1.2)  # readiness is asked once a second

    async def scenario(instance: Instance) -> None:
        before = await one_by_one(instance.port, [TASK, LIST, READY])
        await read_only("on")
        during = await one_by_one(instance.port, [TASK, LIST, READY])
        await read_only("off")
        after = await one_by_one(instance.port, [READY, TASK, LIST])

        assert [answer.status for answer in before + after] == [201, 200, 200, 200, 201, 200]
        assert [answer.status for answer in during] == [503, 200, 503]
        assert during[0].headers["retry-after"] == "1"

    with running(postgresql.database) as instance:
        asyncio.run(scenario(instance))
        assert "ReadOnlySQLTransactionError" in instance.said()


def test_a_value_that_only_the_database_refuses_is_a_422_that_the_log_counts(database: Database) -> None:
    with running(database) as instance:
        database.rows("ALTER TABLE tasks ALTER COLUMN title TYPE varchar(3)")
        (answer,) = asyncio.run(one_by_one(instance.port, [TASK]))
        assert answer.status == 422
        assert "Stay" not in answer.body.decode()
        assert "validation_gap" in instance.said()
