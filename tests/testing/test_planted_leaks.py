"""A leak in an override of a new project is found by the tests that the project was made with."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from freehold.cli.main import main
from tests.dialects.projects import HERE
from tests.fuzzing.planted import plant
from tests.support.project_tests import run, run_tests
from tests.support.thoroughness import long
from tests.testing.nested_overrides_that_leak import FOUND, MODULES
from tests.testing.overrides_that_leak import LEAKS, source

FREEHOLD = str(Path(sys.executable).with_name("freehold"))
TOGETHER = (
    "getNote: a cache that does not know owners",
    "updateNote: the text of the user before",
    "deleteNote: another text for a row that exists",
    "pinNote: the row is changed, and the answer says nothing",
    "listNotes: a count of all rows",
)
"""One for each operation: the short version has them all in one project."""
OTHERS = (
    (
        "getNote: the row of anybody",
        "deleteNote: another status for a row that exists",
        "listNotes: the newest row of anybody",
    ),
    ("createNote: a title is unique among all users",),
    ("createNote: a number that counts the notes of all users",),
)
"""The others, of which each has an operation of its own in its project."""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["init", "shop"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return tmp_path / "shop"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with parents, references, unique names and lists of each kind."""
    monkeypatch.chdir(tmp_path)
    contract = str(HERE / "workspace" / "contract.yaml")
    CliRunner().invoke(main, ["init", "api", "--from", contract], catch_exceptions=False)
    folder = tmp_path / "api"
    for file in (HERE / "workspace" / "overrides").glob("*.py"):
        shutil.copy(file, folder / "overrides")
    for name, text in MODULES.items():
        (folder / "overrides" / f"{name}.py").write_text(text, "utf-8")
    for command in (["generate"], ["migrate", "new", "-m", "Everything"]):
        ran = run(folder, FREEHOLD, *command)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


def failed_tests(printed: str) -> set[tuple[str, str]]:
    """The tests of operations that failed, each with the operation."""
    pattern = r"^FAILED tests/test_contract.py::TestContract::(\w+)\[(\w+)\]"
    return set(re.findall(pattern, printed, re.MULTILINE))


@pytest.mark.parametrize("leaks", [TOGETHER, *map(long, OTHERS)], ids=" ".join)
def test_a_leak_in_an_override_is_found(shop: Path, leaks: tuple[str, ...]) -> None:
    (shop / "overrides" / "notes.py").write_text(source(*leaks), "utf-8")

    done = run_tests(shop, "-k", "TestContract and not random")

    assert done.returncode == 1, done.stdout + done.stderr
    expected = {leak.partition(":")[0] for leak in leaks}
    assert {operation for _, operation in failed_tests(done.stdout)} >= expected
    for operation in expected:
        assert re.search(rf"^{operation}: ", done.stdout, re.MULTILINE)
    assert "overrides/notes.py" in done.stdout
    assert "Traceback" not in done.stdout


def test_each_leak_is_in_a_project() -> None:
    assert sorted(LEAKS) == sorted([*TOGETHER, *(leak for leaks in OTHERS for leak in leaks)])


@pytest.mark.long
def test_leaks_below_parents_and_by_references_are_found(workspace: Path) -> None:
    done = run_tests(workspace, "-k", "not random")

    failed = failed_tests(done.stdout)
    assert {(test, operation) for operation, test in FOUND.items()} <= failed
    assert {operation for _, operation in failed} == FOUND.keys()


@pytest.mark.long
@pytest.mark.parametrize("fault", ["CachesRows", "ChangesForOthers", "SharesLists", "NotesForeignRows"])
def test_a_leak_in_front_of_the_service_is_found(shop: Path, fault: str) -> None:
    """Something between the client and the service, such as a cache, breaks what the service holds."""
    plant(shop, fault)

    done = run_tests(shop, "-k", "TestContract and not random")

    assert done.returncode == 1, done.stdout + done.stderr
    assert failed_tests(done.stdout)
    assert "What it means: " in done.stdout
