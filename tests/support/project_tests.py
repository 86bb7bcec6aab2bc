"""Runs the tests of a project that a test has made, as `pytest` in its folder."""

import os
import subprocess
from pathlib import Path

from tests.support.warm_python.interpreter import warm_interpreter

HIDDEN = {"PYTHONPATH", "PYTEST_ADDOPTS", "DATABASE_URL", "BETTER_AUTH_SECRET"}


def environment() -> dict[str, str]:
    """The environment, without what would lead a project to the settings of these tests."""
    return {name: value for name, value in os.environ.items() if name not in HIDDEN}


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in the folder of a project."""
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)


def run_tests(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run the tests of a project. What its service logs is left out."""
    with warm_interpreter(nested=True) as python:
        return run(folder, python, "-m", "pytest", "--show-capture=no", *options)
