"""Overrides that do not match the contract are reported, with the lines of both."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from freehold.building import service
from freehold.contract import effective_contract
from freehold.ground.problems import Problem
from freehold.overrides import compatibility, override_modules
from freehold.rules import registry
from tests.support.contracts import SAMPLE, TASK, Change, Load, changed

IMPORTS = "from generated.tasks import repository\n"
GENERATED = "repository.TaskRepository"
COMPLETE = "    @override\n    async def complete_task(self, task_id: UUID) -> Task: ...\n"
COMPLETE_LINE = SAMPLE[: SAMPLE.index("operationId: completeTask")].count("\n")
TASK_LINE = SAMPLE[: SAMPLE.index(TASK)].count("\n") + 1
FindProblems = Callable[..., list[Problem]]


def repository(*methods: str, name: str = "TaskRepository", base: str = GENERATED) -> str:
    """A module with one class, of which each method is one line."""
    return f"class {name}({base}):\n" + "".join(indent(f"{dedent(method)}\n", "    ") for method in methods)


@pytest.fixture
def problems(load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FindProblems:
    """A function that finds the problems of given modules, after given changes to the contract."""
    monkeypatch.chdir(tmp_path)

    def problems(*changes: Change, **modules: str) -> list[Problem]:
        folder = tmp_path / "overrides"
        for name, text in modules.items():
            file = folder / f"{name}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        document = load(changed(*changes))
        registry.check(document)
        effective = effective_contract.build_effective_contract(document)
        overrides = override_modules.read_overrides(folder)
        api = service.build(effective, override_modules.wired_names(overrides), "overrides")
        return compatibility.find_problems(effective, api, overrides, folder)

    return problems


GOOD = IMPORTS + repository() + COMPLETE


@pytest.mark.parametrize(
    "line",
    [
        "async def complete_task(self, task_id: UUID) -> Task: ...",
        "async def complete_task(me, task_id): ...",
        "async def complete_task(self, task_id, /): ...",
        "async def complete_task(self, id, /): ...",
        "async def complete_task(self, task_id, loudly=False, *, often=1): ...",
        "async def complete_task(self, *everything, **more): ...",
        "async def complete_task(self, task_id=None): ...",
        "@remembered\nasync def complete_task(whatever): ...",
    ],
)
def test_a_method_with_a_compatible_signature_is_accepted(problems: FindProblems, line: str) -> None:
    assert problems(tasks=IMPORTS + repository(line)) == []


@pytest.mark.parametrize(
    "line",
    [
        "async def complete_task(self): ...",
        "async def complete_task(self, id): ...",
        "async def complete_task(self, *, task_id): ...",
        "async def complete_task(self, task_id, loudly): ...",
        "async def complete_task(self, task_id, *, loudly): ...",
        "async def complete_task(self, loudly, task_id): ...",
        "async def complete_task(self, **more): ...",
        "def complete_task(self, task_id): ...",
        "@override\nasync def complete_task(self): ...",
        "@typing.override\nasync def complete_task(self): ...",
    ],
)
def test_an_incompatible_signature_is_reported_with_the_expected_one(
    problems: FindProblems, line: str
) -> None:
    (problem,) = problems(tasks=IMPORTS + repository(line))

    where = 3 + line.count("\n")
    assert (problem.file, problem.line, problem.column) == ("overrides/tasks.py", where, 5)
    assert problem.message.startswith("complete_task does not match completeTask (")
    assert problem.message.endswith(f"contract.yaml:{COMPLETE_LINE})")
    assert "async def complete_task(self, task_id: UUID) -> Task\n" in problem.fix
    assert line.splitlines()[-1].removesuffix(": ...") in problem.fix
    assert line.splitlines()[-1] in problem.source


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ("async def list_tasks(self, *, page, per_page, completed, sort): ...", True),
        ("async def list_tasks(self, page, per_page, completed, sort): ...", True),
        ("async def list_tasks(self, **filters): ...", True),
        ("async def list_tasks(self, *, page, per_page, sort): ...", False),
        ("async def list_tasks(self, *, page, per_page, completed, sort, more): ...", False),
        ("async def list_tasks(self, page, per_page, completed, sort, /): ...", False),
        ("async def delete_task(self, task_id): ...", True),
        ("async def delete_task(self, id): ...", False),
    ],
)
def test_an_override_of_a_standard_operation_must_match_too(
    problems: FindProblems, line: str, fine: bool
) -> None:
    found = problems(tasks=GOOD + indent(line, "    ") + "\n")

    assert [problem.line for problem in found] == ([] if fine else [5])


def test_renaming_an_operation_reports_the_missing_and_the_obsolete_method(problems: FindProblems) -> None:
    missing, leftover = problems(("operationId: completeTask", "operationId: completeTasks"), tasks=GOOD)

    assert missing.message.startswith("completeTasks must be implemented")
    assert missing.line == COMPLETE_LINE
    assert (leftover.file, leftover.line, leftover.column) == ("overrides/tasks.py", 4, 5)
    assert "complete_task overrides nothing: Task has no operation of this name" in leftover.message
    assert f"contract.yaml:{TASK_LINE})" in leftover.message
    assert "Did you mean complete_tasks, the method of completeTasks?" in leftover.fix
    assert f"contract.yaml:{COMPLETE_LINE})" in leftover.fix
    assert leftover.source == "    async def complete_task(self, task_id: UUID) -> Task: ..."


@pytest.mark.parametrize(
    ("line", "leftover"),
    [
        ("@override\nasync def finish(self): ...", True),
        ("@typing_extensions.override\nasync def finish(self): ...", True),
        ("@override\n@classmethod\ndef hidden(cls): ...", True),
        ("async def finish(self): ...", False),
        ("@override\n@classmethod\ndef visible(cls): ...", False),
        ("@override\n@statement\ndef _list_tasks(cls, order, filters): ...", False),
        ("@override\n@statement\ndef _list_tasks_total(cls, filters): ...", False),
        ("@override\ndef __init__(self, owner, database): ...", False),
    ],
)
def test_a_method_that_overrides_nothing_is_reported(
    problems: FindProblems, line: str, leftover: bool
) -> None:
    found = problems(tasks=GOOD + indent(line, "    ") + "\n")

    assert ["overrides nothing" in problem.message for problem in found] == [True] * leftover


def test_methods_of_a_base_class_in_the_same_module_count(problems: FindProblems) -> None:
    base = IMPORTS + repository(name="Base") + COMPLETE

    assert problems(tasks=base + repository("...", base="Base")) == []
    (problem,) = problems(tasks=base.replace("(self, task_id", "(self, id") + repository("...", base="Base"))
    assert "does not match" in problem.message


@pytest.mark.parametrize("base", ["SoftDelete, repository.TaskRepository", "helpers.Base"])
def test_a_base_class_from_another_module_may_define_any_method(problems: FindProblems, base: str) -> None:
    method = "@override\nasync def of_the_base(self): ..."

    assert problems(tasks=IMPORTS + repository(method, base=base)) == []


@pytest.mark.parametrize(
    ("imports", "base"),
    [
        (IMPORTS, "repository.TaskRepository"),
        ("from generated.tasks.repository import TaskRepository as Base\n", "Base"),
        ("import generated.tasks.repository as tasks\n", "tasks.TaskRepository"),
        ("import generated.tasks.repository\n", "generated.tasks.repository.TaskRepository"),
        ("from ..generated.tasks import repository as r\n", "r.TaskRepository"),
    ],
)
def test_a_repository_with_another_name_is_reported_as_unused(
    problems: FindProblems, imports: str, base: str
) -> None:
    module = imports + repository(name="TaskRepo", base=base) + COMPLETE

    missing, unused = problems(tasks=module)

    assert "completeTask must be implemented" in missing.message
    assert (unused.file, unused.line) == ("overrides/tasks.py", 2)
    assert unused.message == (
        "nothing uses TaskRepo: tasks are served by class TaskRepository in overrides/tasks.py"
    )
    assert unused.fix == "Rename the class."


@pytest.mark.parametrize("module", ["tasks/__init__", "tasks/repository", "parts/inner/tasks"])
def test_a_module_moved_into_a_folder_is_reported_as_unused(problems: FindProblems, module: str) -> None:
    missing, unused = problems(**{module: GOOD})

    assert "completeTask must be implemented" in missing.message
    assert unused.file == f"overrides/{module}.py"
    assert "nothing uses TaskRepository" in unused.message
    assert unused.fix == "Move it to overrides/tasks.py."


def test_a_folder_that_hides_a_module_is_reported(problems: FindProblems) -> None:
    (hidden,) = problems(**{"tasks": GOOD, "tasks/__init__": ""})

    assert hidden.file == "overrides/tasks/__init__.py"
    assert "the folder tasks hides tasks.py: Python imports the folder" in hidden.message


def test_a_repository_that_is_only_imported_is_reported(problems: FindProblems) -> None:
    module = "from overrides.parts import TaskRepository\n"

    problem = problems(tasks=module, parts=GOOD)[-1]

    assert any("it is imported here, and must be defined here" in p.message for p in problems(tasks=module))
    assert problem.fix


@pytest.mark.parametrize(
    "modules",
    [
        {"tasks": GOOD, "helpers": "class Helper: ...\n", "parts/more": "class Part: ...\nthis is (\n"},
        {"base": IMPORTS + repository("...", name="Soft"),
         "tasks": "from .base import Soft\n" + repository(base="Soft") + COMPLETE},
        {"parts/base": GOOD,
         "tasks": "from .parts import base\n" + repository(base="base.TaskRepository") + COMPLETE},
    ],
)  # fmt: skip
def test_helpers_and_base_classes_are_not_reported_as_unused(
    problems: FindProblems, modules: dict[str, str]
) -> None:
    assert problems(**modules) == []
