"""Golden tests: the complete output for the contracts of the sample and of a library."""

import ast
import difflib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from freehold import pipeline
from freehold.building import service
from freehold.contract import effective_contract
from freehold.ground.naming import snake_case
from freehold.ground.problems import ContractError
from freehold.ground.project import find_project
from freehold.printing.python_sources import Files
from freehold.rules import registry
from freehold.writing import generated_folder
from generated.runtime.rows.owned_repository import OwnedRepository
from tests.support import warm_python
from tests.support.contracts import (
    COMPLETED,
    LIBRARY,
    TASK,
    Change,
    Load,
    before,
    changed,
    rename_create_schema,
)
from tests.support.service import ROOT
from tests.support.thoroughness import long

ACCEPT = "FREEHOLD_ACCEPT"
GOLDEN = LIBRARY / "generated"
LONGEST_FUNCTION = 40  # lines
NOT_OUR_TEMPLATES = ("schemas.py",)
projects = pytest.mark.parametrize("root", [ROOT, LIBRARY], ids=["tasks", "library"])


@cache
def generated_files(root: Path) -> Files:
    """Generate the files of a project with the current version of the tool."""
    return pipeline.generate(find_project(root)).files


def difference(folder: Path, expected: Files) -> str:
    """Describe how a folder differs from the expected files, in at most 80 lines."""
    changes = generated_folder.compare(folder, expected)
    lines = [f"{name} is missing" for name in changes.missing]
    lines += [f"{name} is no longer generated" for name in changes.orphans]
    for name in changes.different:
        actual = (folder / name).read_text("utf-8").splitlines()
        lines += difflib.unified_diff(
            actual, expected[name].splitlines(), f"{name}", f"{name}, generated now", n=1, lineterm=""
        )
    return "\n".join(lines[:80])


@projects
def test_the_committed_code_is_up_to_date(root: Path) -> None:
    folder, expected = root / "generated", generated_files(root)
    if root == LIBRARY and os.environ.get(ACCEPT):
        generated_folder.write(folder, expected)

    description = difference(folder, expected)

    accept = f"{ACCEPT}=1 pytest tests/printing/test_golden.py" if root == LIBRARY else "freehold generate"
    assert not description, f"{description}\n\nIf this is intended: {accept}; then review the diff."


@projects
def test_the_committed_projects_have_no_override_problems(root: Path) -> None:
    assert pipeline.generate(find_project(root)).override_problems == []


DIGESTS = """
import hashlib, json, sys
from pathlib import Path
from freehold import pipeline
from freehold.ground import project
made = pipeline.generate(project.find_project(Path(sys.argv[1]))).files
print(json.dumps({str(name): hashlib.sha256(text.encode()).hexdigest() for name, text in made.items()}))
"""


@pytest.mark.long
@projects
@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        long({"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}, "/"),
        long(
            {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "POSIX", "PYTHONUTF8": "0"},
            str(ROOT),
        ),
        ({"PYTHONHASHSEED": "4294967295", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8"}, str(GOLDEN)),
    ],
    ids=["C", "POSIX", "Turkish"],
)
def test_generation_does_not_depend_on_the_environment(
    root: Path, variables: dict[str, str], folder: str, tmp_path: Path
) -> None:
    temporary = tmp_path / "build" / ".venv"  # names that tools like to leave out
    temporary.mkdir(parents=True)
    command = [sys.executable, "-c", DIGESTS, str(root)]
    environment = os.environ | variables | {"TMPDIR": str(temporary)}

    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        str(name): hashlib.sha256(text.encode()).hexdigest() for name, text in generated_files(root).items()
    }


def sources() -> Iterator[tuple[PurePosixPath, str]]:
    for file in sorted(GOLDEN.rglob("*.py")):
        yield PurePosixPath(file.relative_to(GOLDEN)), file.read_text("utf-8")


def test_the_golden_code_compiles_without_a_warning() -> None:
    with warnings.catch_warnings(action="error"):
        for name, text in sources():
            compile(text, str(name), "exec", dont_inherit=True)


def run(folder: Path, tool: str, *options: str) -> str:
    """Run a tool on the golden code with the settings of this repository; return its output if it fails."""
    for name in ("generated", "overrides"):
        shutil.copytree(LIBRARY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    command = [sys.executable, "-m", tool, *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_golden_code_passes_the_linter(tmp_path: Path) -> None:
    assert run(tmp_path, "ruff", "check", ".") == ""


def test_the_golden_code_is_formatted(tmp_path: Path) -> None:
    assert run(tmp_path, "ruff", "format", "--check", ".") == ""


def is_docstring(line: str) -> bool:
    """Whether a line is a docstring, whose length depends on the contract."""
    return line.startswith('"""') and line.endswith('"""')


def test_the_golden_code_has_docstrings_and_short_functions() -> None:
    for name, text in sources():
        module = ast.parse(text)
        assert ast.get_docstring(module), f"{name} does not say what it is"
        if str(name) in NOT_OUR_TEMPLATES:
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                assert lines <= LONGEST_FUNCTION, f"{name}: {node.name} has {lines} lines"
        long = [line.strip() for line in text.splitlines() if len(line) > 110]
        assert all(map(is_docstring, long)), f"{name} has long lines: {long}"
        assert "\n\n\n\n" not in text, f"{name} has more than two empty lines"


ROUTES = """
import json
from generated.app import app
from generated.runtime.http.contract_route import ContractRoute
routes = [route for route in app.routes if isinstance(route, ContractRoute)]
print(json.dumps([[route.operation_id, *route.methods - {"HEAD"}, route.path, route.status_code or 200]
                  for route in routes]))
"""
SETTINGS = {
    "DATABASE_URL": "postgresql://nowhere/app",
    "BETTER_AUTH_SECRET": "k3Yx0PqT7uV9wZ2bD4fG6hJ8lM1nR5sC",
}


def test_the_golden_service_starts_and_has_the_operations_of_its_contract() -> None:
    done = warm_python.run(["-c", ROUTES], LIBRARY, os.environ | SETTINGS)

    assert done.returncode == 0, done.stderr
    contract = json.loads((GOLDEN / "openapi.json").read_text("utf-8"))
    assert sorted(json.loads(done.stdout)) == sorted(
        [op["operationId"], method.upper(), path, min(int(status) for status in op["responses"])]
        for path, item in contract["paths"].items() for method, op in item.items() if method != "parameters"
    )  # fmt: skip


@pytest.fixture
def generate(load: Load) -> Callable[..., Files]:
    """Return a function that generates the files of the sample with changes."""

    def generate(*changes: Change) -> Files:
        document = load(changed(*changes))
        registry.check(document)
        whole = effective_contract.build_effective_contract(document)
        return pipeline.print_files(whole, service.build(whole, {}, "overrides"))

    return generate


@pytest.mark.parametrize("name", ["TaskCreate", "Tasks", "HTTPTask", "T1", "Class", "TaskPag"])
def test_every_schema_that_the_code_uses_is_defined(generate: Callable[..., Files], name: str) -> None:
    made = generate(*rename_create_schema(name))

    classes = {
        node.name
        for node in ast.parse(made[PurePosixPath("schemas.py")]).body
        if isinstance(node, ast.ClassDef)
    }
    for module in ("routes", "repository"):
        imports = [
            node
            for node in ast.walk(ast.parse(made[PurePosixPath("tasks", f"{module}.py")]))
            if isinstance(node, ast.ImportFrom) and node.module == "schemas"
        ]
        assert {alias.name for node in imports for alias in node.names} <= classes
        assert name in {alias.name for node in imports for alias in node.names}


INNER = "        step:\n          type: object\n          properties: {word: {type: string}}\n"


def test_an_inline_schema_does_not_take_the_name_of_another(generate: Callable[..., Files]) -> None:
    text = generate(
        before(COMPLETED, INNER),
        before(TASK, "    Step: {type: object, properties: {count: {type: integer}}}\n"),
    )[PurePosixPath("schemas.py")]

    fields = {
        node.name: [ast.unparse(field.target) for field in node.body if isinstance(field, ast.AnnAssign)]
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    }
    assert fields["Step"] == ["count"]
    assert fields["TaskStep"] == ["word"]


def test_a_schema_with_the_name_of_an_inline_schema_is_rejected(generate: Callable[..., Files]) -> None:
    named = "    TaskStep: {type: object, properties: {count: {type: integer}}}\n"

    with pytest.raises(ContractError) as refused:
        generate(before(COMPLETED, INNER), before("    TaskPage:\n", named))

    (problem,) = refused.value.problems
    assert "TaskStep" in problem.source
    assert "an inline schema becomes the class TaskStep" in problem.message
    assert "Rename it" in problem.fix


def test_a_body_is_renamed_when_a_parameter_has_its_name(generate: Callable[..., Files]) -> None:
    made = generate(
        ("{task_id}:\n", "{task}:\n"), ("{task_id}/complete:\n", "{task}/complete:\n"),
        ("      name: task_id\n", "      name: task\n"),
    )  # fmt: skip

    assert (
        "async def replace_task(self, task: UUID, body: TaskReplace) -> Task:"
        in made[PurePosixPath("tasks", "repository.py")]
    )


@pytest.mark.parametrize("name", ["ownerCondition", "insert", "run", "selectOne"])
def test_no_operation_can_override_the_owner_condition(generate: Callable[..., Files], name: str) -> None:
    made = generate(("operationId: getTask", f"operationId: {name}"))

    (cls,) = (
        node
        for node in ast.parse(made[PurePosixPath("tasks", "repository.py")]).body
        if isinstance(node, ast.ClassDef)
    )
    methods = {node.name for node in cls.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert f"{snake_case(name)}_" in methods
    assert not methods & set(dir(OwnedRepository))


def test_generated_methods_do_not_override_the_runtime() -> None:
    for root in (ROOT, LIBRARY):
        for name, text in generated_files(root).items():
            if name.name == "repository.py" and name.parts[0] != "runtime":
                (cls,) = (node for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
                kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
                methods = {node.name for node in cls.body if isinstance(node, kinds)}
                assert methods
                assert not methods & set(dir(OwnedRepository))
