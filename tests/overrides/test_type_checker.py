"""`mypy --strict` rejects an override that does not match the generated code."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from freehold import pipeline
from freehold.ground.project import find_project
from freehold.writing import generated_folder
from tests.dialects.projects import LARGEST_FIRST, copy_project
from tests.support.contracts import LIBRARY
from tests.support.service import ROOT

pytestmark = pytest.mark.long  # without a cache, mypy takes half a minute
OVERRIDE = Path("overrides") / "tasks.py"
Mypy = Callable[[Path], str]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project to break."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("generated", "overrides"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="session")
def mypy(pytestconfig: pytest.Config) -> Callable[[Path], str]:
    """Runs mypy as strictly as on this project, with a cache that all tests share, kept from run to run."""
    cache = pytestconfig.cache.mkdir("mypy")
    options = [f"--config-file={ROOT / 'pyproject.toml'}", f"--cache-dir={cache}", "--no-error-summary"]
    command = [sys.executable, "-m", "mypy", *options, "generated", "overrides"]

    def run(folder: Path) -> str:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    return run


BROKEN = {
    "an operation is not written": (
        OVERRIDE,
        "    @override\n    async def complete_task(self, task_id: UUID) -> Task:\n"
        "        return await self._fetch(self._toggle_task(), task_id)\n",
        "",
        'Cannot instantiate abstract class "TaskRepository" with abstract attribute "complete_task"',
    ),
    "an operation is renamed in the contract": (
        Path("generated") / "tasks" / "repository.py",
        "async def complete_task(",
        "async def finish_task(",
        'Method "complete_task" is marked as an override, but no base method was found',
    ),
    "the owner condition is redefined": (
        OVERRIDE,
        "    @statement\n    def _hide_task",
        "    @override\n    @classmethod\n    def _owner_condition(cls) -> ColumnElement[bool]:\n"
        "        return TaskRow.title != ''\n\n    @statement\n    def _hide_task",
        'Cannot override final attribute "_owner_condition"',
    ),
    "a column is misspelt": (
        OVERRIDE,
        "return TaskRow.deleted_at.is_(None)",
        "return TaskRow.deletd_at.is_(None)",
        '"type[TaskRow]" has no attribute "deletd_at"',
    ),
    "a signature is wrong": (
        OVERRIDE,
        "async def complete_task(self, task_id: UUID) -> Task:",
        "async def complete_task(self, task_id: str) -> Task:",
        'Argument 1 of "complete_task" is incompatible with supertype',
    ),
    "@override is forgotten": (
        OVERRIDE,
        "    @override\n    async def delete_task",
        "    async def delete_task",
        'Method "delete_task" is not using @override but is overriding a method',
    ),
}


def test_the_unchanged_override_passes(mypy: Mypy, project: Path) -> None:
    assert mypy(project) == ""


@pytest.mark.parametrize(("file", "right", "wrong", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_override_is_rejected(
    mypy: Mypy, project: Path, file: Path, right: str, wrong: str, message: str
) -> None:
    whole = (project / file).read_text("utf-8")
    assert whole.count(right) == 1
    rewrite(project / file, whole.replace(right, wrong))
    try:
        assert message in mypy(project)
    finally:
        rewrite(project / file, whole)


@pytest.mark.parametrize("name", LARGEST_FIRST)
def test_the_code_of_each_dialect_is_typed(mypy: Mypy, tmp_path: Path, name: str) -> None:
    folder = copy_project(name, tmp_path)
    generated_folder.write(folder / "generated", pipeline.generate(find_project(folder)).files)

    assert mypy(folder) == ""


def test_the_code_of_the_golden_library_is_typed(mypy: Mypy) -> None:
    assert mypy(LIBRARY) == ""


def rewrite(file: Path, text: str) -> None:
    """Write with a later time: mypy compares the time in seconds when the size is the same."""
    later = file.stat().st_mtime + 1
    file.write_text(text, "utf-8")
    os.utime(file, (later, later))
