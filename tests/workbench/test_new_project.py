"""`freehold init`: the new project works at once, and no existing file is overwritten."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from freehold.cli.main import main
from tests.support.contracts import read_tree
from tests.support.project_tests import run_tests
from tests.support.service import ROOT

TEMPLATES = ROOT / "generator" / "freehold" / "workbench" / "project_template"


def freehold(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The versions that this repository is tested with."""
    pins = re.findall(r"^[\w.-]+==[^\\\n]+", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    file = tmp_path_factory.mktemp("pins") / "constraints.txt"
    file.write_text("\n".join(pins), "utf-8")
    return file


@pytest.mark.long
def test_make_test_passes_in_a_new_project(desk: Path, locked: Path) -> None:
    assert freehold("init", "shop").exit_code == 0
    hidden = {"PYTHONPATH", "PYTEST_ADDOPTS", "DATABASE_URL", "BETTER_AUTH_SECRET"}
    variables = {name: value for name, value in os.environ.items() if name not in hidden}
    variables |= {"PIP_CONSTRAINT": str(locked)}
    command = ["make", "test", f"PYTHON={sys.executable}"]

    done = subprocess.run(
        command, cwd=desk / "shop", env=variables, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "generated/ is up to date." in done.stdout
    assert "31 passed" in done.stdout
    assert (desk / "shop" / ".freehold" / "source").read_text("utf-8") == f"{ROOT}\n"


def test_a_new_project_passes_its_tests(desk: Path) -> None:
    assert freehold("init", "shop").exit_code == 0

    done = run_tests(desk / "shop", "-k", "not random")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "30 passed" in done.stdout


def test_a_project_is_named_after_its_folder_and_pins_this_version(desk: Path) -> None:
    result = freehold("init", "My Book-Shop")

    project = desk / "My Book-Shop"
    assert result.exit_code == 0, result.output
    assert 'title: "My book shop"' in (project / "openapi" / "my-book-shop.yaml").read_text("utf-8")
    settings = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    assert settings["tool"]["freehold"]["contract"] == "openapi/my-book-shop.yaml"
    pins = (project / "requirements-dev.txt").read_text("utf-8").splitlines()
    assert f"freehold[embedded,testing]=={version('freehold')}" in pins


@pytest.mark.long
def test_a_new_project_is_current_and_migrated(desk: Path) -> None:
    freehold("init", "shop")
    program = Path(sys.executable).with_name("freehold")

    said = [
        subprocess.run([program, *words], cwd=desk / "shop", capture_output=True, text=True, check=True)
        for words in (["check"], ["migrate", "up"], ["migrate", "check"])
    ]

    assert said[0].stdout == "generated/ is up to date.\n"
    assert said[2].stdout == "The database schema is up to date.\n"


def test_a_new_project_is_formatted(desk: Path) -> None:
    freehold("init", "shop")
    ruff = [str(Path(sys.executable).with_name("ruff"))]

    for words in (["check", "--select=E,F,I,UP,B"], ["format", "--check"]):
        done = subprocess.run(
            [*ruff, *words, "overrides", "tests", "migrations/versions"], cwd=desk / "shop", check=False
        )
        assert done.returncode == 0


def test_committed_files_contain_no_local_path(desk: Path) -> None:
    freehold("init", "shop")

    ignored = (desk / "shop" / ".gitignore").read_text("utf-8").splitlines()
    named = [
        file for file, content in read_tree(desk / "shop").items() if str(ROOT).encode() in (content or b"")
    ]
    assert named == [".freehold/source"]
    assert ".freehold/" in ignored


def test_init_in_the_current_folder_keeps_existing_files(desk: Path) -> None:
    (desk / "notes.txt").write_text("Mine.")
    (desk / "tests").mkdir()

    assert freehold("init", ".").exit_code == 0

    assert (desk / "notes.txt").read_text() == "Mine."
    assert (desk / "tests" / "conftest.py").is_file()
    assert freehold("check").exit_code == 0


@pytest.mark.parametrize(
    "taken", [["README.md", "tests/conftest.py"], ["generated/app.py"], ["openapi/shop.yaml"]]
)
def test_existing_files_are_reported_and_not_overwritten(desk: Path, taken: list[str]) -> None:
    for name in taken:
        (desk / "shop" / name).parent.mkdir(parents=True, exist_ok=True)
        (desk / "shop" / name).write_text("Mine.")
    as_it_was = read_tree(desk)

    result = freehold("init", "shop")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[1:-1] == [f"  shop/{name}" for name in taken]
    assert read_tree(desk) == as_it_was


def test_a_second_init_is_refused(desk: Path) -> None:
    freehold("init", "shop")
    as_it_was = read_tree(desk)

    assert freehold("init", "shop").exit_code == 2
    assert read_tree(desk) == as_it_was


def test_a_file_in_the_place_of_the_folder_is_refused(desk: Path) -> None:
    (desk / "shop").write_text("Mine.")

    result = freehold("init", "shop")

    assert (result.exit_code, result.stderr) == (2, "shop is a file: choose another name.\n")


@pytest.mark.parametrize("after", [0, 1, 30])
def test_a_disk_failure_leaves_no_files(desk: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    (desk / "mine.txt").write_text("Mine.")
    opened: list[Path] = []
    plain = Path.open

    def full(file: Path, mode: str = "r", *others: Any, **named: Any) -> Any:
        if mode == "xb" and desk in file.absolute().parents:
            opened.append(file)
            if len(opened) > after:
                raise OSError(28, "No space left on device")
        return plain(file, mode, *others, **named)

    monkeypatch.setattr(Path, "open", full)

    result = freehold("init", "shop/api")

    assert result.exit_code == 1
    assert "nothing was: [Errno 28] No space left on device" in result.stderr
    assert [file.name for file in desk.iterdir()] == ["mine.txt"]


def test_the_wheel_contains_the_project_template(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*.whl")
    brought = set(zipfile.ZipFile(wheel).namelist())
    asked = {
        f"freehold/workbench/project_template/{file.relative_to(TEMPLATES).as_posix()}"
        for file in TEMPLATES.rglob("*")
        if file.is_file() and file.name[0] != "." and "__pycache__" not in file.parts
    }
    assert len(asked) == 18
    assert asked <= brought
