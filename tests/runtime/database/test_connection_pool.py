"""The pool lends each connection to one request at a time, in order, and bounds what it waits for."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from generated.runtime.database.commit_hooks import NO_REQUEST, CommitHooks
from generated.runtime.database.execution import Database as Statements
from generated.runtime.database.pool.connection_pool import ConnectionPool
from generated.runtime.database.pool.session_connection import Lease
from generated.runtime.database.pool.time_limits import GRACE, SWEEP_INTERVAL, TimeLimit
from generated.runtime.database.signed_cursors import CursorSigner
from generated.runtime.http.problems import Busy, Unreachable
from overrides.tasks import TaskRepository
from tests.runtime.database.test_session_connection import run
from tests.support.service import Database

REQUESTS = 50
PREPARED = "SELECT name, statement FROM pg_prepared_statements ORDER BY prepare_time"


def tasks(pool: ConnectionPool, owner: str = "alice") -> TaskRepository:
    database = Statements(pool, CursorSigner(["s" * 64]), 1024, CommitHooks())
    return TaskRepository(owner, database.for_request(NO_REQUEST))


def listed(pool: ConnectionPool) -> Awaitable[object]:
    return tasks(pool).list_tasks(page=1, per_page=10, completed=None, sort="title")


async def prepared(pool: ConnectionPool) -> list[dict[str, str]]:
    """The prepared statements of the connection that is used next."""
    lease = await pool.acquire()
    found = await asyncpg.Connection.fetch(lease.session, PREPARED)
    await pool.release(lease)
    return [dict(record) for record in found]


def test_a_request_that_finds_a_free_connection_needs_no_task_and_no_timer(database: Database) -> None:
    async def body(pool: ConnectionPool) -> tuple[int, int]:
        await listed(pool)
        loop, counted = asyncio.get_running_loop(), {"timers": 0, "tasks": 0}

        def counting(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                counted[name] += 1
                return method(*args, **kwargs)

            return call

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loop, "call_at", counting("timers", loop.call_at))
            patch.setattr(loop, "create_task", counting("tasks", loop.create_task))
            sweeps = -loop.time()
            for _ in range(REQUESTS):
                await listed(pool)
            sweeps += loop.time()
        return counted["timers"] - int(sweeps / SWEEP_INTERVAL), counted["tasks"]

    timers, made = run(database.url, body)

    assert made == 0
    assert timers <= 1  # besides the sweep


def test_a_statement_on_a_free_connection_runs_little_code_and_none_of_asyncpg_in_python(
    database: Database,
) -> None:
    """Each call of a Python function counts, and each time that a coroutine goes on."""

    async def body(pool: ConnectionPool) -> list[str]:
        repository, statement = tasks(pool), TaskRepository._list_tasks_total(())
        values: dict[str, object] = {"_owner": "alice"}
        found = list[str]()

        def note(frame: FrameType, event: str, _: object) -> None:
            path = frame.f_code.co_filename
            if event == "call" and ("/runtime/database/" in path or "/asyncpg/" in path):
                found.append(f"{Path(path).name} {frame.f_code.co_name}")

        await repository._database.fetch_one(statement, values)
        sys.setprofile(note)
        try:
            await repository._database.fetch_one(statement, values)
        finally:
            sys.setprofile(None)
        return found

    found = run(database.url, body)

    assert 0 < len(found) <= 16, found
    assert not [call for call in found if call.startswith(("connection.py", "prepared_stmt.py"))], found


def test_requests_get_a_connection_in_the_order_in_which_they_asked(database: Database) -> None:
    async def body(pool: ConnectionPool) -> list[int]:
        order = list[int]()

        async def ask(number: int) -> None:
            lease = await pool.acquire()
            order.append(number)
            await pool.release(lease)

        held = await pool.acquire()
        asked = []
        for number in range(6):
            asked.append(asyncio.create_task(ask(number)))
            await asyncio.sleep(0)
        assert pool.usage().waiting == 6
        asked[2].cancel()
        await pool.release(held)
        asked[0].cancel()  # it has been given the connection already, and hands it on
        await asyncio.gather(*asked, return_exceptions=True)
        assert pool.usage().waiting == pool.usage().in_use == 0
        await listed(pool)
        return order

    assert run(database.url, body) == [1, 3, 4, 5]


def test_a_connection_that_was_returned_does_nothing_more(database: Database) -> None:
    async def body(pool: ConnectionPool) -> None:
        async with tasks(pool).transaction() as kept:
            lease = kept._database._transaction
        assert isinstance(lease, Lease)
        for use in (lambda: kept.get_task(uuid4()), lambda: lease.fetchval("SELECT 1")):
            with pytest.raises(asyncpg.InterfaceError, match="returned"):
                await use()
        await pool.release(lease)  # a second time
        assert pool.usage() == type(pool.usage())(size=1, open=1, in_use=0, waiting=0)

    run(database.url, body)


def test_a_transaction_that_could_not_begin_leaves_nothing_to_the_next_request(database: Database) -> None:
    async def body(pool: ConnectionPool) -> list[int]:
        pids = []
        await listed(pool)
        lease = await pool.acquire(TimeLimit(0))  # no time is left for BEGIN
        pids.append(lease.get_server_pid())
        with pytest.raises(TimeoutError):
            async with lease.transaction():
                pytest.fail("it has begun")
        await pool.release(lease)
        async with tasks(pool).transaction() as kept:
            await kept.list_tasks(page=1, per_page=10, completed=None, sort="title")
        lease = await pool.acquire()
        pids.append(lease.get_server_pid())
        await pool.release(lease)
        return pids

    first, then = run(database.url, body)

    assert then == first


def test_statements_of_a_connection_are_bounded_and_named_at_random(database: Database) -> None:
    async def body(pool: ConnectionPool) -> list[dict[str, str]]:
        repository = tasks(pool)
        names = [f"other_{number}" for number in range(260)]
        for name in names:
            await repository._database.fetch_all(counting(name), {"_owner": "alice"})
        return await prepared(pool)

    first, second = run(database.url, body), run(database.url, body)

    assert 150 < len(first) <= 201
    assert first[-1]["statement"].count("other_259")
    assert not {row["name"] for row in first} & {row["name"] for row in second}


def counting(name: str) -> Any:
    """A statement that no other one is like."""
    count = TaskRepository._list_tasks_total(())
    sql = f"{count.sql} -- {name}"
    words = {
        "sql": sql,
        "key": sql,
        "is_read_only": True,
        "has_text_ids": False,
        "arguments": count.arguments,
    }
    copied = type("Statement", (), {})()
    copied.__dict__.update(words)
    return copied


def test_a_migration_makes_each_statement_be_prepared_once_more(database: Database) -> None:
    async def body(pool: ConnectionPool) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        await listed(pool)
        before = await prepared(pool)
        alter = "ALTER TABLE tasks ALTER COLUMN title TYPE varchar(321)"
        await asyncio.to_thread(database.rows, alter)
        await listed(pool)
        await listed(pool)
        return before, await prepared(pool)

    before, after = run(database.url, body)

    assert len(before) == 1
    text = before[0]["statement"]
    assert [row["statement"] for row in after][-1].startswith(f"{text} /* ")
    assert len([row for row in after if row["statement"].startswith(text)]) <= 2


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    """These processes do nothing: no answer, and no end."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_a_silent_database_is_left_at_the_limit_and_waited_for_no_longer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(pool: ConnectionPool) -> None:
        lease = await pool.acquire()
        pid = await asyncpg.Connection.fetchval(lease.session, "SELECT pg_backend_pid()")
        await pool.release(lease)
        repository = tasks(pool)
        with stopped([pid]):
            with pytest.raises(TimeoutError):
                async with repository.transaction() as inner:  # which rolls back at its end
                    await inner.list_tasks(page=1, per_page=10, completed=None, sort="title")
            limit = repository._database._limit
            assert limit is not None
            # the time from here to the next wait would be given back
            monkeypatch.setattr("generated.runtime.database.pool.time_limits.monotonic", lambda: limit.since)
            assert at_once(repository.list_tasks(page=1, per_page=10, completed=None, sort="title"))
            monkeypatch.undo()
            assert pool.usage().in_use == 0
        await listed(pool)

    run(database.url, body, database_timeout=0.3)


def at_once(waited_for: Any) -> bool:
    """Whether it ends with a TimeoutError, or is refused, before anything is waited for."""
    try:
        waited_for.send(None)
    except (TimeoutError, Busy, Unreachable):
        return True
    waited_for.close()
    return False


def test_the_limit_is_that_of_all_waits_together_and_what_is_spent_elsewhere_is_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr("generated.runtime.database.pool.time_limits.monotonic", lambda: now)
    limit = TimeLimit(10)

    def waited(seconds: float, rest: float = 0.0) -> float:
        """The seconds that were left before a wait."""
        nonlocal now
        left = limit.start_wait() - now
        now += seconds
        limit.end_wait()
        now += rest
        return left

    assert [waited(4), waited(4), waited(1, rest=3), waited(0, rest=60), waited(10)] == [10, 6, 2, 4, 10]
    with pytest.raises(TimeoutError):
        limit.start_wait()
    assert GRACE + 2 * SWEEP_INTERVAL < 0.5
