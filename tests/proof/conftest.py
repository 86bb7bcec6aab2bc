"""Projects to prove: the sample with other overrides."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from freehold.ground.project import find_project
from freehold.proof import Report, prove
from tests.support.service import ROOT
from tests.support.warm_python.interpreter import warm_interpreter

PROJECT = ("generated", "openapi", "overrides", "migrations", "pyproject.toml")


def copy_sample(folder: Path) -> Path:
    """Copy this repository's own project."""
    for name in PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


@pytest.fixture(scope="module")
def python() -> Iterator[str]:
    """The interpreter that the prover starts to import a service."""
    with warm_interpreter() as python:
        yield python


@pytest.fixture(autouse=True)
def _starts_fast(python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", python)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of this repository's own project."""
    return copy_sample(tmp_path)


@pytest.fixture
def prove_with(sample: Path) -> Callable[[str], Report]:
    """Return a function that proves the sample with another overrides/tasks.py."""

    def run(text: str) -> Report:
        (sample / "overrides" / "tasks.py").write_text(text, "utf-8")
        return prove(find_project(sample))

    return run
