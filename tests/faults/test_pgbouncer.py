"""Behind PgBouncer: what mixes prepared statements is found out, and DATABASE_PREPARED=false works."""

import asyncio
import time
from datetime import UTC
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from generated.runtime.database.pool.connection_pool import ConnectionPool
from tests.faults.instances import Instance, running, token
from tests.faults.pgbouncer import follows_statements, pgbouncer
from tests.faults.wire import Answer, Wire, written
from tests.runtime.database.test_connection_pool import listed, tasks
from tests.runtime.database.test_session_connection import run
from tests.support.service import Database
from tests.support.thoroughness import count

SECONDS = count("POOLER_SECONDS", short=2, long=60)
ATTEMPTS = 10
CLIENTS = 6
READY = written("GET", "/readyz")
UNPREPARED = {"DATABASE_PREPARED": "false"}


async def ask(instance: Instance, *requests: bytes) -> list[Answer]:
    async with Wire(instance.port) as client:
        return [await client.ask(request) for request in requests]


def readiness(instance: Instance) -> tuple[int, str]:
    (answer,) = asyncio.run(ask(instance, READY))
    return answer.status, answer.body.decode()


@pytest.mark.parametrize("size", [1, 5])
def test_a_pooler_that_mixes_prepared_statements_is_found_out(
    database: Database, tmp_path: Path, size: int
) -> None:
    with pgbouncer(database, tmp_path, "transaction", size=size) as behind, running(behind) as instance:
        status, body = readiness(instance)
        again, _ = readiness(instance)
        log = instance.said()

    assert (status, again) == (503, 503)
    assert "DATABASE_PREPARED=false" in body
    assert log.count("pooler_mixes_statements") == 1


@pytest.mark.parametrize(
    ("mode", "settings"), [("session", {}), ("transaction", UNPREPARED), ("session", UNPREPARED)]
)
def test_what_works_behind_a_pooler_is_ready(
    database: Database, tmp_path: Path, mode: str, settings: dict[str, str]
) -> None:
    with pgbouncer(database, tmp_path, mode) as behind, running(behind, **settings) as instance:
        assert readiness(instance)[0] == 200
        assert "pooler_mixes_statements" not in instance.said()
        create = written("POST", "/api/tasks", token(), {"title": "Water"})
        statuses = [answer.status for answer in asyncio.run(ask(instance, create, READY))]
        assert statuses == [201, 200]


def test_without_prepared_statements_two_processes_share_a_pooler(database: Database, tmp_path: Path) -> None:
    """Every answer is about the rows of its user, and none is an error of the server."""

    async def user(instance: Instance, name: str, until: float) -> int:
        mine, asked = token(name), 0
        async with Wire(instance.port) as client:
            while time.monotonic() < until:
                made = await client.ask(written("POST", "/api/tasks", mine, {"title": name}))
                path = made.headers["location"]
                changes = written("PATCH", path, mine, {"description": name, "completed": True})
                complete = written("PATCH", f"{path}/complete", mine)
                rest = [
                    await client.ask(request) for request in (changes, complete, written("GET", path, mine))
                ]
                page = await client.ask(written("GET", "/api/tasks", mine))
                assert [answer.status for answer in (made, *rest, page)] == [201, 200, 200, 200, 200]
                assert {answer.json()["title"] for answer in (made, *rest)} == {name}
                assert {task["title"] for task in page.json()["data"]} == {name}
                asked += 5
        return asked

    async def load(instances: list[Instance]) -> int:
        until = time.monotonic() + SECONDS
        users = [(instance, f"user-{n}") for n, instance in enumerate(instances * CLIENTS)]
        return sum(await asyncio.gather(*(user(instance, name, until) for instance, name in users)))

    with (
        pgbouncer(database, tmp_path, "transaction", size=3) as behind,
        running(behind, **UNPREPARED) as one,
        running(behind, **UNPREPARED) as other,
    ):
        assert asyncio.run(load([one, other])) > 10 * CLIENTS
        assert "Traceback" not in one.said() + other.said()


def test_the_first_statement_of_another_client_is_proof_and_the_answer_is_right(
    database: Database, tmp_path: Path
) -> None:
    """The pooler begins to mix when nobody looks for it any more."""

    async def body(pool: ConnectionPool) -> tuple[set[int], bool]:
        await asyncio.gather(*(tasks(pool)._fetch(tasks(pool)._create_task(), **TASK) for _ in range(8)))
        pages: list[Any] = await asyncio.gather(*(listed(pool) for _ in range(40)))
        return {page.total for page in pages}, pool._connector.preparation.is_mixed

    is_mixed, attempt = False, 0
    with pgbouncer(database, tmp_path, "transaction", size=2) as behind:
        while not is_mixed and attempt < ATTEMPTS:  # until two clients meet
            attempt += 1
            totals, is_mixed = run(behind.url, body, database_pool_size=8)
            assert totals == {8 * attempt}

    assert is_mixed


@pytest.mark.parametrize("mode", ["transaction", "session"])
def test_the_time_zone_and_the_date_style_of_another_client_change_nothing(
    database: Database, tmp_path: Path, mode: str
) -> None:
    settings = {"timezone": "Asia/Kathmandu", "datestyle": "German"}

    async def body(pool: ConnectionPool) -> None:
        for _ in range(3):
            other = await asyncpg.connect(behind.url, server_settings=settings, statement_cache_size=0)
            assert "+0545" in await other.fetchval("SELECT '2026-01-01 00:00+00'::timestamptz::text")
            await other.close()
            made = await tasks(pool)._fetch(tasks(pool)._create_task(), **TASK)
            read = await tasks(pool).get_task(made.id)
            assert read.created_at == made.created_at
            assert read.created_at.tzinfo is UTC
        lease = await pool.acquire()
        assert lease.session._has_text_timestamps
        await pool.release(lease)

    with pgbouncer(database, tmp_path, mode, size=1 if mode == "transaction" else 2) as behind:
        run(behind.url, body)


TASK: dict[str, Any] = {"title": "Water", "description": None, "completed": False}


def test_a_pooler_that_follows_prepared_statements_is_ready_and_stale_ones_heal(
    database: Database, tmp_path: Path
) -> None:
    if not follows_statements():
        pytest.skip("this PgBouncer does not follow prepared statements")
    pages = [written("GET", "/api/tasks", token())] * 12
    with pgbouncer(database, tmp_path, "transaction", prepared=100) as behind, running(behind) as instance:
        assert readiness(instance)[0] == 200
        for length in (300, 400):
            before = [answer.status for answer in asyncio.run(ask(instance, *pages))]
            database.rows(f"ALTER TABLE tasks ALTER COLUMN title TYPE varchar({length})")
            after = [answer.status for answer in asyncio.run(ask(instance, *pages))]
            assert set(before + after) == {200}
