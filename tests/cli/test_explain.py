"""`freehold explain`: what somebody who has not written the service can find out about it."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from freehold.workbench.operation_details import formatted
from tests.support.service import ROOT, Database

FREEHOLD = [sys.executable, "-c", "from freehold.cli.main import main; main()"]
Explain = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def explain(make_database: Callable[[], Database]) -> Explain:
    """Runs the command with a database that has every migration."""

    def run(folder: Path, *words: str, url: str | None = None) -> "subprocess.CompletedProcess[str]":
        variables = os.environ | {"DATABASE_URL": make_database().url if url is None else url}
        command = [*FREEHOLD, "explain", *words]
        return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)

    return run


def told(printed: str) -> dict[str, str]:
    """What stands behind each first word of a line."""
    lines = (line.split(None, 1) for line in printed.splitlines())
    return {line[0]: line[1] for line in lines if len(line) == 2}


def test_without_an_operation_all_of_them_are_in_a_table(explain: Explain) -> None:
    done = explain(ROOT)

    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["method", "path", "id", "kind", "resource", "owner", "scopes", "written"]
    assert ["GET", "/api/tasks", "listTasks", "list", "Task", "sub", "-", "generated"] in lines
    assert [
        "PATCH",
        "/api/tasks/{task_id}/complete",
        "completeTask",
        "custom",
        "Task",
        "sub",
        "-",
        "overrides/tasks.py",
    ] in lines
    assert len(lines) == 8


def test_an_operation_says_its_sql_what_is_bound_and_the_index_of_its_owner(explain: Explain) -> None:
    done = explain(ROOT, "getTask")

    facts = told(done.stdout)
    assert done.returncode == 0, done.stderr
    assert facts["kind"] == "get of Task"
    assert facts["answers"] == "200 401 404 422 429 503 504"
    assert "  WHERE tasks.owner_id = $1::VARCHAR\n    AND tasks.deleted_at IS NULL" in done.stdout
    assert facts["$1"] == "_owner  the owner, from the token"
    assert facts["$2"] == "_id     the id, from the path"
    assert facts["index"] == "pk_tasks"


def test_a_list_says_the_index_of_each_order_and_filter(explain: Explain) -> None:
    done = explain(ROOT, "listTasks")

    rows, _, total = done.stdout.partition("_list_tasks_total")
    assert told(rows)["index"].startswith("ix_tasks_owner_id_created_at_id")
    assert "then sorted" not in told(rows)["index"]
    assert re.search(r"sort title +ix_tasks_owner_id_\w+, then sorted\n", rows)
    assert re.search(r"filter completed +ix_tasks_owner_id_completed\n", total)


@pytest.mark.parametrize(
    ("name", "statement", "sql"),
    [
        ("deleteTask", "_hide_task", "UPDATE tasks SET updated_at=now(), deleted_at=now()"),
        ("completeTask", "_toggle_task", "UPDATE tasks SET completed=NOT tasks.completed"),
    ],
)
def test_what_people_wrote_is_explained_as_well(
    explain: Explain, name: str, statement: str, sql: str
) -> None:
    done = explain(ROOT, name)

    assert told(done.stdout)["written"] == "overrides/tasks.py"
    assert f"\n{statement}\n" in done.stdout
    assert sql in done.stdout
    assert told(done.stdout)["index"] == "pk_tasks"


def test_nothing_is_left_in_the_database(explain: Explain, database: Database) -> None:
    tables = "SELECT relname, relpages, reltuples FROM pg_class WHERE relname LIKE '%tasks%' ORDER BY 1"
    before = database.rows(tables)

    assert explain(ROOT, "updateTask", url=database.url).returncode == 0

    assert database.rows(tables) == before
    assert database.rows("SELECT * FROM tasks") == []


def test_without_tables_the_index_is_not_known(explain: Explain, database: Database) -> None:
    database.rows("DROP TABLE tasks")

    done = explain(ROOT, "getTask", url=database.url)

    assert done.returncode == 0
    assert "AND tasks.id = $2::UUID" in done.stdout
    assert told(done.stdout)["index"] == "not known: run `freehold migrate up`, which makes the tables"


def test_a_misspelt_operation_has_a_suggestion(explain: Explain) -> None:
    done = explain(ROOT, "listTask")

    assert (done.returncode, done.stdout) == (2, "")
    assert "The contract has no operation listTask. Did you mean listTasks?" in done.stderr


def test_code_that_cannot_be_imported_is_no_traceback(folder: Path, explain: Explain) -> None:
    override = folder / "overrides" / "tasks.py"
    override.write_text(override.read_text("utf-8") + "\nraise RuntimeError('not today')\n", "utf-8")

    done = explain(folder, "getTask")

    assert done.returncode == 2
    assert "generated/ cannot be imported: not today." in done.stderr
    assert "Traceback" not in done.stderr


def test_migrations_say_as_well_that_it_cannot_be_imported(folder: Path) -> None:
    override = folder / "overrides" / "tasks.py"
    override.write_text(override.read_text("utf-8") + "\nimport nowhere\n", "utf-8")

    command = [*FREEHOLD, "migrate", "up"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "The tables cannot be imported: No module named 'nowhere'." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_long_statement_is_broken_at_its_clauses() -> None:
    count = "(SELECT count(*) AS n \nFROM t \nWHERE t.o = $1 AND t.x) AS total"
    sql = f"SELECT a, {count} \nFROM t \nWHERE t.o = $1"

    assert formatted(sql).splitlines() == [
        "SELECT a,",
        "(SELECT count(*) AS n",
        "  FROM t",
        "  WHERE t.o = $1",
        "    AND t.x) AS total",
        "FROM t",
        "WHERE t.o = $1",
    ]
