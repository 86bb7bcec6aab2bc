"""Generation is deterministic: the output does not depend on the machine, its locale, time zone or settings.

The tests change everything about the machine at once; `make fuzz` tries each difference alone.
"""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from freehold import pipeline
from freehold.ground.project import find_project
from freehold.printing.python_sources import Files
from freehold.writing import generated_folder
from tests.dialects import projects
from tests.support.contracts import read_tree
from tests.support.service import ROOT
from tests.support.thoroughness import long

ALL = os.environ.get("HOSTILE_CONTRACTS") == "all"
PROGRAM = "import sys; from freehold.cli.main import main; main(sys.argv[1:])"
LOCALES = set(subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split())

ENVIRONMENTS: dict[str, dict[str, str]] = {
    "another order of sets": {"PYTHONHASHSEED": "1"},
    "yet another order of sets": {"PYTHONHASHSEED": "4242"},
    "the oldest locale": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "a Turkish locale": {"LANG": "tr_TR.utf8", "LC_ALL": "tr_TR.utf8"},
    "another time zone": {"TZ": "Pacific/Kiritimati"},
    "another terminal": {"COLUMNS": "20", "TERM": "dumb", "NO_COLOR": "1", "FORCE_COLOR": "1"},
    "another user": {"USER": "somebody", "LOGNAME": "somebody", "HOME": "/nonexistent"},
    "a clock that stands still": {"SOURCE_DATE_EPOCH": "0"},
    "an optimizing Python": {"PYTHONOPTIMIZE": "2", "PYTHONDONTWRITEBYTECODE": "1"},
    "settings of other tools": {"RUFF_CONFIG": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"},
}  # fmt: skip
SLOW = "an optimizing Python"  # which has nothing compiled yet
AT_ONCE = {
    word: value for name, found in ENVIRONMENTS.items() if name != SLOW for word, value in found.items()
}
if "tr_TR.utf8" not in LOCALES:
    AT_ONCE |= {"LANG": "C", "LC_ALL": "C"}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated code of the sample project, made under the usual conditions."""
    return generate_in_process(copy_project("sample", tmp_path_factory.mktemp("usual") / "project"))


def copy_project(name: str, folder: Path) -> Path:
    """Copy the project of the sample or of a dialect, without generated code."""
    if name != "sample":
        return projects.copy_project(name, folder)
    for part in ("openapi", "overrides"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def generate_in_process(
    project: Path, variables: dict[str, str] | None = None, python: str = sys.executable
) -> Path:
    """Run `freehold generate` in a new process, and return the generated folder."""
    environment = os.environ | {"PYTHONHASHSEED": "0"} | (variables or {})
    done = subprocess.run(
        [python, "-c", PROGRAM, "generate"], cwd=project, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return project / "generated"


def write_files(files: Files, folder: Path) -> Path:
    generated_folder.write(folder, files)
    return folder


@pytest.mark.parametrize("where", ENVIRONMENTS if ALL else [])
def test_output_is_the_same_in_another_environment(usual: Path, tmp_path: Path, where: str) -> None:
    variables = ENVIRONMENTS[where]
    if "LANG" in variables and variables["LANG"] not in LOCALES:
        pytest.skip(f"this machine has no {variables['LANG']}")

    assert read_tree(
        generate_in_process(copy_project("sample", tmp_path / "another place"), variables)
    ) == read_tree(usual)


@pytest.mark.long
def test_output_is_the_same_with_another_umask(usual: Path, tmp_path: Path) -> None:
    """The umask decides who can read the files; none of them is executable."""
    project = copy_project("sample", tmp_path / "project")
    before = os.umask(0o077)
    try:
        made = generate_in_process(project)
    finally:
        os.umask(before)

    assert read_tree(made) == read_tree(usual)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in made.rglob("*") if file.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(file.stat().st_mode) & 0o111 for file in usual.rglob("*") if file.is_file()} == {0}


@pytest.mark.long
def test_output_in_a_terminal_has_no_color_codes(usual: Path, tmp_path: Path) -> None:
    project = copy_project("sample", tmp_path / "project")
    main, other = os.openpty()
    try:
        command = [sys.executable, "-c", PROGRAM, "generate"]
        assert (
            subprocess.run(
                command, cwd=project, stdin=other, stdout=other, stderr=other, check=False
            ).returncode
            == 0
        )
    finally:
        os.close(main)
        os.close(other)

    assert read_tree(project / "generated") == read_tree(usual)


@pytest.mark.long
def test_output_is_the_same_from_a_subfolder(usual: Path, tmp_path: Path) -> None:
    project = copy_project("sample", tmp_path / "project")
    generate_in_process(project / "openapi")
    assert read_tree(project / "generated") == read_tree(usual)


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_output_is_the_same_with_another_python(usual: Path, tmp_path: Path, minor: int) -> None:
    """Skipped when that version is not installed with the dependencies of the tool."""
    if sys.version_info[1] == minor:
        pytest.skip("it is this one")
    python = os.environ.get(f"PYTHON3{minor}") or shutil.which(f"python3.{minor}")
    needs = "import freehold.cli.main, datamodel_code_generator, pydantic_core, jsonschema_rs, yaml"
    if python is None or subprocess.run([python, "-c", needs], capture_output=True, check=False).returncode:
        pytest.skip(f"this machine has no Python 3.{minor} with what the tool needs")

    assert read_tree(
        generate_in_process(copy_project("sample", tmp_path / "project"), python=python)
    ) == read_tree(usual)


@pytest.mark.parametrize("name", ["sample", *(projects.NAMES if ALL else [long("workspace")])])
def test_output_is_the_same_when_everything_differs_at_once(tmp_path: Path, name: str) -> None:
    project = copy_project(name, tmp_path / "another place")
    made = pipeline.generate(find_project(project))

    assert read_tree(generate_in_process(project, AT_ONCE)) == read_tree(
        write_files(made.files, tmp_path / "here")
    )


def test_all_lines_end_with_a_newline_character(usual: Path) -> None:
    for content in read_tree(usual).values():
        assert content is None or (b"\r" not in content and content.endswith(b"\n"))
