"""The whole output of two contracts, byte for byte: the repository's own and a library's."""

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

from freehold import build, effective, emit, files, pipeline, rules, schemas
from freehold.problems import ContractError
from freehold.project import find
from freehold.sources import Files
from generated.runtime.repository import OwnedRepository
from tests.generator.contracts import LIBRARY, Change, Load, changed, renamed
from tests.support import ROOT

ACCEPT = "FREEHOLD_ACCEPT"
GOLDEN = LIBRARY / "generated"
LONGEST_FUNCTION = 40  # lines
MADE_BY_OTHERS = ("schemas.py",)
no_integer_ids = pytest.mark.xfail(strict=True, reason="an integer id makes a table that is not Python")
projects = pytest.mark.parametrize(
    "root", [pytest.param(ROOT, id="tasks"), pytest.param(LIBRARY, id="library", marks=no_integer_ids)]
)


@cache
def made(root: Path) -> Files:
    """What the tool makes of a project today."""
    return pipeline.generate(find(root)).files


def difference(folder: Path, wanted: Files) -> str:
    """How to see what differs, and the first lines of it."""
    changes = files.compare(folder, wanted)
    lines = [f"{name} is missing" for name in changes.missing]
    lines += [f"{name} is no longer made" for name in changes.orphans]
    for name in changes.different:
        there = (folder / name).read_text("utf-8").splitlines()
        lines += difflib.unified_diff(
            there, wanted[name].splitlines(), f"{name}", f"{name}, made now", n=1, lineterm=""
        )
    return "\n".join(lines[:80])


@projects
def test_the_committed_code_is_what_the_tool_makes(root: Path) -> None:
    folder, wanted = root / "generated", made(root)
    if root == LIBRARY and os.environ.get(ACCEPT):
        files.write(folder, wanted)

    told = difference(folder, wanted)

    accept = f"{ACCEPT}=1 pytest tests/generator/test_golden.py" if root == LIBRARY else "freehold generate"
    assert not told, f"{told}\n\nWhen this is what you want: {accept}; and read the difference in git."


@projects
def test_nothing_is_left_to_write_in_the_committed_projects(root: Path) -> None:
    assert pipeline.generate(find(root)).unwritten == []


DIGESTS = """
import hashlib, json, sys
from pathlib import Path
from freehold import pipeline, project
made = pipeline.generate(project.find(Path(sys.argv[1]))).files
print(json.dumps({str(name): hashlib.sha256(text.encode()).hexdigest() for name, text in made.items()}))
"""


@projects
@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}, "/"),
        (
            {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "POSIX", "PYTHONUTF8": "0"},
            str(ROOT),
        ),
        ({"PYTHONHASHSEED": "4294967295", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8"}, str(GOLDEN)),
    ],
    ids=["C", "POSIX", "Turkish"],
)
def test_the_same_contract_makes_the_same_bytes_anywhere(
    root: Path, variables: dict[str, str], folder: str, tmp_path: Path
) -> None:
    temporary = tmp_path / "build" / ".venv"  # names that tools like to leave out
    temporary.mkdir(parents=True)
    command = [sys.executable, "-c", DIGESTS, str(root)]
    environment = os.environ | variables | {"TMPDIR": str(temporary)}

    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        str(name): hashlib.sha256(text.encode()).hexdigest() for name, text in made(root).items()
    }


def sources() -> Iterator[tuple[PurePosixPath, str]]:
    for file in sorted(GOLDEN.rglob("*.py")):
        yield PurePosixPath(file.relative_to(GOLDEN)), file.read_text("utf-8")


def test_the_golden_code_compiles_without_a_warning() -> None:
    with warnings.catch_warnings(action="error"):
        for name, text in sources():
            compile(text, str(name), "exec", dont_inherit=True)


KNOWN = {  # what ruff says of the golden code today, and why
    "D101": "a schema without a description makes a class without a docstring",
    "D205": "a long summary is wrapped, and a docstring's first line must be one line",
    "D300": "a summary with quotes makes a docstring with one quote",
    "D403": "an operation without a summary has its id as its docstring, in small letters",
    "FBT002": "a filter with a default of true or false makes a positional parameter with one",
    "PLR0913": "a list with many filters makes a function with many parameters",
    "PLR0917": "a list with many filters makes a function with many parameters",
}


def ruff(folder: Path, *options: str) -> str:
    """What ruff says of the golden code, with the project's settings, in the folder that they expect."""
    for name in ("generated", "overrides"):
        shutil.copytree(LIBRARY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    command = [sys.executable, "-m", "ruff", *options, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_golden_code_passes_the_linter_but_for_what_is_known(tmp_path: Path) -> None:
    assert ruff(tmp_path, "check", f"--extend-ignore={','.join(KNOWN)}") == ""


@pytest.mark.parametrize(
    "code",
    [pytest.param(code, marks=pytest.mark.xfail(strict=True, reason=why)) for code, why in KNOWN.items()],
)
def test_the_golden_code_passes_the_linter(tmp_path: Path, code: str) -> None:
    assert ruff(tmp_path, "check", f"--select={code}") == ""


def test_the_golden_code_is_formatted(tmp_path: Path) -> None:
    assert ruff(tmp_path, "format", "--check") == ""


def test_the_golden_code_reads_well() -> None:
    for name, text in sources():
        module = ast.parse(text)
        assert ast.get_docstring(module), f"{name} does not say what it is"
        if str(name) in MADE_BY_OTHERS:
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                assert lines <= LONGEST_FUNCTION, f"{name}: {node.name} has {lines} lines"
        assert max(map(len, text.splitlines())) <= 110, f"{name} has a long line"
        assert "\n\n\n\n" not in text, f"{name} has more than two empty lines"


ROUTES = """
import json
from generated.app import app
from generated.runtime.binding import ContractRoute
routes = [route for route in app.routes if isinstance(route, ContractRoute)]
print(json.dumps([[route.operation_id, *route.methods, route.path, route.status_code or 200]
                  for route in routes]))
"""
SETTINGS = {
    "DATABASE_URL": "postgresql://nowhere/app",
    "BETTER_AUTH_SECRET": "k3Yx0PqT7uV9wZ2bD4fG6hJ8lM1nR5sC",
}


@pytest.mark.xfail(strict=True, reason="an email makes an EmailStr, and nothing asks for email-validator")
def test_the_golden_service_starts_and_has_the_operations_of_its_contract() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ROUTES], cwd=LIBRARY, env=os.environ | SETTINGS,
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    contract = json.loads((GOLDEN / "openapi.json").read_text("utf-8"))
    assert sorted(json.loads(done.stdout)) == sorted(
        [op["operationId"], method.upper(), path, min(int(status) for status in op["responses"])]
        for path, item in contract["paths"].items() for method, op in item.items() if method != "parameters"
    )  # fmt: skip


@pytest.fixture
def generate(load: Load) -> Callable[..., Files]:
    """What is made of the sample with something changed."""

    def generate(*changes: Change) -> Files:
        document = load(changed(*changes))
        rules.check(document)
        whole = effective.complete(document)
        return emit.emit(build.build(whole, {}, "overrides"), whole) | schemas.emit(whole, "overrides")

    return generate


@pytest.mark.parametrize(
    "name",
    [
        "TaskCreate", "taskCreate", "HTTPTask", "T1",
        *(pytest.param(name, marks=pytest.mark.xfail(strict=True, reason="schemas.py has it by another name"))
          for name in ("task_create", "Task_Create", "Field", "BaseModel")),
    ],
)  # fmt: skip
def test_every_schema_that_the_code_names_is_there(generate: Callable[..., Files], name: str) -> None:
    try:
        made = generate(*renamed(name))
    except ContractError:
        return  # a name that is refused is fine too
    classes = {
        node.name
        for node in ast.parse(made[PurePosixPath("schemas.py")]).body
        if isinstance(node, ast.ClassDef)
    }
    for module in ("routes", "repository"):
        for node in ast.walk(ast.parse(made[PurePosixPath("tasks", f"{module}.py")])):
            if isinstance(node, ast.ImportFrom) and node.module == "schemas":
                assert {alias.name for alias in node.names} <= classes


@pytest.mark.xfail(
    strict=True, reason="the statement of the operation `owned` is `_owned`, the owner condition"
)
@pytest.mark.parametrize("name", ["owned", "insert", "run", "selectOne"])
def test_nothing_generated_hides_what_holds_the_owner_condition(
    generate: Callable[..., Files], name: str
) -> None:
    try:
        made = generate(("operationId: getTask", f"operationId: {name}"))
    except ContractError:
        return
    module = ast.parse(made[PurePosixPath("tasks", "repository.py")])
    (cls,) = (node for node in module.body if isinstance(node, ast.ClassDef))
    methods = {node.name for node in cls.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert not methods & vars(OwnedRepository).keys()
