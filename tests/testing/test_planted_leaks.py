"""A leak in an override of a new project is found by the tests that the project was made with."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from freehold.cli.main import main
from tests.support.thoroughness import long
from tests.testing.overrides_that_leak import LEAKS, source

HIDDEN = {"PYTHONPATH", "PYTEST_ADDOPTS", "DATABASE_URL", "BETTER_AUTH_SECRET"}
TOGETHER = (
    "getNote: a cache that does not know owners",
    "updateNote: the text of the user before",
    "deleteNote: another text for a row that exists",
    "pinNote: the row is changed, and the answer says nothing",
    "listNotes: a count of all rows",
)
"""One for each operation: the short version has them all in one project."""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["init", "shop"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return tmp_path / "shop"


def run_tests(project: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    variables = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    command = [sys.executable, "-m", "pytest", "--show-capture=no", *options]
    return subprocess.run(command, cwd=project, env=variables, capture_output=True, text=True, check=False)


def failed_operations(printed: str) -> set[str]:
    return set(
        re.findall(r"^FAILED tests/test_contract.py::TestContract::\w+\[(\w+)\]", printed, re.MULTILINE)
    )


@pytest.mark.parametrize("leaks", [TOGETHER, *(long((leak,)) for leak in LEAKS)], ids=" ".join)
def test_a_leak_in_an_override_is_found(shop: Path, leaks: tuple[str, ...]) -> None:
    (shop / "overrides" / "notes.py").write_text(source(*leaks), "utf-8")

    done = run_tests(shop, "-k", "TestContract and not random")

    assert done.returncode == 1, done.stdout + done.stderr
    expected = {leak.partition(":")[0] for leak in leaks}
    assert failed_operations(done.stdout) >= expected
    for operation in expected:
        assert re.search(rf"^{operation}: ", done.stdout, re.MULTILINE)
    assert "overrides/notes.py" in done.stdout
    assert "Traceback" not in done.stdout
