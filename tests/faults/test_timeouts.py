"""A slow database: requests time out and leave nothing behind."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import asyncpg
import httpx
import pytest

from tests.runtime.observing.test_request_log import logging_to
from tests.support.measuring.waiting import waits
from tests.support.service import ROOT, Database, serving


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Another session locks the table."""
    held, done = Event(), Event()

    async def hold() -> None:
        connection = await asyncpg.connect(database.url)
        async with connection.transaction():
            await connection.execute("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
            held.set()
            await asyncio.to_thread(done.wait)
        await connection.close()

    thread = Thread(target=lambda: asyncio.run(hold()))
    thread.start()
    try:
        assert held.wait(10)
        yield
    finally:
        done.set()
        thread.join()


def test_a_slow_statement_is_canceled_and_reported(make_database: Callable[[], Database]) -> None:
    database = make_database()
    with (
        serving(ROOT, database, CHECK_ANSWERS="false", DATABASE_TIMEOUT="1") as service,
        service.user() as alice,
    ):
        assert alice.get("/api/tasks").status_code == 200

        with locked(database):
            response = alice.get("/api/tasks")
            waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND state = 'active'"
            time.sleep(0.2)
            assert database.rows(waiting) == []

        assert response.status_code == 504
        assert response.headers["Content-Type"] == "application/problem+json"
        assert alice.get("/api/tasks").status_code == 200


def test_a_request_without_a_free_connection_fails_fast(make_database: Callable[[], Database]) -> None:
    database = make_database()
    settings = {"DATABASE_POOL_SIZE": "1", "DATABASE_PATIENCE": "0.5", "DATABASE_TIMEOUT": "20"}
    with serving(ROOT, database, CHECK_ANSWERS="false", **settings) as service, service.user() as alice:
        assert alice.get("/api/tasks").status_code == 200

        with locked(database):
            answers: list[httpx.Response] = []
            first = Thread(target=lambda: answers.append(alice.get("/api/tasks", timeout=30)))
            first.start()
            time.sleep(0.3)
            with service.user() as bob, waits(0.5):
                second = bob.get("/api/tasks")
            assert not answers  # the first request still has the connection
        first.join()

        assert (second.status_code, second.headers["Retry-After"]) == (503, "1")
        assert answers[0].status_code == 200
        assert alice.get("/api/tasks").status_code == 200


@pytest.mark.long
def test_an_exhausted_pool_is_logged_once_and_not_per_request(
    make_database: Callable[[], Database], tmp_path: Path
) -> None:
    database = make_database()
    settings = {"DATABASE_POOL_SIZE": "1", "DATABASE_PATIENCE": "0.3", "DATABASE_TIMEOUT": "2"}
    with (
        logging_to(tmp_path / "log", database, ROOT, **settings) as logged,
        logged.service.user() as alice,
        ThreadPoolExecutor(8) as many,
    ):
        assert alice.get("/api/tasks").status_code == 200
        assert "pool_exhausted" not in logged.text()

        with locked(database):
            statuses = list(many.map(lambda _: alice.get("/api/tasks").status_code, range(8)))

    assert sorted(statuses) == [503] * 7 + [504]
    [line] = [line for line in logged.text().splitlines() if "pool_exhausted" in line]
    said = json.loads(line)
    assert (said["level"], said["event"]) == ("warning", "pool_exhausted")
    assert said["reason"] == "no connection became free within DATABASE_PATIENCE"
