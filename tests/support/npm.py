"""Installs packages of npm for tests, once for all workers."""

import fcntl
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

LIMIT = 45.0  # seconds


def install(folder: Path, *command: str, files: Sequence[Path]) -> None:
    """Run a command of npm in a folder with copies of `files`, unless it succeeded there with the same files.

    Skips the test without node and npm, and where the packages cannot be had.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not here")
    wanted = "\n".join([*command, *(file.read_text("utf-8") for file in files)])
    done = folder / "complete"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.is_file() and done.read_text("utf-8") == wanted:
            return
        for file in files:
            shutil.copy(file, folder)
        quietly = [npm, *command, "--no-audit", "--no-fund", "--ignore-scripts"]
        try:
            subprocess.run(quietly, cwd=folder, check=True, capture_output=True, timeout=LIMIT)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"npm cannot install {command[-1]}: {type(error).__name__}")
        done.write_text(wanted, "utf-8")
