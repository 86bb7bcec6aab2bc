"""Runs the tests of a project that a test has made, as `pytest` in its folder."""

import os
import subprocess
import sys
from pathlib import Path

HIDDEN = {"PYTHONPATH", "PYTEST_ADDOPTS", "DATABASE_URL", "BETTER_AUTH_SECRET"}


def environment() -> dict[str, str]:
    """The environment, without what would lead a project to the settings of these tests."""
    return {name: value for name, value in os.environ.items() if name not in HIDDEN}


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in the folder of a project."""
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)


def run_tests(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run the tests of a project. What its service logs is left out."""
    return run(folder, sys.executable, "-m", "pytest", "--show-capture=no", *options)
