"""The tests of a project find a new row in a list whose filters have a default that leaves it out."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from freehold.cli.main import main
from tests.support.project_tests import run_tests

PINNED = "          schema: {type: boolean}\n"


@pytest.mark.long
def test_the_value_of_the_row_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["init", "shop"], catch_exceptions=False).exit_code == 0
    folder = tmp_path / "shop"
    (contract,) = (folder / "openapi").glob("*.yaml")
    text = contract.read_text("utf-8")
    assert text.count(PINNED) == 1
    contract.write_text(text.replace(PINNED, "          schema: {type: boolean, default: true}\n"), "utf-8")
    monkeypatch.chdir(folder)
    assert CliRunner().invoke(main, ["generate"], catch_exceptions=False).exit_code == 0

    done = run_tests(folder, "-k", "TestContract and listNotes and (own_rows or owner or pages)")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
