"""Internal errors of Freehold: a traceback is printed only on request."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from freehold.building import service
from freehold.cli.main import main
from freehold.contract import loading
from freehold.overrides import compatibility, override_modules
from freehold.printing import service_files
from freehold.rules import registry, warnings
from freehold.workbench import environment
from freehold.writing import generated_folder
from tests.support.contracts import edit


class Surprise(Exception):
    """Nothing expects it."""


def fails(*_: object, **__: object) -> None:
    raise Surprise("half of a\nreason")


def run(*arguments: str, color: bool = False) -> Result:
    return CliRunner().invoke(main, arguments, color=color)


STEPS: list[tuple[object, str, str, tuple[str, ...]]] = [
    (loading, "load", "reading the contract", ("check",)),
    (registry, "check", "checking the contract", ("generate",)),
    (override_modules, "read_overrides", "reading the overrides", ("check",)),
    (service, "build", "building the model of the service", ("generate",)),
    (service_files, "emit", "printing the code", ("check",)),
    (compatibility, "find_problems", "comparing the overrides with the contract", ("check",)),
    (warnings, "find_warnings", "looking for what to warn of", ("check",)),
    (generated_folder, "compare", "comparing the code", ("check",)),
    (generated_folder, "write", "writing the code", ("generate",)),
]


@pytest.mark.parametrize(("module", "name", "doing", "command"), STEPS, ids=[step for _, _, step, _ in STEPS])
def test_an_internal_error_names_the_step(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    name: str,
    doing: str,
    command: tuple[str, ...],
) -> None:
    monkeypatch.setattr(module, name, fails)

    result = run(*command)

    assert (result.exit_code, result.stdout) == (70, "")
    first, second, *rest = result.stderr.splitlines()
    assert (first, second) == (f"fault[FH999]: Freehold failed while {doing}:", "  Surprise: half of a")
    assert "This is a bug in Freehold 0." in rest[0]
    assert rest[-1] == "Set FREEHOLD_TRACEBACK=1 to see the traceback."
    assert "Traceback" not in result.output


def test_an_internal_error_without_a_step_is_reported(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "signing_secret", fails)

    result = run("token", "--sub", "alice")

    assert result.exit_code == 70
    assert result.stderr.startswith("fault[FH999]: Freehold failed:\n  Surprise")


def test_freehold_traceback_prints_the_traceback(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "build", fails)
    monkeypatch.setenv("FREEHOLD_TRACEBACK", "1")

    result = run("check")

    assert result.exit_code == 70
    assert "Traceback (most recent call last):" in result.stderr
    assert "in fails" in result.stderr
    assert "This is a bug in Freehold" in result.stderr


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_an_internal_error_prints_nothing_to_stdout(
    project: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(service, "build", fails)

    result = run("check", "--format", form)

    assert (result.exit_code, result.stdout) == (70, "")


@pytest.mark.parametrize(("code", "status"), [(errno.EACCES, 1), (errno.ENOSPC, 1), (errno.ENOTDIR, 70)])
def test_a_system_error_is_not_an_internal_error(
    project: Path, monkeypatch: pytest.MonkeyPatch, code: int, status: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code), "generated/x")

    monkeypatch.setattr(generated_folder, "compare", refuse)

    result = run("check")

    assert (result.exit_code, result.stdout) == (status, "")
    assert ("fault[FH999]" in result.stderr) is (status == 70)
    assert os.strerror(code) in result.stderr


# A terminal.


def test_a_character_that_the_terminal_cannot_encode_is_escaped(project: Path) -> None:
    edit(project, "order: [-created_at, -id]", "order: [-標]")
    program = "from freehold.cli.main import main; main()"
    command = [sys.executable, "-c", program, "check", "--format", "github"]

    variables = os.environ | {"PYTHONIOENCODING": "latin-1"}
    result = subprocess.run(command, check=False, capture_output=True, env=variables)

    assert (result.returncode, result.stderr) == (1, b"")
    assert b"\\u6a19" in result.stdout


def red(result: Result) -> bool:
    return "\x1b[" in result.output


@pytest.mark.parametrize(
    ("color", "variables", "coloured"),
    [(True, {}, True), (False, {}, False), (True, {"NO_COLOR": "1"}, False), (True, {"NO_COLOR": ""}, True)],
)
def test_no_color_disables_colors(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    color: bool,
    variables: dict[str, str],
    coloured: bool,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    edit(project, "operationId: listTasks", "operationId: 7list")

    assert red(run("check", color=color)) is coloured
    assert not red(run("check", "--format", "json", color=color))
