"""`freehold override` begins an override that fits the contract, and never changes a file that exists."""

import ast
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from ruff import find_ruff_bin

from freehold import pipeline
from freehold.building.model import OperationModel
from freehold.ground.project import Project, find_project
from freehold.overrides import override_modules, stubs
from freehold.overrides.compatibility import GeneratedClass, find_problems, generated_classes
from freehold.pipeline import GenerationResult
from freehold.printing.python_sources import Files
from tests.dialects import projects
from tests.support.contracts import Run
from tests.support.service import ROOT
from tests.support.thoroughness import sampled

SCHEMAS = PurePosixPath("schemas.py")


def generated(folder: Path) -> tuple[Project, GenerationResult]:
    project = find_project(folder)
    return project, pipeline.generate(project)


def begun(result: GenerationResult, folder: Path) -> list[tuple[GeneratedClass, OperationModel, stubs.Stub]]:
    pairs = [(cls, operation) for cls in generated_classes(result.api) for operation in cls.operations]
    return [
        (cls, operation, stubs.write_stub(cls, operation, result.files, folder, "generated"))
        for cls, operation in sampled(pairs, every=4)
    ]


@pytest.mark.long
@pytest.mark.parametrize("name", projects.NAMES)
def test_the_stub_of_every_operation_fits_the_contract(name: str, tmp_path: Path) -> None:
    project, result = generated(projects.copy_project(name, tmp_path))

    for cls, operation, stub in begun(result, project.overrides):
        (file := tmp_path / "stub" / stub.file.name).parent.mkdir(exist_ok=True)
        file.write_text(stub.module, "utf-8")
        assert_importable(file, result.files)
        modules = override_modules.read_overrides(file.parent)
        found = find_problems(result.contract, result.api, modules, file.parent)
        assert not [p for p in found if p.code in {"FH811", "FH812", "FH820", "FH821"}], stub.module
        assert stubs.line_of_method(cls, operation, modules[cls.package])
        file.unlink()


def assert_importable(file: Path, files: Files) -> None:
    """Every name is imported and used, from where it is; those of the runtime are public."""
    rules = [find_ruff_bin(), "check", "--isolated", "--select=F", str(file)]
    checked = subprocess.run(rules, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("generated"):
            module, names = str(node.module), {alias.name for alias in node.names}
            assert not module.startswith("generated.runtime.")
            assert module != "generated.runtime" or names <= stubs._public_names()
            schemas = files[SCHEMAS] if module == "generated.schemas" else ""
            assert not schemas or all(f"class {name}" in schemas or f"\n{name} " in schemas for name in names)


@pytest.fixture
def empty(project: Path) -> Path:
    """The project, without its override."""
    (project / "overrides" / "tasks.py").unlink()
    return project


def test_it_writes_a_module_with_which_the_project_is_complete(empty: Path, freehold: Run) -> None:
    result = freehold("override", "completeTask")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("wrote    overrides/tasks.py\n")
    assert freehold("generate").exit_code == 0
    assert freehold("check").exit_code == 0
    text = (empty / "overrides" / "tasks.py").read_text("utf-8")
    assert text == (
        '"""The tasks: what the contract cannot express."""\n\n'
        "from uuid import UUID\n\n"
        "from typing_extensions import override\n\n"
        "from generated.runtime import Problem\n"
        "from generated.schemas import Task\n"
        "from generated.tasks import repository\n\n\n"
        "class TaskRepository(repository.TaskRepository):\n"
        '    """The tasks of this service."""\n\n'
        "    @override\n"
        "    async def complete_task(self, task_id: UUID) -> Task:\n"
        '        raise Problem(501, "This operation is not written yet.", code="not_written")\n'
    )


def test_a_generated_operation_is_begun_with_a_call_of_the_generated_method(
    empty: Path, freehold: Run
) -> None:
    assert freehold("override", "listTasks").exit_code == 0

    text = (empty / "overrides" / "tasks.py").read_text("utf-8")
    call = "return await super().list_tasks(page=page, per_page=per_page, completed=completed, sort=sort)"
    assert call in " ".join(text.split()).replace("( ", "(").replace(" )", ")")


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("completeTask", "completeTask is written already: overrides/tasks.py:44"),
        (
            "getTask",
            "Add to class TaskRepository:\n\n    @override\n    async def get_task(self, task_id: UUID)",
        ),
    ],
)
def test_a_file_that_exists_stays_as_it_is(project: Path, freehold: Run, operation: str, said: str) -> None:
    before = (project / "overrides" / "tasks.py").read_bytes()

    result = freehold("override", operation)

    assert result.exit_code == 0
    assert said in result.stdout
    assert (project / "overrides" / "tasks.py").read_bytes() == before


def test_a_file_without_the_class_is_told_the_class_too(empty: Path, freehold: Run) -> None:
    (empty / "overrides" / "tasks.py").write_text('"""Nothing yet."""\n', "utf-8")

    printed = freehold("override", "deleteTask").stdout

    start = printed.index("from uuid")
    (empty / "overrides" / "tasks.py").write_text(printed[start:], "utf-8")
    assert "class TaskRepository(repository.TaskRepository):" in printed
    assert "await super().delete_task(task_id)" in printed
    assert "FH801" not in freehold("generate").stdout


def test_an_unknown_operation_is_reported_with_the_nearest(
    freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    result = freehold("override", "completTask")

    assert result.exit_code == 2
    assert "Did you mean completeTask?" in result.stderr
