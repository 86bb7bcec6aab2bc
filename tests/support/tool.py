"""Commands of the tool in a project, all of them in one process."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support import warm_python
from tests.support.warm_python import WarmProcess

COMMANDS = """
import shlex, sys
from freehold.cli.main import main
for command in sys.argv[1:]:
    main(shlex.split(command), standalone_mode=False)
"""
_LIMIT = 120.0  # seconds


def freehold(folder: Path, url: str, *commands: str) -> str:
    """Runs commands of the tool in a project, and returns their output."""
    variables, arguments = os.environ | {"DATABASE_URL": url}, ["-c", COMMANDS, *commands]
    run = _run_warm if warm_python.USED else _run_cold
    status, output, errors = run(arguments, folder, variables)
    assert status == 0, f"freehold {', '.join(commands)}\n{output}{errors}"
    return output


def _run_cold(arguments: list[str], folder: Path, variables: dict[str, str]) -> tuple[int, str, str]:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def _run_warm(arguments: list[str], folder: Path, variables: dict[str, str]) -> tuple[int, str, str]:
    with tempfile.TemporaryDirectory() as place:
        stdout, stderr = Path(place, "stdout"), Path(place, "stderr")
        status = WarmProcess(arguments, folder, variables, stdout, stderr).wait(_LIMIT)
        return status, stdout.read_text("utf-8"), stderr.read_text("utf-8")
