"""What `freehold prove` says about overrides: statements with their lines and verdicts, in all shapes."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from freehold.ground.problems import ContractError, UsageError
from freehold.ground.project import find_project
from freehold.proof import Entry, Report, prove
from tests.proof.conftest import copy_sample

Prove = Callable[[str], Report]

HEAD = """
import enum
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, text, tuple_, update
from sqlalchemy.orm import aliased
from typing_extensions import override

from generated.runtime import statement
from generated.schemas import Task
from generated.tasks import repository
from generated.tasks.table import TaskRow

OWNER = bindparam("_owner", required=True)


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class TaskRepository(repository.TaskRepository):
    @override
    async def complete_task(self, task_id: UUID) -> Task:
        await self._run(self._called("title", True), task_id)
        return await self._fetch(self._called("completed", False), task_id)
"""

HERE = Path(__file__).parent


def read_statements() -> dict[str, tuple[str, int, str]]:
    """The verdict, the number of shapes and the code of each statement."""
    pieces = (HERE / "override_statements.txt").read_text("utf-8").split("\n== ")[1:]
    found = {}
    for head, _, code in (piece.partition("\n") for piece in pieces):
        verdict, shapes = head.split(", ")
        name = code.removeprefix("def ").partition("(")[0]
        found[name] = verdict, int(shapes), code
    return found


OTHER_REPOSITORY = """

class Reports(repository.TaskRepository):
    @statement
    def _all(cls) -> Any:
        return select(TaskRow.title)

    async def complete_task(self, task_id: UUID) -> Task: ...
"""
CALLED = """
    @statement
    def _called(cls, name: Literal["a"], value: bool) -> Any:
        return cls._select_one(func.lower(TaskRow.title) == "x")
"""

STATEMENTS = read_statements()
OVERRIDE = (
    HEAD
    + "".join(
        textwrap.indent(f"\n@statement\n{code.strip()}\n", "    ") for _, _, code in STATEMENTS.values()
    )
    + OTHER_REPOSITORY
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Entry]:
    folder = copy_sample(tmp_path_factory.mktemp("statements"))
    (folder / "overrides" / "tasks.py").write_text(OVERRIDE, "utf-8")
    statements = prove(find_project(folder)).statements
    assert [(one.repository, one.verdict) for one in statements if one.name == "_all"] == [
        ("Reports", "reaches")
    ]
    return {entry.name: entry for entry in statements if entry.repository == "TaskRepository"}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_has_the_verdict_that_it_deserves(found: dict[str, Entry], name: str) -> None:
    verdict, shapes, _ = STATEMENTS[name]
    entry = found[name]

    assert (entry.verdict, entry.shapes) == (verdict, shapes), entry.reasons
    assert Path(entry.file).name == "tasks.py"
    assert OVERRIDE.splitlines()[entry.line - 1].startswith(f"    def {name}(cls")
    assert bool(entry.reasons) == bool(entry.fix) == (verdict != "proven")


def test_generated_statements_are_still_proven(found: dict[str, Entry]) -> None:
    assert {entry.verdict for name, entry in found.items() if name not in STATEMENTS} == {"proven"}


@pytest.mark.long
def test_a_condition_that_all_statements_share_is_reported_at_its_line(prove_with: Prove) -> None:
    text = HEAD + (
        "    @override\n    @classmethod\n    def visible(cls) -> Any:\n"
        "        return select(TaskRow.id).exists()\n"
    )

    report = prove_with(text.replace('self._called("title", True)', "self._get_task()"))

    lines = {entry.line for entry in report.statements if entry.verdict == "reaches"}
    assert lines == {text.splitlines().index("    def visible(cls) -> Any:") + 1}


FAILING = {
    "tasks": "raise RuntimeError('no')",
    "missing": "import no_such_module",
    "methods": "class Other(repository.TaskRepository):\n    def _fetch(self): ...",
    "conditions": "class Other(repository.TaskRepository):\n    def _row_condition(self): ...",
}


def test_all_code_that_keeps_the_service_from_starting_is_reported(sample: Path) -> None:
    for name, code in FAILING.items():
        (sample / "overrides" / f"{name}.py").write_text(f"{HEAD}\n\n{code}\n")

    report = prove(find_project(sample))

    assert not report.is_proven
    failed = [entry for entry in report.entries if "generated/ cannot be imported" in entry.reasons[0]]
    assert sorted(Path(entry.file).stem for entry in failed) == sorted(FAILING)
    for entry in failed:
        lines = Path(entry.file).read_text("utf-8").splitlines()
        assert lines[entry.line - 1].strip() in FAILING[Path(entry.file).stem]


def test_a_contract_or_override_that_is_broken_is_reported_as_everywhere(prove_with: Prove) -> None:
    with pytest.raises(ContractError, match="FH801"):
        prove_with("class TaskRepository(:\n")


def test_a_project_without_generated_code_is_told_what_to_do(sample: Path) -> None:
    (sample / "generated" / "wiring.py").unlink()

    with pytest.raises(UsageError, match="Run `freehold generate`"):
        prove(find_project(sample))


@pytest.mark.long
def test_the_project_may_allow_functions(sample: Path) -> None:
    text = HEAD + CALLED.replace("func.lower(TaskRow.title)", "func.similarity(TaskRow.title, 'x')")
    (sample / "overrides" / "tasks.py").write_text(text)
    settings = sample / "pyproject.toml"
    settings.write_text(
        settings.read_text("utf-8").replace(
            "[tool.freehold]\n", '[tool.freehold]\nfunctions = ["similarity"]\n'
        )
    )

    allowed = prove(find_project(sample))

    assert allowed.unproven == ()
