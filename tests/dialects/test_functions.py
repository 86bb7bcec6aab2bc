"""Functions that a project lists in `[tool.freehold]` may be used in its statements, and no others."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.dialects.projects import copy_project

CHECK = """
from sqlalchemy import func
from generated.runtime import MissingOwnerCondition, statement
from generated.tasks.repository import TaskRepository, TaskRow

class Searching(TaskRepository):
    async def complete_task(self, *args, **kwargs): ...

    @statement
    def _similar(cls):
        return cls._select_one(func.similarity(TaskRow.title, "x") > 0.3, TaskRow.title.op("<%")("x"))

    @statement
    def _other(cls):
        return cls._select_one(func.levenshtein(TaskRow.title, "x") > 3)

print("similarity(" in Searching._similar().sql)
try:
    Searching._other()
except MissingOwnerCondition as error:
    print(error)
"""


@pytest.mark.long
def test_listed_functions_and_operators_are_allowed(tmp_path: Path) -> None:
    project = copy_project("path_owner", tmp_path / "api")
    settings = project / "pyproject.toml"
    text = settings.read_text("utf-8")
    settings.write_text(
        text.replace("[tool.freehold]\n", '[tool.freehold]\nfunctions = ["<%", "similarity"]\n')
    )
    command = [sys.executable, "-c", "from freehold.cli.main import main; main()", "generate"]

    subprocess.run(command, cwd=project, check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=project, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines() == [
        "True",
        "Searching._other calls levenshtein()",
    ], done.stderr
