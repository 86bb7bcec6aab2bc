"""A write and the rows of others that its response shows are one transaction."""

from typing import Any

import pytest

from generated.runtime.database.pool.connection_pool import ConnectionPool
from generated.runtime.database.statements import Statement
from generated.runtime.http.problems import Busy
from generated.runtime.rows.embedded_rows import EmbeddedRow, EmbeddedRows
from overrides.tasks import TaskRepository
from tests.runtime.database.test_connection_pool import tasks
from tests.runtime.database.test_session_connection import run
from tests.support.service import Database

NEW: dict[str, Any] = {"title": "Water", "description": None, "completed": False}


def fail() -> Statement:
    """No connection is free for the rows that the response shows."""
    raise Busy


SHOWN = EmbeddedRow("description", TaskRepository, fail, key="id", is_omitted=False)


def test_a_write_is_undone_if_the_rows_that_its_response_shows_cannot_be_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(pool: ConnectionPool) -> list[str]:
        repository = tasks(pool)
        made = await repository._fetch(repository._create_task(), **NEW)
        with monkeypatch.context() as patch:
            patch.setattr(TaskRepository, "embedded", (SHOWN,))
            with pytest.raises(Busy):
                await repository._fetch(repository._create_task(), **NEW)
            with pytest.raises(Busy):
                await repository._fetch(repository._update_task("title"), made.id, title="Feed")
        page = await repository.list_tasks(page=1, per_page=10, completed=None, sort="title")
        return [task.title for task in page.data]

    assert run(database.url, body) == ["Water"]


def test_a_write_in_a_transaction_needs_no_savepoint_for_what_its_response_shows(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(pool: ConnectionPool) -> None:
        async with tasks(pool).transaction() as repository:
            monkeypatch.setattr(TaskRepository, "embedded", (SHOWN,))
            monkeypatch.setattr(TaskRepository, "transaction", None)
            with pytest.raises(Busy):
                await repository._fetch(repository._create_task(), **NEW)

    run(database.url, body)


def test_an_answer_shows_a_limited_number_of_rows_and_one_of_each_value() -> None:
    many = EmbeddedRows("description", TaskRepository, fail, key="id", limit=100)

    assert [many.most_of(count) for count in (1, 100, 101, 20_000)] == [100, 10_000, 10_000, 20_000]
    assert [SHOWN.most_of(count) for count in (1, 100, 20_000)] == [1, 100, 20_000]
