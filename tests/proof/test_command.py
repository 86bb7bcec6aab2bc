"""The command `freehold prove`: its table, its problems, its formats and its exit codes."""

import json
import sys
from pathlib import Path

import pytest

from tests.support.contracts import Run
from tests.support.thoroughness import long

LEAKING = "select(func.count()).select_from(TaskRow)"
EDIT = "cls._update_one({TaskRow.completed: not_(TaskRow.completed)})"


@pytest.fixture
def leaking(project: Path) -> int:
    """The sample with an override that counts the rows of all owners; the line of its builder."""
    return replace_statement(project, f"update(TaskRow).values(title=select({LEAKING}.scalar_subquery()))")


@pytest.fixture
def routed(project: Path) -> Path:
    """The sample with a route of its own."""
    text = 'from generated.app import app\n\n\n@app.get("/all")\nasync def everything() -> None: ...\n'
    (project / "service.py").write_text(text)
    return project


def edit(project: Path, snippet: str, replacement: str) -> None:
    file = project / "overrides" / "tasks.py"
    text = file.read_text("utf-8")
    assert snippet in text
    file.write_text(text.replace(snippet, replacement), "utf-8")


def replace_statement(project: Path, code: str) -> int:
    file = project / "overrides" / "tasks.py"
    text = file.read_text("utf-8").replace(EDIT, code).replace("func, not_", "func, not_, select, update")
    file.write_text(text, "utf-8")
    return text.splitlines().index("    def _toggle_task(cls) -> Update:") + 1


def test_the_table_shows_each_statement_with_its_proof(project: Path, freehold: Run) -> None:
    result = freehold("prove")

    assert (result.exit_code, result.stderr) == (0, "")
    header, *rows, empty, summary = result.stdout.splitlines()
    assert header.split() == ["operation", "statement", "tables", "shapes", "proof"]
    assert [row.split(maxsplit=4) for row in rows if row.startswith("completeTask")] == [
        ["completeTask", "_toggle_task", "tasks", "2", "WHERE tasks.owner_id = $1"]
    ]
    assert empty == ""
    assert summary.endswith(" shapes. Each of them reaches the rows of its owner only.")


def test_each_problem_is_told_with_its_line_and_what_to_do(routed: Path, leaking: int, freehold: Run) -> None:
    edit(routed, "def _hide_task(cls)", "def _hide_task(cls, title: str)")

    result = freehold("prove")

    assert result.exit_code == 1
    assert (
        f"overrides/tasks.py:{leaking}:5: error[FH850]: _toggle_task could reach rows of other owners: "
        in (result.stdout)
    )
    assert "it reaches tasks without tasks.owner_id = $n as a condition of every row" in result.stdout
    assert "    def _toggle_task(cls) -> Update:" in result.stdout
    assert "Build it from `_select_one()`" in result.stdout
    assert "error[FH851]: _hide_task is not proven: the values of its argument title" in result.stdout
    assert "deleteTask    _hide_task" in result.stdout, "it is not left out"
    assert "service.py:5:1: error[FH852]: a route of your own is not proven" in result.stdout
    assert "everything() is a route: @app.get('/all')" in result.stdout
    assert "1 could reach rows of other owners, 3 places are not proven." in result.stdout
    assert "FH850 FH851 FH852" in result.stderr


@pytest.mark.long
def test_code_that_is_not_proven_can_be_allowed(routed: Path, freehold: Run) -> None:
    allowed = freehold("prove", "--allow-unproven")

    assert allowed.exit_code == 0
    assert "service.py:1:1: warning[FH852]: a route of your own is not proven" in allowed.stdout


@pytest.mark.parametrize("form", ["sarif", long("json"), long("github")])
def test_machines_get_every_problem_and_nothing_else(
    routed: Path, leaking: int, freehold: Run, form: str
) -> None:
    """A statement that reaches others is an error also with --allow-unproven."""
    result = freehold("prove", "--allow-unproven", "--format", form)

    assert (result.exit_code, result.stderr) == (1, "")
    if form == "json":
        found = json.loads(result.stdout)
        levels = {problem["code"]: problem["level"] for problem in found["problems"]}
        assert levels == {"FH850": "error", "FH852": "warning"}
        (toggle,) = (one for one in found["statements"] if one["name"] == "_toggle_task")
        assert (toggle["verdict"], toggle["line"], toggle["operations"]) == (
            "reaches",
            leaking,
            ["completeTask"],
        )
        (get,) = (one for one in found["statements"] if one["name"] == "_get_task")
        assert (get["verdict"], get["evidence"]) == ("proven", ["WHERE tasks.owner_id = $1"])
    elif form == "github":
        first, *_ = result.stdout.splitlines()
        assert first.startswith(f"::error file=overrides/tasks.py,line={leaking},col=5,title=FH850::")
    else:
        (run,) = json.loads(result.stdout)["runs"]
        assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["FH850", "FH852"]
        region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] == leaking


def test_without_the_parser_the_line_to_install_it_is_told(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "postgast", None)

    result = freehold("prove")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "freehold prove needs the parser of PostgreSQL: run `pip install 'freehold[prove]'`.\n"
    )


@pytest.mark.long
def test_an_override_that_cannot_be_imported_is_a_problem_with_its_line(project: Path, freehold: Run) -> None:
    edit(project, "class TaskRow(", "import no_such_module\n\n\nclass TaskRow(")

    result = freehold("prove")

    assert result.exit_code == 1
    assert "error[FH852]: the service is not proven: generated/ cannot be imported: ModuleNotFoundError" in (
        result.stdout
    )
    assert "import no_such_module" in result.stdout
