"""Contracts as real files, and a project to work in."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from freehold.cli.console import FAULT
from freehold.cli.main import main
from freehold.contract import loading
from freehold.reading import yaml_parser
from freehold.reading.document import Document
from freehold.reading.yaml_parser import Text
from freehold.writing import generated_folder
from tests.generator.contracts import Load, Read, Run
from tests.generator.writing import made
from tests.support import ROOT

PARTS = ("generated", "migrations", "openapi", "overrides")


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a text, or bytes, from a file."""

    def read(content: str | bytes) -> Text:
        file = tmp_path / "contract.yaml"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return yaml_parser.read(file, "contract.yaml")

    return read


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads a contract from a file."""

    def load(text: str) -> Document:
        file = tmp_path / "contract.yaml"
        file.write_text(text, "utf-8")
        return loading.load(file)

    return load


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of this repository's project, as the folder that commands run in."""
    folder = tmp_path / "project"
    for name in PARTS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("BETTER_AUTH_SECRET", raising=False)
    return folder


@pytest.fixture
def freehold() -> Run:
    """Runs the command `freehold`. A traceback is an error of the test."""

    def run(*arguments: str, color: bool = False) -> Result:
        result = CliRunner().invoke(main, arguments, color=color, catch_exceptions=False)
        assert result.exit_code != FAULT, result.stderr
        return result

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as it was generated."""
    folder = tmp_path / "generated"
    generated_folder.write(folder, made(a="1", sub_b="1", sub_c="1"))
    return folder
