"""The same contract makes the same bytes for everybody: wherever they are, and whatever their machine says.

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

ALL = os.environ.get("HOSTILE_CONTRACTS") == "all"
PROGRAM = "import sys; from freehold.cli.main import main; main(sys.argv[1:])"
LOCALES = set(subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split())

ELSEWHERE: dict[str, dict[str, str]] = {
    "another order of sets": {"PYTHONHASHSEED": "1"},
    "yet another order of sets": {"PYTHONHASHSEED": "4242"},
    "the oldest locale": {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "a Turkish locale": {"LANG": "tr_TR.utf8", "LC_ALL": "tr_TR.utf8"},
    "another time zone": {"TZ": "Pacific/Kiritimati"},
    "another terminal": {"COLUMNS": "20", "TERM": "dumb", "NO_COLOR": "1", "FORCE_COLOR": "1"},
    "another user": {"USER": "somebody", "LOGNAME": "somebody", "HOME": "/nonexistent"},
    "a clock that stands still": {"SOURCE_DATE_EPOCH": "0"},
    "an optimising Python": {"PYTHONOPTIMIZE": "2", "PYTHONDONTWRITEBYTECODE": "1"},
    "settings of other tools": {"RUFF_CONFIG": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"},
}  # fmt: skip
SLOW = "an optimising Python"  # which has nothing compiled yet
AT_ONCE = {word: value for name, found in ELSEWHERE.items() if name != SLOW for word, value in found.items()}
if "tr_TR.utf8" not in LOCALES:
    AT_ONCE |= {"LANG": "C", "LC_ALL": "C"}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's project, generated from nothing."""
    return generated(lay("sample", tmp_path_factory.mktemp("usual") / "project"))


def lay(name: str, folder: Path) -> Path:
    """The project of one of the five contracts, not yet generated."""
    if name != "sample":
        return projects.copy_project(name, folder)
    for part in ("openapi", "overrides"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def generated(project: Path, variables: dict[str, str] | None = None, python: str = sys.executable) -> Path:
    """What the tool makes in a process of its own."""
    environment = os.environ | {"PYTHONHASHSEED": "0"} | (variables or {})
    done = subprocess.run(
        [python, "-c", PROGRAM, "generate"], cwd=project, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return project / "generated"


def written(made: Files, folder: Path) -> Path:
    generated_folder.write(folder, made)
    return folder


@pytest.mark.parametrize("where", ELSEWHERE if ALL else [])
def test_a_machine_makes_the_same_bytes(usual: Path, tmp_path: Path, where: str) -> None:
    variables = ELSEWHERE[where]
    if "LANG" in variables and variables["LANG"] not in LOCALES:
        pytest.skip(f"this machine has no {variables['LANG']}")

    assert read_tree(generated(lay("sample", tmp_path / "another place"), variables)) == read_tree(usual)


def test_a_folder_with_other_rights_has_the_same_bytes(usual: Path, tmp_path: Path) -> None:
    """And files that whoever made them lets others read, as the machine says: nothing can be run."""
    project = lay("sample", tmp_path / "project")
    before = os.umask(0o077)
    try:
        made = generated(project)
    finally:
        os.umask(before)

    assert read_tree(made) == read_tree(usual)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in made.rglob("*") if file.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(file.stat().st_mode) & 0o111 for file in usual.rglob("*") if file.is_file()} == {0}


def test_a_terminal_sees_colours_and_the_files_do_not(usual: Path, tmp_path: Path) -> None:
    project = lay("sample", tmp_path / "project")
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


def test_a_folder_of_the_project_makes_the_same_bytes(usual: Path, tmp_path: Path) -> None:
    project = lay("sample", tmp_path / "project")
    generated(project / "openapi")
    assert read_tree(project / "generated") == read_tree(usual)


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_another_python_makes_the_same_bytes(usual: Path, tmp_path: Path, minor: int) -> None:
    """Where one is installed that has what the tool needs."""
    if sys.version_info[1] == minor:
        pytest.skip("it is this one")
    python = os.environ.get(f"PYTHON3{minor}") or shutil.which(f"python3.{minor}")
    needs = "import freehold.cli.main, datamodel_code_generator, pydantic_core, jsonschema_rs, yaml"
    if python is None or subprocess.run([python, "-c", needs], capture_output=True, check=False).returncode:
        pytest.skip(f"this machine has no Python 3.{minor} with what the tool needs")

    assert read_tree(generated(lay("sample", tmp_path / "project"), python=python)) == read_tree(usual)


@pytest.mark.parametrize("name", ["sample", *(projects.NAMES if ALL else ["workspace"])])
def test_a_machine_that_is_quite_another_makes_the_same_bytes(tmp_path: Path, name: str) -> None:
    project = lay(name, tmp_path / "another place")
    made = pipeline.generate(find_project(project))

    assert read_tree(generated(project, AT_ONCE)) == read_tree(written(made.files, tmp_path / "here"))


def test_all_lines_end_as_on_every_machine(usual: Path) -> None:
    for content in read_tree(usual).values():
        assert content is None or (b"\r" not in content and content.endswith(b"\n"))
