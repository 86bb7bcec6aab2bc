"""Broken connections, connections to a read-only server, and connections through a proxy."""

import asyncio
import time
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.faults.instances import running, token
from tests.faults.sessions import ended, waiting
from tests.faults.wire import Answer, Wire, written
from tests.support.service import Database

TASK = written("POST", "/api/tasks", token(), {"title": "Stay"})
LIST = written("GET", "/api/tasks", token())
READY = written("GET", "/readyz")
KILLED = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
FAULTY = (
    "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'a fault of ours'; END $$",
    "CREATE TRIGGER fail BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION fail()",
)
ALTERNATIONS = 40


def name(database: Database) -> str:
    return urlsplit(database.url).path[1:]


async def at_once(port: int, requests: list[bytes]) -> list[int]:
    """The statuses of concurrent requests."""

    async def ask(request: bytes) -> int:
        async with Wire(port) as client:
            return (await client.ask(request)).status

    return await asyncio.gather(*map(ask, requests))


async def one_by_one(port: int, requests: list[bytes]) -> list[Answer]:
    async with Wire(port) as client:
        return [await client.ask(request) for request in requests]


def test_a_pool_of_dead_connections_fails_no_request(database: Database) -> None:
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


def test_a_read_on_a_broken_connection_is_retried(database: Database) -> None:
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


@pytest.mark.long
def test_connections_move_from_a_read_only_server_to_the_new_primary(database: Database) -> None:
    """Existing connections stay with their server; new ones go to the current primary."""
    database.rows(f"ALTER DATABASE {name(database)} SET default_transaction_read_only = on")

    with running(database) as instance:
        before = asyncio.run(one_by_one(instance.port, [TASK, LIST, READY]))
        assert set(asyncio.run(at_once(instance.port, [LIST] * 20))) == {200}
        writable = Database(f"{database.url}&default_transaction_read_only=off")
        writable.rows(f"ALTER DATABASE {name(database)} RESET default_transaction_read_only")
        time.sleep(1.1)  # all others are left, and readiness is asked, at most once a second
        after = asyncio.run(at_once(instance.port, [TASK, LIST] * 10))
        (ready,) = asyncio.run(one_by_one(instance.port, [READY]))

    assert [answer.status for answer in before] == [503, 200, 503]
    assert (before[0].json()["code"], before[0].json()["detail"]) == (
        "unavailable", "The database takes no changes at the moment.",
    )  # fmt: skip
    assert before[0].headers["retry-after"] == before[2].headers["retry-after"] == "1"
    assert sorted(after) == [200] * 10 + [201] * 10
    assert ready.status == 200


def test_two_users_on_one_connection_see_their_own_rows_only(database: Database) -> None:
    """Failing requests of every kind, including a server error, are mixed in."""

    async def scenario(port: int) -> list[int]:
        statuses = list[int]()
        people = [token("alice"), token("bob")]
        async with Wire(port) as client:
            for number in range(ALTERNATIONS):
                mine, yours = people[number % 2], people[(number + 1) % 2]
                new = await client.ask(written("POST", "/api/tasks", mine, {"title": f"Of {number % 2}"}))
                path = new.headers["location"]
                answers = [
                    new,
                    await client.ask(written("GET", path, yours)),
                    await client.ask(written("POST", "/api/tasks", mine, {"title": 1})),
                    await client.ask(written("PATCH", f"{path}/complete", mine)),
                    shown := await client.ask(written("GET", "/api/tasks?per_page=100", mine)),
                ]
                assert {task["title"] for task in shown.json()["data"]} == {f"Of {number % 2}"}
                statuses += [answer.status for answer in answers]
        return statuses

    with running(database, DATABASE_POOL_SIZE="1") as instance:
        for statement in FAULTY:
            database.rows(statement)
        assert asyncio.run(scenario(instance.port)) == [201, 404, 422, 500, 200] * ALTERNATIONS


def test_a_value_that_only_the_database_rejects_is_a_422_and_is_logged(database: Database) -> None:
    with running(database) as instance:
        database.rows("ALTER TABLE tasks ALTER COLUMN title TYPE varchar(3)")
        (answer,) = asyncio.run(one_by_one(instance.port, [TASK]))
        assert answer.status == 422
        assert "Stay" not in answer.body.decode()
        assert "validation_gap" in instance.said()
