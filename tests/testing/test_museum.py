"""A contract that another team wrote becomes a project with tests, and nobody writes a test by hand.

What a person does is what `freehold init --from` and its checklist say: tests/testing/museum.py has it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from freehold.cli.main import main
from tests.support.project_tests import run
from tests.testing import museum
from tests.values.shared import SHARED

MUSEUM = SHARED / "contracts" / "museum.yaml"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not MUSEUM.is_file(), reason="the contract belongs to others: ../shared has it"),
]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def init(text: str) -> Result:
    Path("museum.yaml").write_text(text, "utf-8")
    return CliRunner().invoke(main, ["init", "api", "--from", "museum.yaml"], catch_exceptions=False)


def make_test(folder: Path) -> "subprocess.CompletedProcess[str]":
    """What `make test` does where everything is installed."""
    (folder / ".venv").mkdir(exist_ok=True)
    (folder / ".venv" / ".ready").touch()
    return run(folder, "make", "test", f"BIN={Path(sys.executable).parent}")


def write_overrides(folder: Path, text: str) -> None:
    (folder / "overrides" / "museum_tickets_confirmations.py").write_text(text, "utf-8")


@pytest.fixture
def project(desk: Path) -> Path:
    """The project, as its checklist leaves it: with tables, and with the one method that it asks for."""
    text = MUSEUM.read_text("utf-8")
    listed = init(text)
    assert listed.exit_code == 0
    assert 'example: "18:00"' in (desk / "api" / "openapi" / "museum.yaml").read_text("utf-8")
    assert "things to do in the contract." not in listed.stdout
    shutil.rmtree(desk / "api")
    done = init(museum.completed(museum.with_quoted_times(text)))
    assert "getTicketCode must be implemented" in done.stdout
    folder, freehold = desk / "api", str(Path(sys.executable).with_name("freehold"))
    write_overrides(folder, museum.TICKETS)
    for command in (["generate"], ["migrate", "new", "-m", "Everything"]):
        ran = run(folder, freehold, *command)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


def test_its_tests_pass_and_leave_nothing_out(project: Path) -> None:
    done = make_test(project)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "39 passed" in done.stdout
    assert "skipped" not in done.stdout
    assert sorted(file.name for file in (project / "tests").glob("*.py")) == [
        "conftest.py",
        "test_contract.py",
    ]


def test_a_leak_in_an_override_is_found(project: Path) -> None:
    write_overrides(project, museum.LEAKY_TICKETS)

    done = make_test(project)

    assert done.returncode != 0
    assert "getTicketCode: a row of another owner is not answered like one that does not exist" in done.stdout
    assert "overrides/museum_tickets_confirmations.py" in done.stdout
