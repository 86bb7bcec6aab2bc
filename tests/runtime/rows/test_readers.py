"""Where a contract lets others read the rows of all owners, nothing but reading is possible by that."""

import inspect
from typing import Any

import pytest
from sqlalchemy import Delete, Insert, Select, Update, delete, insert, select, update

from generated.runtime.database.statements import statement
from generated.runtime.rows.owned_repository import rows_of_all_owners
from generated.runtime.rows.sealed_classes import check_row, readers_class
from generated.runtime.rows.sql.compiled_sql import SqlCheck, UnsafeSql
from generated.runtime.rows.sql.statement_guard import MissingOwnerCondition
from generated.tasks.table import TaskRow
from overrides.tasks import TaskRepository

READING = {"_get_task", "_list_tasks", "_list_tasks_total", "_row_exists"}
PAGE: dict[str, Any] = {"order": "title", "filters": ()}


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The class that reads the rows of all owners, as `read: anybody` of the contract would have it."""
    monkeypatch.setattr(TaskRow, "other_readers", "anybody")

    class Tasks(TaskRepository):
        @statement
        def _locked(cls) -> Select[Any]:
            return select(TaskRow.id).with_for_update()

        @statement
        def _locked_inside(cls) -> Select[Any]:
            return select(TaskRow.id).where(TaskRow.id.in_(select(TaskRow.id).with_for_update()))

        @statement
        def _delete_all(cls) -> Delete:
            return delete(TaskRow)

        @statement
        def _update_all(cls) -> Update:
            return update(TaskRow).values(title="x")

        @statement
        def _insert_foreign(cls) -> Insert:
            return insert(TaskRow).values(owner_id="somebody", title="x")

        @statement
        def _delete_inside(cls) -> Select[Any]:
            gone = delete(TaskRow).returning(TaskRow.id).cte()
            return select(gone.c.id)

    return readers_class(Tasks)


def builders(cls: Any) -> dict[str, Any]:
    return {
        name: value
        for base in cls.__mro__
        for name, value in vars(base).items()
        if isinstance(value, statement)
    }


def built(cls: Any, name: str) -> Any:
    known: dict[str, Any] = {**PAGE, "changed": "title", "columns": "title"}
    parameters = list(inspect.signature(builders(cls)[name]._build).parameters)[1:]
    return getattr(cls, name)(*(known[parameter] for parameter in parameters if parameter in known))


@pytest.mark.parametrize("name", sorted(READING))
def test_what_reads_has_no_owner_condition(readers: Any, name: str) -> None:
    found = built(readers, name)

    assert "owner_id" not in found.sql
    assert found.is_read_only
    assert "tasks.owner_id = $1" in built(TaskRepository, name).sql


def test_everything_else_is_refused(readers: Any) -> None:
    others = set(builders(readers)) - READING

    assert {"_create_task", "_replace_task", "_update_task", "_delete_task", "_delete_inside"} <= others
    for name in sorted(others - {"_lock"}):
        with pytest.raises(MissingOwnerCondition):
            built(readers, name)
    with pytest.raises(MissingOwnerCondition, match="lock"):
        readers._lock(TaskRepository._update_task("title"), "title")


def test_the_statements_of_the_owner_stay_those_of_the_owner(readers: Any) -> None:
    for name in READING:
        assert "tasks.owner_id = $" in built(readers.__mro__[1], name).sql
    assert readers._get_task().built_for(TaskRepository).sql == TaskRepository._get_task().sql
    with pytest.raises(MissingOwnerCondition):
        TaskRepository._delete_task().built_for(readers)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM tasks",
        "UPDATE tasks SET title = 'x'",
        "INSERT INTO tasks (title) VALUES ('x')",
        "SELECT tasks.id FROM tasks FOR UPDATE",
        "SELECT tasks.id FROM tasks FOR NO KEY UPDATE",
        "SELECT tasks.id FROM tasks WHERE tasks.id IN (SELECT tasks.id FROM tasks FOR SHARE)",
        "(SELECT tasks.id FROM tasks) UNION (SELECT tasks.id FROM tasks) FOR KEY SHARE",
        "SELECT others.id FROM others",
    ],
)
def test_sql_that_writes_or_locks_is_refused(sql: str) -> None:
    check = SqlCheck("tasks", frozenset({"id", "title"}), {}, frozenset(), only_reads=True)

    with pytest.raises(UnsafeSql):
        check.check(sql, ())


def test_an_override_cannot_say_that_others_read() -> None:
    class Open:
        __table__, owner_column, id_column = TaskRow.__table__, TaskRow.owner_column, TaskRow.id_column
        parent_column, other_readers = TaskRow.parent_column, "anybody"

    class Repository:
        row = TaskRow

    class Widened(Repository):
        row: Any = Open

    with pytest.raises(TypeError, match="changes other_readers"):
        check_row(Widened)


def test_only_the_owner_reads_where_the_contract_says_nothing() -> None:
    database: Any = None
    with pytest.raises(TypeError, match="only its owner reads"):
        readers_class(TaskRepository)
    with pytest.raises(TypeError, match="only its owner reads"):
        rows_of_all_owners(TaskRepository, database)
    with pytest.raises(TypeError, match="403 would tell"):
        TaskRepository("alice", database).telling_foreign()
