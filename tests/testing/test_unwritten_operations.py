"""Random requests of a project leave out the operations that are not written yet."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from freehold.cli.main import main
from tests.support.project_tests import run_tests


@pytest.mark.long
def test_random_requests_find_nothing_while_an_operation_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["init", "shop"], catch_exceptions=False).exit_code == 0
    folder = tmp_path / "shop"
    (folder / "overrides" / "notes.py").unlink()
    monkeypatch.chdir(folder)
    assert CliRunner().invoke(main, ["generate"], catch_exceptions=False).exit_code == 0

    done = run_tests(folder, "-rs", "-k", "random or pinNote")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "it is not written yet in overrides/, and answers 501" in done.stdout
