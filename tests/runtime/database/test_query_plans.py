"""Every statement uses an index that starts with the owner, however many other rows there are."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

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
