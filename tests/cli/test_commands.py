"""The commands: output, exit codes, and that an error leaves the project unchanged."""

import os
import subprocess
import sys
from pathlib import Path

import jwt
import pytest

from tests.support.contracts import Run, edit, read_tree

FREEHOLD = (sys.executable, "-c", "from freehold.cli.main import main; main()")


def test_a_current_project_is_left_unchanged(project: Path, freehold: Run) -> None:
    before = read_tree(project)

    checked, generated = freehold("check"), freehold("generate")

    assert (checked.exit_code, checked.output) == (0, "generated/ is up to date.\n")
    assert generated.exit_code == 0
    assert generated.output == "generated/ is up to date: nothing to do.\n"
    local_state = {".freehold", ".freehold/check.json"}  # not committed
    assert {name: read for name, read in read_tree(project).items() if name not in local_state} == before


def test_generate_recreates_all_files_byte_for_byte(project: Path, freehold: Run) -> None:
    before = read_tree(project)
    for file in (project / "generated").rglob("*"):
        if file.is_file():
            file.unlink()

    result = freehold("generate")

    assert result.exit_code == 0
    assert "wrote    generated/tasks/routes.py\n" in result.output
    assert read_tree(project) == before


def test_a_small_change_of_the_contract_changes_few_files(project: Path, freehold: Run) -> None:
    edit(project, "summary: List your tasks", "summary: List all of your tasks")

    checked = freehold("check")
    generated = freehold("generate")

    documents = ["contract.json", "contract.json.sha256", "openapi.json", "openapi.json.sha256"]
    changed = [*documents, "tasks/repository.py", "tasks/routes.py"]
    assert checked.exit_code == 1
    assert checked.stdout.splitlines() == [
        f"generated/{name} is out of date with the contract" for name in changed
    ]
    assert "run `freehold generate`" in checked.stderr
    assert generated.exit_code == 0
    assert generated.output.splitlines() == [f"wrote    generated/{name}" for name in changed]
    assert freehold("check").exit_code == 0


def test_missing_and_orphaned_files_are_reported(project: Path, freehold: Run) -> None:
    orphan = project / "generated" / "notes" / "table.py"
    orphan.parent.mkdir()
    orphan.write_bytes((project / "generated" / "tasks" / "__init__.py").read_bytes())
    (project / "generated" / "app.py").unlink()

    checked = freehold("check")
    generated = freehold("generate")

    assert checked.exit_code == 1
    assert checked.stdout.splitlines() == [
        "generated/app.py is missing",
        "generated/notes/table.py is no longer generated",
    ]
    assert generated.output.splitlines() == ["wrote    generated/app.py", "removed  generated/notes/table.py"]
    assert not orphan.parent.exists()


@pytest.mark.parametrize("command", ["generate", "check"])
def test_a_broken_reference_is_reported_with_its_location(project: Path, freehold: Run, command: str) -> None:
    edit(project, '"#/components/schemas/TaskPage"', '"#/components/schemas/TaskPages"')
    (project / "generated" / "app.py").unlink()
    before = read_tree(project)

    result = freehold(command)

    assert result.exit_code == 1
    assert (
        "openapi/tasks-api.yaml:60:30: error[FH020]: $ref #/components/schemas/TaskPages does not exist"
        in result.stderr
    )
    assert "TaskPage" in result.stderr
    assert "1 problem. Nothing was written." in result.stderr
    assert result.stdout == ""
    assert read_tree(project) == before


def test_all_problems_are_reported_and_counted(project: Path, freehold: Run) -> None:
    edit(project, "maximum: 100, default: 20", "maximum: 100, default: 200")
    edit(project, "operationId: getTask", "operationId: listTasks")

    result = freehold("generate")

    assert result.exit_code == 1
    assert "2 problems. Nothing was written." in result.stderr


def test_a_missing_override_is_reported_and_fails_only_check(project: Path, freehold: Run) -> None:
    (project / "overrides" / "tasks.py").unlink()

    generated = freehold("generate")
    checked = freehold("check")

    assert generated.exit_code == 0
    assert "wrote    generated/wiring.py" in generated.output
    assert checked.exit_code == 1
    for result in (generated, checked):
        assert "completeTask must be implemented" in result.stdout
        assert "async def complete_task(self, task_id: UUID) -> Task: ..." in result.stdout


def test_a_syntax_error_in_an_override_is_reported_with_its_location(project: Path, freehold: Run) -> None:
    (project / "overrides" / "tasks.py").write_text("class TaskRepository(:\n")
    before = read_tree(project)

    result = freehold("generate")

    assert result.exit_code == 1
    assert "overrides/tasks.py:1:22: error[FH801]: invalid syntax" in result.stderr
    assert read_tree(project) == before


def test_commands_work_in_any_folder_of_the_project(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "generated" / "tasks")

    assert freehold("check").exit_code == 0


@pytest.mark.parametrize("command", [["generate"], ["check"], ["token", "--sub", "alice"]])
def test_commands_fail_outside_a_project(
    tmp_path: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n")

    result = freehold(*command)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "No project here" in result.stderr
    assert "[tool.freehold]" in result.stderr


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            'contarct = "x.yaml"',
            "contarct. Available settings: contract, generated, overrides, migrations, allow, functions.",
        ),
        ('functions = ["Similarity()"]', "by their names in small letters, not 'Similarity()'"),
        ('functions = ["/*"]', "by their names in small letters, not '/*'"),
        ('functions = "lower"', "lists functions, operators and types of PostgreSQL"),
        ('contract = "openapi/none.yaml"', "none.yaml, which does not exist"),
        ('contract = "openapi"', "which does not exist"),
        ("contract = 7", "contract = 7 is not a file or folder name"),
        ('contract = "../../etc/passwd"', "is outside the project"),
        ('generated = "/tmp/elsewhere"', "is outside the project"),
        ('generated = "generated/../.."', "is outside the project"),
        ('generated = "."', "generated = '.' is not a file or folder name"),
        ('generated = "a\\u0000b"', "generated = 'a\\x00b' is not a file or folder name"),
        ('overrides = "os; import sys"', "is not a name that Python can import"),
        ('overrides = "a\\nimport os"', "overrides = 'a\\nimport os' is not a file or folder name"),
        ('overrides = "class"', "is not a name that Python can import"),
    ],
)
def test_a_wrong_setting_is_reported(project: Path, freehold: Run, settings: str, expected: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.freehold]\n{settings}\n")

    result = freehold("check")

    assert result.exit_code == 2
    assert "pyproject.toml" in result.stderr
    assert expected in result.stderr


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[tool.freehold\n", "pyproject.toml cannot be read: "),
        (b"tool = 5\n", "pyproject.toml: tool must be a table"),
        (b"tool.freehold = 5\n", "pyproject.toml: tool.freehold must be a table"),
        (b"[tool.freehold]\n#\xe9", "pyproject.toml cannot be read: "),
    ],
)
def test_an_unreadable_pyproject_is_reported(
    project: Path, freehold: Run, content: bytes, expected: str
) -> None:
    (project / "pyproject.toml").write_bytes(content)

    result = freehold("check")

    assert (result.exit_code, result.stdout) == (2, "")
    assert expected in result.stderr


def test_a_file_in_the_place_of_generated_is_reported(project: Path, freehold: Run) -> None:
    (project / "generated").rename(project / "elsewhere")
    (project / "generated").write_text("a file")

    result = freehold("generate")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "generated is a file, but must be a folder: move it away." in result.stderr
    assert (project / "generated").read_text() == "a file"


def test_a_token_is_signed_with_the_secret_from_the_environment(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "k3Yx0PqT7uV9wZ2bD4fG6hJ8lM1nR5sC"
    monkeypatch.setenv("BETTER_AUTH_SECRET", secret)

    result = freehold("token", "--sub", "alice", "--ttl", "60")

    claims = jwt.decode(result.stdout.strip(), secret, algorithms=["HS256"])
    assert result.exit_code == 0
    assert claims["sub"] == "alice"
    assert claims["exp"] - claims["iat"] == 60


def test_a_generated_secret_is_kept_in_a_private_file(project: Path, freehold: Run) -> None:
    first, second = (freehold("token", "--sub", "alice").stdout.strip() for _ in range(2))

    file = project / ".freehold" / "secret"
    secret = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(secret) >= 32
    for token in (first, second):
        assert jwt.decode(token, secret, algorithms=["HS256"])["sub"] == "alice"
        assert secret not in token


@pytest.mark.parametrize(
    "arguments",
    [
        ["token"],
        ["token", "--sub"],
        ["token", "--sub", "a", "--ttl", "0"],
        ["generat"],
        ["check", "now"],
        ["--no"],
    ],
)
def test_wrong_usage_exits_with_2_and_an_error(project: Path, freehold: Run, arguments: list[str]) -> None:
    result = freehold(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr


def test_output_has_colors_only_on_a_terminal(project: Path, freehold: Run) -> None:
    edit(project, "maximum: 100, default: 20", "maximum: 100, default: 200")
    variables = os.environ | {"TERM": "xterm-256color"}

    piped = subprocess.run([*FREEHOLD, "check"], capture_output=True, text=True, check=False, env=variables)

    assert piped.returncode == 1
    assert "error[FH" in piped.stderr
    assert "\x1b" not in piped.stdout + piped.stderr
    assert "\x1b[31m" in freehold("check", color=True).stderr


def test_a_contract_error_is_not_a_traceback(project: Path) -> None:
    edit(project, "openapi: 3.1.0", "openapi: [3, 1")

    done = subprocess.run([*FREEHOLD, "generate"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "tasks-api.yaml:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "meant"),
    [(["chekc"], "check"), (["migrate", "chck"], "check"), (["database", "shel"], "shell")],
)
def test_the_nearest_command_is_named(freehold: Run, words: list[str], meant: str) -> None:
    result = freehold(*words)

    assert result.exit_code == 2
    assert result.stderr.endswith(f"No such command '{words[-1]}'. Did you mean '{meant}'?\n")


def test_a_command_that_is_like_no_other_is_only_refused(freehold: Run) -> None:
    assert freehold("zzz").stderr.endswith("No such command 'zzz'.\n")
