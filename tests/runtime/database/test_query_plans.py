"""Every statement uses an index that starts with the owner, however many rows there are."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from generated.runtime.database.statements import Statement
from overrides.tasks import TaskRepository
from tests.support.service import Database
from tests.support.thoroughness import count

OWNERS, ROWS = 1000, count("PLAN_ROWS", short=20, long=1000)
FILL = f"""
    INSERT INTO tasks (owner_id, title, completed, created_at)
    SELECT 'owner-' || o, 'Task ' || r, r % 3 = 0, now() - r * interval '1 minute'
    FROM generate_series(1, {OWNERS}) o, generate_series(1, {ROWS}) r
"""
WINDOW: dict[str, object] = {"_limit": 20, "_offset": 0}
STATEMENTS: dict[str, tuple[Callable[[], Statement], dict[str, object]]] = {
    "list": (lambda: TaskRepository._list_tasks("-created_at", ()), WINDOW),
    "list by title": (lambda: TaskRepository._list_tasks("title", ()), WINDOW),
    "list what is open": (
        lambda: TaskRepository._list_tasks("-created_at", ("completed",)), WINDOW | {"completed": False},
    ),
    "total": (lambda: TaskRepository._list_tasks_total(()), {}),
    "get": (TaskRepository._get_task, {}),
    "update": (lambda: TaskRepository._update_task("title"), {"title": "x"}),
    "replace": (TaskRepository._replace_task, {"title": "x", "description": None, "completed": True}),
    "delete": (TaskRepository._delete_task, {}),
    "hide": (TaskRepository._hide_task, {}),
    "toggle": (TaskRepository._toggle_task, {}),
}  # fmt: skip


@pytest.fixture(scope="module")
def full(make_database: Callable[[], Database]) -> Database:
    database = make_database()
    database.rows(FILL)
    database.rows("VACUUM ANALYZE tasks")
    return database


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All scans of a plan."""
    if "Scan" in plan["Node Type"] and plan["Node Type"] != "Bitmap Heap Scan":
        yield plan
    for step in plan.get("Plans", []):
        yield from scans(step)


MANY = count("PLAN_ROWS_OF_ONE", short=3000, long=100_000)
"""Rows of one owner; a tenth of them is hidden."""
FILL_ONE = f"""
    INSERT INTO tasks (owner_id, title, completed, created_at, deleted_at)
    SELECT 'hoarder', 'Task ' || r, r % 3 = 0, now() - r * interval '1 minute',
           CASE WHEN r % 10 = 0 THEN now() END
    FROM generate_series(1, {MANY}) r
"""


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_reads_by_an_index_of_its_owner(full: Database, name: str) -> None:
    make, values = STATEMENTS[name]
    statement = make()
    arguments = statement.arguments({"_owner": "owner-500", "_id": UUID(int=7)} | values)

    (explained,) = full.rows(f"EXPLAIN (FORMAT JSON) {statement.sql}", *arguments)
    found = list(scans(json.loads(explained["QUERY PLAN"])[0]["Plan"]))

    assert found
    for scan in found:
        assert scan["Node Type"] in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}, scan
        assert "owner_id" in scan["Index Cond"], scan


def plan(
    database: Database, statement: Statement, arguments: Sequence[object], options: str = ""
) -> dict[str, Any]:
    """The generic plan, which PostgreSQL makes for a statement that is prepared and used often."""

    async def explained() -> Any:
        connection = await asyncpg.connect(
            database.url, server_settings={"plan_cache_mode": "force_generic_plan"}
        )
        try:
            await connection.execute(f"PREPARE it AS {statement.sql}")
            values = ", ".join("NULL" if value is None else f"'{value}'" for value in arguments)
            return await connection.fetchval(f"EXPLAIN (FORMAT JSON{options}) EXECUTE it({values})")
        finally:
            await connection.close()

    root: dict[str, Any] = json.loads(asyncio.run(explained()))[0]["Plan"]
    return root


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_generic_plan_reads_by_an_index_of_the_owner(full: Database, name: str) -> None:
    make, values = STATEMENTS[name]
    statement = make()
    arguments = statement.arguments({"_owner": "owner-500", "_id": UUID(int=7)} | values)

    for scan in scans(plan(full, statement, arguments)):
        assert scan["Node Type"] in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}, scan
        assert "owner_id" in scan["Index Cond"], scan


def read(step: dict[str, Any]) -> int:
    """The pages that a step of a plan has read."""
    return int(step["Shared Hit Blocks"] + step["Shared Read Blocks"])


@pytest.fixture(scope="module")
def large(make_database: Callable[[], Database]) -> Database:
    database = make_database()
    durable = Database(f"{database.url}&synchronous_commit=on")  # else VACUUM may come too early
    durable.rows(FILL_ONE)
    durable.rows(FILL)
    durable.rows("VACUUM ANALYZE tasks")
    return database


def test_visible_rows_are_counted_in_an_index_alone(large: Database) -> None:
    statement = TaskRepository._list_tasks_total(())
    found = plan(large, statement, statement.arguments({"_owner": "hoarder"}), ", ANALYZE, BUFFERS")
    (scan,) = scans(found)
    (pages,) = large.rows("SELECT relpages FROM pg_class WHERE relname = 'tasks'")

    assert scan["Node Type"] == "Index Only Scan"
    assert scan["Index Name"] == "ix_tasks_owner_id_deleted_at"
    assert scan["Heap Fetches"] == 0
    assert read(found) < pages["relpages"] / 5


@pytest.mark.parametrize("sort", ["-created_at", "created_at"])
def test_a_page_reads_no_more_rows_than_it_has(large: Database, sort: str) -> None:
    statement = TaskRepository._list_tasks(sort, ())
    arguments = statement.arguments({"_owner": "hoarder"} | WINDOW)
    found = plan(large, statement, arguments, ", ANALYZE, BUFFERS")
    total, rows = found["Plans"]

    assert total["Subplan Name"].startswith("InitPlan")
    assert (rows["Node Type"], rows["Index Name"]) == ("Index Scan", "ix_tasks_owner_id_created_at_id")
    assert rows["Actual Rows"] == WINDOW["_limit"]
    assert read(rows) - read(total) < 30  # the rows contain the total
