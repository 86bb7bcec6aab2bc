"""Timestamps are read and sent as text, and are the same values as those that asyncpg makes in binary."""

import os
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import asyncpg
import pytest

from generated.runtime.database.pool.connection_pool import ConnectionPool
from generated.runtime.database.pool.session_connection import SessionConnection
from generated.runtime.database.pool.time_limits import TimeLimit
from tests.runtime.database.test_session_connection import run
from tests.support.service import Database
from tests.support.thoroughness import count

FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
RANDOM = count("TIMESTAMPS", short=2000, long=200_000)
EDGES = [
    FIRST, FIRST + timedelta(microseconds=1), FIRST + timedelta(days=365 * 98), LAST,
    LAST - timedelta(microseconds=1), datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2000, 2, 29, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(99, 1, 1, tzinfo=UTC),
]  # fmt: skip
ZONES = [timezone(timedelta(minutes=minutes)) for minutes in (-720, -90, 0, 1, 345, 840)]
ODD: list[object] = [
    datetime.max, datetime.min, datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 2, 30, fold=1),
    datetime(2026, 10, 25, 2, 30, 0, 5), date(2026, 7, 1), date(2026, 1, 1),
    datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))), datetime.min.replace(tzinfo=ZONES[-1]),
    datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1, seconds=7))), "2026-01-01", 7,
]  # fmt: skip
"""Without an offset, without a time, beyond what UTC can show, and no timestamps."""
SCALAR = "SELECT $1::timestamptz AS value"
EACH = "SELECT value FROM unnest($1::text[]::timestamptz[]) WITH ORDINALITY u(value, n) ORDER BY n"


class Statement:
    """A statement that is no repository's."""

    def __init__(self, sql: str, *, is_read_only: bool = True) -> None:
        self.sql = self.key = sql
        self.is_read_only = is_read_only
        self.has_text_ids = False


def random_timestamps() -> Iterator[datetime]:
    """With no to six digits of a second."""
    generator = random.Random(7)
    microseconds = (LAST - FIRST) // timedelta(microseconds=1)
    for _ in range(RANDOM):
        step: int = 10 ** generator.randrange(7)
        yield FIRST + timedelta(microseconds=generator.randrange(microseconds) // step * step)


def compared(
    database: Database, body: Callable[[SessionConnection, Any], Awaitable[Any]], **settings: object
) -> Any:
    """The result of `body` with a connection of the pool, and one of asyncpg."""

    async def both(pool: ConnectionPool) -> Any:
        lease, plain = await pool.acquire(), await asyncpg.connect(database.url)
        try:
            return await body(lease.session, plain)
        finally:
            await plain.close()
            await pool.release(lease)

    return run(database.url, both, **settings)


async def values(session: SessionConnection, sql: str, *arguments: object) -> list[Any]:
    """The first column, as the pool reads it."""
    statement: Any = Statement(sql)
    return [row[0] for row in await session.run(statement, arguments, all_rows=True)]


def exact(value: object) -> object:
    """Everything that a reader can see of a timestamp."""
    return (repr(value), getattr(value, "tzinfo", None) is UTC)


def test_timestamps_are_those_that_asyncpg_reads(database: Database) -> None:
    async def body(session: SessionConnection, plain: Any) -> tuple[list[Any], list[Any]]:
        texts = [moment.isoformat() for moment in (*EDGES, *random_timestamps())]
        texts += ["infinity", "-infinity"]
        assert session._has_text_timestamps
        return await values(session, EACH, texts), [row[0] for row in await plain.fetch(EACH, texts)]

    ours, theirs = compared(database, body)

    assert len(ours) == RANDOM + len(EDGES) + 2
    assert [exact(value) for value in ours] == [exact(value) for value in theirs]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/St_Johns"])
def test_arguments_are_those_that_asyncpg_sends(
    database: Database, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    shown = [
        moment.astimezone(random.Random(n).choice(ZONES)) for n, moment in enumerate(EDGES[2:3] + EDGES[5:])
    ]

    async def sent(send: Callable[[object], Awaitable[Any]], value: object) -> object:
        try:
            return exact(await send(value))
        except asyncpg.DataError as error:
            return str(error)

    async def body(session: SessionConnection, plain: Any) -> list[tuple[object, object]]:
        async def as_text(value: object) -> Any:
            return (await values(session, SCALAR, value))[0]

        async def as_binary(value: object) -> Any:
            return await plain.fetchval(SCALAR, value)

        found = [
            (await sent(as_text, value), await sent(as_binary, value)) for value in (*EDGES, *shown, *ODD)
        ]
        assert session._has_text_timestamps  # wrong arguments change nothing
        return found

    with in_zone(monkeypatch, zone):
        for ours, theirs in compared(database, body):
            assert ours == theirs


class in_zone:  # noqa: N801 - a context manager, written as one
    """The time zone of this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
        self._before, self._zone, self._patch = os.environ.get("TZ"), zone, monkeypatch

    def __enter__(self) -> None:
        self._patch.setenv("TZ", self._zone)
        time.tzset()

    def __exit__(self, *_: object) -> None:
        self._patch.undo()
        time.tzset()


CONTAINING = [
    "SELECT ARRAY[now(), NULL, 'infinity', '2026-01-01 00:00:00.5+02']",
    "SELECT ARRAY[ARRAY[now(), NULL], ARRAY[NULL, now()]]",
    "SELECT '{}'::timestamptz[]",
    "SELECT NULL::timestamptz",
    "SELECT '2026-01-01 01:02:03+00'::moment",
    "SELECT ARRAY['2026-01-01 01:02:03+00']::moment[]",
    "SELECT tstzrange('2026-01-01 00:00+00', now())",
    "SELECT ARRAY[tstzrange('2026-01-01 00:00+00', NULL)]",
    "SELECT tstzmultirange(tstzrange('2026-01-01 00:00+00', now()))",
    "SELECT ROW(1, now())",
    "SELECT ARRAY[ROW(now(), NULL)]",
    "SELECT ROW('a', now())::note",
    "SELECT ARRAY[ROW('a', now())]::note[]",
    "SELECT n FROM (SELECT 'a' AS text, now() AS made) n",
    "SELECT '2026-01-01 01:02:03'::timestamp",
    "SELECT '23:59:59.5'::time",
    "SELECT jsonb_build_object('made', now())::text",
]


@pytest.mark.parametrize("prepared", [True, False])
def test_whatever_contains_timestamps_is_read_as_before(typed: Database, *, prepared: bool) -> None:
    async def both(pool: ConnectionPool, plain: Any, sql: str) -> tuple[Any, Any]:
        session = await pool._connector()
        session.wait.limit = TimeLimit(60)
        try:
            assert session._has_text_timestamps is prepared
            for _ in range(2):
                assert [exact(value) for value in await values(session, SCALAR, EDGES[5])] == [
                    exact(EDGES[5])
                ]
                assert await values(session, sql) == [row[0] for row in await plain.fetch(sql)]
            return await values(session, sql), [row[0] for row in await plain.fetch(sql)]
        finally:
            session.terminate()

    async def body(pool: ConnectionPool) -> list[tuple[Any, Any]]:
        plain = await asyncpg.connect(typed.url)
        moment = "'2026-02-03 04:05:06.789+00'::timestamptz"
        try:
            return [await both(pool, plain, sql.replace("now()", moment)) for sql in CONTAINING]
        finally:
            await plain.close()

    for sql, (ours, theirs) in zip(CONTAINING, run(typed.url, body, database_prepared=prepared), strict=True):
        assert repr(ours) == repr(theirs), sql


@pytest.fixture(scope="module")
def typed(make_database: Callable[[], Database]) -> Database:
    database = make_database()
    database.rows("CREATE DOMAIN moment AS timestamptz CHECK (VALUE > '1900-01-01')")
    database.rows("CREATE TYPE note AS (text text, made timestamptz)")
    return database


@pytest.mark.parametrize("text", ["10000-01-01 00:00+00", "0044-03-15 00:00+00 BC"])
def test_a_timestamp_that_python_has_not_is_an_error_as_before(database: Database, text: str) -> None:
    async def body(session: SessionConnection, _: Any) -> None:
        for _ in range(2):
            with pytest.raises((OverflowError, ValueError)):
                await values(session, "SELECT $1::text::timestamptz", text)
        assert len(await values(session, SCALAR, LAST)) == 1

    compared(database, body)


@pytest.mark.parametrize("in_transaction", [False, True])
def test_infinity_is_read_again_by_statements_that_only_read(
    database: Database, *, in_transaction: bool
) -> None:
    async def body(session: SessionConnection, _: Any) -> list[Any]:
        assert await values(session, SCALAR, LAST - timedelta(days=1))
        transaction = session.transaction()
        if in_transaction:
            await transaction.start()
        found = [*await values(session, EACH, ["infinity"]), *await values(session, SCALAR, EDGES[5])]
        if in_transaction:
            await transaction.commit()
        assert session._has_text_timestamps
        return found

    assert compared(database, body) == [datetime.max, EDGES[5]]


@pytest.mark.parametrize(
    "first", [SCALAR, "INSERT INTO tasks (owner_id, title) VALUES ('a', 'b') RETURNING created_at"]
)
def test_what_an_override_fetches_itself_may_be_infinite(database: Database, first: str) -> None:
    async def body(session: SessionConnection, _: Any) -> object:
        statement: Any = Statement(first, is_read_only=first == SCALAR)
        arguments = (EDGES[5],) if first == SCALAR else ()
        await session.run(statement, arguments, all_rows=True)
        return await session.fetchval("SELECT 'infinity'::timestamptz")

    assert compared(database, body) == datetime.max


def test_a_write_that_returns_infinity_is_executed_once(database: Database) -> None:
    database.rows("CREATE TABLE moments (at timestamptz)")

    async def body(session: SessionConnection, _: Any) -> tuple[Any, int]:
        insert: Any = Statement("INSERT INTO moments VALUES ('infinity') RETURNING at", is_read_only=False)
        written = await session.run(insert, (), all_rows=False)
        return written[0], (await values(session, "SELECT count(*) FROM moments"))[0]

    assert compared(database, body) == (datetime.max, 1)


@pytest.mark.parametrize("option", ["TimeZone=Asia/Kathmandu", "DateStyle=German"])
def test_a_session_with_another_zone_or_style_reads_them_in_binary(database: Database, option: str) -> None:
    other = Database(f"{database.url}&{option}")

    async def body(session: SessionConnection, plain: Any) -> tuple[list[Any], list[Any], Any, Any]:
        assert not session._has_text_timestamps
        texts = [moment.isoformat() for moment in EDGES]
        shown = "SELECT $1::timestamptz::text"
        ours, theirs = await values(session, EACH, texts), [row[0] for row in await plain.fetch(EACH, texts)]
        return ours, theirs, await values(session, shown, EDGES[5]), [await plain.fetchval(shown, EDGES[5])]

    ours, theirs, ours_shown, theirs_shown = compared(other, body)

    assert [exact(value) for value in ours] == [exact(value) for value in theirs]
    assert ours_shown == theirs_shown  # SQL means what the database says


def test_a_connection_is_opened_with_nothing_more_sent(database: Database) -> None:
    async def body(session: SessionConnection, plain: Any) -> bool:
        pid = session.get_server_pid()
        query = await plain.fetchval("SELECT query FROM pg_stat_activity WHERE pid = $1", pid)
        return bool(query)

    assert compared(database, body) is False
