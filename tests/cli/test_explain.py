"""`freehold explain`: operations, their SQL, their parameters and their indexes."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from freehold.cli.main import main
from freehold.workbench.operation_details import format_sql
from tests.support import warm_python
from tests.support.service import ROOT, Database
from tests.support.tool import MAIN

Explain = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def explain(database: Database, monkeypatch: pytest.MonkeyPatch) -> Explain:
    """Runs the command on a database with all migrations applied.

    It imports the generated code: that of another folder than this one's needs a process of its own.
    """

    def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
        words = ("explain", *words)
        if folder == ROOT:
            monkeypatch.chdir(folder)
            done = CliRunner(env={"DATABASE_URL": database.url}).invoke(main, words)
            return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)
        return warm_python.run(["-c", MAIN, *words], folder, os.environ | {"DATABASE_URL": database.url})

    return run


def facts_of(printed: str) -> dict[str, str]:
    """Map the first word of each line to the rest of the line."""
    lines = (line.split(None, 1) for line in printed.splitlines())
    return {line[0]: line[1] for line in lines if len(line) == 2}


def test_explain_lists_all_operations(explain: Explain) -> None:
    done = explain(ROOT)

    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["method", "path", "id", "kind", "resource", "owner", "scopes", "implementation"]
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


def test_explain_shows_sql_parameters_and_index_of_an_operation(explain: Explain) -> None:
    done = explain(ROOT, "getTask")

    facts = facts_of(done.stdout)
    assert done.returncode == 0, done.stderr
    assert facts["kind"] == "get of Task"
    assert facts["responses"] == "200 401 404 422 429 503 504"
    assert "  WHERE tasks.owner_id = $1::VARCHAR\n    AND tasks.deleted_at IS NULL" in done.stdout
    assert facts["$1"] == "_owner  the owner, from the token"
    assert facts["$2"] == "_id     the id, from the path"
    assert facts["index"] == "pk_tasks"


def test_explain_shows_the_index_of_each_order_and_filter_of_a_list(
    explain: Explain, database: Database
) -> None:
    database.rows("DROP INDEX ix_tasks_owner_id_title_id")
    done = explain(ROOT, "listTasks")

    rows, _, total = done.stdout.partition("_list_tasks_total")
    assert facts_of(rows)["index"].startswith("ix_tasks_owner_id_created_at_id")
    assert "then sorted" not in facts_of(rows)["index"]
    assert re.search(r"sort title +ix_tasks_owner_id_\w+, then sorted\n", rows)
    assert re.search(r"filter completed +ix_tasks_owner_id_completed\n", total)


@pytest.mark.parametrize(
    ("name", "statement", "sql"),
    [
        ("deleteTask", "_hide_task", "UPDATE tasks SET updated_at=now(), deleted_at=now()"),
        ("completeTask", "_toggle_task", "UPDATE tasks SET completed=NOT tasks.completed"),
    ],
)
def test_explain_shows_statements_of_overrides(explain: Explain, name: str, statement: str, sql: str) -> None:
    done = explain(ROOT, name)

    assert facts_of(done.stdout)["implementation"] == "overrides/tasks.py"
    assert f"\n{statement}\n" in done.stdout
    assert sql in done.stdout
    assert facts_of(done.stdout)["index"] == "pk_tasks"


@pytest.mark.long
def test_explain_shows_the_statements_of_rows_in_rows(tmp_path: Path, explain: Explain) -> None:
    contract = Path(__file__).parent / "samples" / "blog.yaml"
    created = CliRunner().invoke(main, ["init", str(tmp_path / "blog"), "--from", str(contract)])
    assert created.exit_code == 0, created.output

    listed, deleted = (explain(tmp_path / "blog", name) for name in ("listPosts", "deletePost"))

    assert listed.returncode == 0, listed.stderr
    _, _, inside = listed.stdout.partition("\n_each_post_id, for comments\n")
    assert "WHERE comments.owner_id = $1::VARCHAR\n    AND comments.post_id = ANY ($2::UUID[])" in inside
    assert facts_of(inside)["$2"] == "_each   the values of the rows that show them"
    assert facts_of(inside)["$3"] == "_limit  how many of them are shown at most"
    assert "comments" not in deleted.stdout  # it answers no row


def test_explain_changes_nothing_in_the_database(explain: Explain, database: Database) -> None:
    tables = "SELECT relname, relpages, reltuples FROM pg_class WHERE relname LIKE '%tasks%' ORDER BY 1"
    before = database.rows(tables)

    assert explain(ROOT, "updateTask").returncode == 0

    assert database.rows(tables) == before
    assert database.rows("SELECT * FROM tasks") == []


def test_without_tables_the_index_is_unknown(explain: Explain, database: Database) -> None:
    database.rows("DROP TABLE tasks")

    done = explain(ROOT, "getTask")

    assert done.returncode == 0
    assert "AND tasks.id = $2::UUID" in done.stdout
    assert facts_of(done.stdout)["index"] == "unknown: run `freehold migrate up` to create the tables"


def test_a_misspelled_operation_gets_a_suggestion(explain: Explain) -> None:
    done = explain(ROOT, "listTask")

    assert (done.returncode, done.stdout) == (2, "")
    assert "The contract has no operation listTask. Did you mean listTasks?" in done.stderr


def test_explain_reports_code_that_cannot_be_imported(folder: Path, explain: Explain) -> None:
    override = folder / "overrides" / "tasks.py"
    override.write_text(override.read_text("utf-8") + "\nraise RuntimeError('not today')\n", "utf-8")

    done = explain(folder, "getTask")

    assert done.returncode == 2
    assert "generated/ cannot be imported: not today." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.long
def test_migrate_reports_code_that_cannot_be_imported(folder: Path) -> None:
    override = folder / "overrides" / "tasks.py"
    override.write_text(override.read_text("utf-8") + "\nimport nowhere\n", "utf-8")

    done = warm_python.run(["-c", MAIN, "migrate", "up"], folder, os.environ)

    assert done.returncode == 1
    assert "The tables cannot be imported: No module named 'nowhere'." in done.stderr
    assert "Traceback" not in done.stderr


def test_sql_is_formatted_by_clause() -> None:
    count = "(SELECT count(*) AS n \nFROM t \nWHERE t.o = $1 AND t.x) AS total"
    sql = f"SELECT a, {count} \nFROM t \nWHERE t.o = $1"

    assert format_sql(sql).splitlines() == [
        "SELECT a,",
        "(SELECT count(*) AS n",
        "  FROM t",
        "  WHERE t.o = $1",
        "    AND t.x) AS total",
        "FROM t",
        "WHERE t.o = $1",
    ]
