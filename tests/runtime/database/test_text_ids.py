"""UUIDs are read as texts by the statements whose rows are only written as JSON, and by no others."""

from typing import Any
from uuid import UUID

import pytest

from generated.runtime.database.pool.connection_pool import ConnectionPool
from generated.tasks.repository import TaskRepository
from tests.runtime.database.test_session_connection import run
from tests.runtime.database.test_timestamps import Statement
from tests.support.service import Database

ID = "00000000-0000-4000-8000-0000000000aB"
SQL = "SELECT $1::text::uuid AS one, ARRAY[$1::text::uuid, NULL] AS many, now() AS moment"


def with_texts(sql: str) -> Any:
    other = Statement(sql)
    other.has_text_ids, other.key = True, f"{sql} with texts"
    return other


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
@pytest.mark.parametrize("prepared", [True, False])
def test_each_statement_of_a_connection_reads_its_own_way(
    database: Database, zone: str, *, prepared: bool
) -> None:
    async def body(pool: ConnectionPool) -> list[tuple[object, object]]:
        lease = await pool.acquire()
        found = []
        plain: Any = Statement(SQL)
        for sent in (with_texts(SQL), plain, with_texts(SQL), plain, with_texts(f"{SQL} LIMIT 1")):
            (row,) = await lease.session.run(sent, [ID], all_rows=True)
            found.append((row["one"], row["many"][0]))
        assert not lease.session.has_session_state
        return [*found, tuple(await lease.fetchrow("SELECT $1::uuid AS one, $1::uuid AS many", UUID(ID)))]

    url = f"{database.url}&TimeZone={zone}"
    found = run(url, body, database_prepared=prepared)

    texts = (ID.lower(), ID.lower()) if prepared else (UUID(ID), UUID(ID))
    ids = (UUID(ID), UUID(ID))
    assert found == [texts, ids, texts, ids, texts, ids]
    assert {type(value) for value in found[0]} == ({str} if prepared else {type(found[1][0])})


UNSUITABLE = {
    "a parameter": ("SELECT CAST($1 AS uuid) AS one", UUID(ID)),
    "parameters": ("SELECT $1::uuid AS one WHERE $1 = ANY(ARRAY[$1])", UUID(ID)),
    "an array": ("SELECT one FROM unnest($1::uuid[]) AS one", [UUID(ID)]),
    "a row": ("SELECT $1::text::uuid AS one, ROW($1::text::uuid, 1) AS more", ID),
    "a row of a table": (
        "SELECT $1::text::uuid AS one, t AS more FROM (SELECT 1) x LEFT JOIN tasks t ON true",
        ID,
    ),
}


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
@pytest.mark.parametrize("unsuitable", UNSUITABLE)
def test_ids_that_are_sent_or_inside_of_rows_are_uuids(
    database: Database, unsuitable: str, zone: str
) -> None:
    sql, argument = UNSUITABLE[unsuitable]

    async def body(pool: ConnectionPool) -> list[object]:
        lease = await pool.acquire()
        return [(await lease.session.run(with_texts(sql), [argument], all_rows=False))[0] for _ in range(3)]

    assert run(f"{database.url}&TimeZone={zone}", body) == [UUID(ID)] * 3


def test_only_statements_that_read_and_send_no_uuid_can_have_texts() -> None:
    everything = TaskRepository._list_tasks("created_at", ())

    assert everything.with_text_ids is not everything
    assert everything.with_text_ids.with_text_ids is everything.with_text_ids
    assert everything.with_text_ids.sql == everything.sql
    assert everything.with_text_ids.guard is everything.guard
    writing = (TaskRepository._update_task("title"), TaskRepository._delete_task())
    for other in (TaskRepository._get_task(), *writing):
        assert other.with_text_ids is other


def test_a_statement_with_texts_cannot_be_changed_either() -> None:
    everything = TaskRepository._list_tasks("created_at", ())

    for checked in (everything, everything.with_text_ids):
        for name in ("with_text_ids", "sql", "guard", "arguments"):
            with pytest.raises(AttributeError, match="cannot be changed"):
                setattr(checked, name, TaskRepository._get_task())
