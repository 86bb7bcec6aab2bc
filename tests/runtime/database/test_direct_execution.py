"""Prepared statements are executed by a part of asyncpg that is not public, and as by its public methods."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias

import asyncpg
import pytest

from generated.runtime.database.pool.connection_pool import ConnectionPool
from generated.runtime.database.pool.direct_execution import (
    PORTAL,
    WITH_STATUS,
    Execute,
    executable,
    executor,
    openness,
    transaction_test,
)
from tests.runtime.database.test_connection_pool import tasks
from tests.runtime.database.test_session_connection import run
from tests.support.service import Database

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Run = Callable[..., Coroutine[Any, Any, list[Any]]]
WITHOUT_THE_PART = object()
"""The protocol of an asyncpg that has no `bind_execute()`."""


def statements(connection: Connection, *, is_direct: bool) -> Run:
    """Runs statements on a connection, in one of both ways."""
    protocol: object = getattr(connection, "_protocol")  # noqa: B009 - it is not public
    execute: Execute = executor(protocol if is_direct else WITHOUT_THE_PART)

    async def prepare_and_run(sql: str, *arguments: object, limit: int = 0) -> list[Any]:
        prepared = await connection.prepare(sql)
        found = executable(prepared, execute)
        assert (found is prepared) is not is_direct
        rows = await execute(found, arguments, PORTAL, limit, WITH_STATUS, None)
        again = await execute(found, arguments, PORTAL, limit, WITH_STATUS, None)
        assert again == rows
        return rows

    return prepare_and_run


@pytest.fixture(params=[True, False], ids=["direct", "public"])
def use(request: pytest.FixtureRequest, database: Database) -> Callable[[Any], Any]:
    """Runs `body(connection, run)` in one of both ways."""

    def used(body: Callable[[Connection, Run], Awaitable[Any]]) -> Any:
        async def opened() -> Any:
            connection = await asyncpg.connect(database.url)
            try:
                return await body(connection, statements(connection, is_direct=request.param))
            finally:
                connection.terminate()

        return asyncio.run(opened())

    return used


def test_it_returns_all_rows_or_as_many_as_are_asked_for(use: Callable[[Any], Any]) -> None:
    async def body(_: Connection, run: Run) -> list[list[Any]]:
        numbers = "SELECT generate_series($1::int, $2::int) AS n, $3::text AS text"
        return [
            await run(numbers, 1, 3, None),
            await run(numbers, 1, 3, "x", limit=1),
            await run(numbers, 3, 1, "x", limit=1),
            await run(numbers, 3, 1, "x"),
            await run("SET LOCAL application_name = 'none'"),
        ]

    everything, one, none, nothing, command = use(body)

    assert [dict(row) for row in everything] == [{"n": n, "text": None} for n in (1, 2, 3)]
    assert [dict(row) for row in one] == [{"n": 1, "text": "x"}]
    assert none == nothing == command == []


@pytest.mark.parametrize(
    ("sql", "arguments", "error"),
    [
        ("SELECT 1 / $1::int", [0], asyncpg.DivisionByZeroError),
        ("SELECT $1::int", ["one"], asyncpg.DataError),
        ("SELECT $1::int", [1, 2], asyncpg.InterfaceError),
    ],
)
def test_an_error_leaves_the_connection_as_it_is(
    use: Callable[[Any], Any], sql: str, arguments: list[object], error: type[Exception]
) -> None:
    async def body(_: Connection, run: Run) -> list[Any]:
        with pytest.raises(error):
            await run(sql, *arguments)
        return await run("SELECT 7")

    assert use(body)[0][0] == 7


def test_nothing_is_sent_on_a_connection_that_is_closed_or_in_use(use: Callable[[Any], Any]) -> None:
    async def body(connection: Connection, run: Run) -> None:
        sleeping = asyncio.create_task(run("SELECT pg_sleep(0.05)"))
        await asyncio.sleep(0.02)
        with pytest.raises(asyncpg.InterfaceError, match="another operation"):
            await run("SELECT 1")
        assert len(await sleeping) == 1
        connection.terminate()
        with pytest.raises(asyncpg.InterfaceError, match="closed"):
            await run("SELECT 1")

    use(body)


def test_a_statement_that_is_canceled_does_not_go_on(use: Callable[[Any], Any]) -> None:
    async def body(connection: Connection, run: Run) -> int:
        sleeping = asyncio.create_task(run("SELECT pg_sleep(60)"))
        await asyncio.sleep(0.05)
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping
        count: int = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'"
        )
        return count

    assert use(body) == 0


@pytest.mark.parametrize("is_direct", [True, False])
def test_a_connection_knows_whether_it_is_open_and_in_a_transaction(
    database: Database, *, is_direct: bool
) -> None:
    async def body() -> list[tuple[bool, bool]]:
        connection = await asyncpg.connect(database.url)
        protocol: object = getattr(connection, "_protocol") if is_direct else WITHOUT_THE_PART  # noqa: B009
        is_open, has_transaction = openness(connection, protocol), transaction_test(connection, protocol)
        assert (getattr(is_open, "__self__", None) is protocol) is is_direct
        states = [(is_open(), has_transaction())]
        async with connection.transaction():
            states.append((is_open(), has_transaction()))
        connection.terminate()
        return [*states, (is_open(), False)]

    assert asyncio.run(body()) == [(True, False), (True, True), (False, False)]


def test_the_pool_executes_directly(database: Database) -> None:
    """If this fails, asyncpg has changed: each statement costs more until `direct_execution.py` follows."""

    async def body(pool: ConnectionPool) -> tuple[bool, bool]:
        lease = await pool.acquire()
        session = lease.session
        await pool.release(lease)
        await tasks(pool).list_tasks(page=1, per_page=10, completed=None, sort="title")
        ((found, prepared),) = session._prepared_statements.values()
        return session._execute_prepared is executor(object()), found is prepared

    assert run(database.url, body) == (False, False)
