"""A capped total is exact below 10,000, and reads no more rows than that."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Select

from freehold.contract.operations.page_schemas import MOST_COUNTED
from generated.runtime.database.statements import statement
from generated.runtime.rows.sql import statement_builder
from overrides.tasks import TaskRepository, TaskRow
from tests.runtime.database.test_query_plans import plan, read, scans
from tests.support.service import Database

FILL = """
INSERT INTO tasks (owner_id, title, deleted_at)
SELECT owner, 'Task', CASE WHEN r > visible THEN now() END
FROM (VALUES ('a few', 9999), ('as many', 10000), ('more', 10001), ('a lot', 30000)) owners (owner, visible),
     generate_series(1, visible + 5) r
"""
TOTALS = {"a few": 9_999, "as many": 10_000, "more": 10_000, "a lot": 10_000, "nobody": 0}


class Counting(TaskRepository):
    @statement
    def _capped(cls) -> Select[Any]:
        return cls._count([], is_capped=True)

    @statement
    def _page(cls) -> Select[Any]:
        return cls._select_page((TaskRow.created_at.asc(), TaskRow.id.asc()), [], is_capped=True)


@pytest.fixture(scope="module")
def filled(make_database: Callable[[], Database]) -> Database:
    database = make_database()
    durable = Database(f"{database.url}&synchronous_commit=on")
    durable.rows(FILL)
    durable.rows("VACUUM ANALYZE tasks")
    return database


def test_the_limit_is_the_one_that_the_document_shows() -> None:
    assert statement_builder.MOST_COUNTED == MOST_COUNTED == 10_000


@pytest.mark.parametrize("owner", TOTALS)
def test_a_total_is_exact_below_the_limit(filled: Database, owner: str) -> None:
    count, page = Counting._capped(), Counting._page()
    counted = filled.rows(count.sql, *count.arguments({"_owner": owner}))
    shown = filled.rows(page.sql, *page.arguments({"_owner": owner, "_limit": 1, "_offset": 0}))

    assert [*(row.popitem()[1] for row in counted), 0][0] == TOTALS[owner]
    assert [*(row["_total"] for row in shown), 0][0] == TOTALS[owner]


def test_the_generic_plan_stops_at_the_limit(filled: Database) -> None:
    statements = {"capped": Counting._capped(), "exact": TaskRepository._list_tasks_total(())}
    plans = {
        name: plan(filled, it, it.arguments({"_owner": "a lot"}), ", ANALYZE, BUFFERS")
        for name, it in statements.items()
    }
    rows = {name: sum(scan["Actual Rows"] for scan in scans(found)) for name, found in plans.items()}

    assert rows["exact"] == 30_000
    assert rows["capped"] <= MOST_COUNTED + 1
    assert read(plans["capped"]) < 100
