"""The tools of others that take the served document: validators, and generators of clients.

Rules of the Makefile install them on first use: packages of Node.js below `node/`, and packages of Python in
`.venv-clients`. Where that is not possible, the tests that need them skip. Nothing is downloaded later.
"""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.support.service import ROOT

HERE = Path(__file__).parent
NODE = HERE / "node"
PYTHON = HERE / "python"
_VENV = ROOT / ".venv-clients"
_OLDEST_NODE = (20, 19)
_OLDEST_JAVA = 11
_LIMIT = 240.0  # seconds for one command, on machines that are busy
_QUIET = {
    "CI": "true",
    "NO_COLOR": "1",
    "npm_config_offline": "true",
    "npm_config_update_notifier": "false",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "REDOCLY_TELEMETRY": "off",
}


def node_programs() -> Path:
    """Returns the folder with the programs of Node.js. Skips the test where they cannot be installed."""
    for name in ("node", "npm"):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
    version = tuple(map(int, re.findall(r"\d+", _printed("node", "--version"))[:2]))
    if version < _OLDEST_NODE:
        pytest.skip(f"Node.js {'.'.join(map(str, version))} is too old for these tools")
    _make("tests/clients/node/node_modules/.ready")
    return NODE / "node_modules" / ".bin"


def python_programs() -> Path:
    """Returns the folder with the programs of Python. Skips the test where they cannot be installed."""
    _make(".venv-clients/.ready")
    return _VENV / "bin"


@cache
def java_problem() -> str:
    """Says why OpenAPI Generator, which runs on Java, cannot run here; empty if it can."""
    if shutil.which("java") is None:
        return "java is not installed"
    version = re.search(r'version "(\d+)', _printed("java", "-version"))
    return "" if version and int(version[1]) >= _OLDEST_JAVA else "Java is too old for OpenAPI Generator"


def run(
    command: str, folder: Path, programs: Path, variables: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Runs a command line in a folder, with `programs` first in the PATH, and returns what it printed."""
    environment = {**os.environ, **_QUIET, **(variables or {})}
    environment["PATH"] = os.pathsep.join([str(programs), environment["PATH"]])
    return subprocess.run(
        ["sh", "-ec", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=_LIMIT,
        check=False,
    )  # fmt: skip


def _printed(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _make(target: str) -> None:
    """Makes a target once, also when several processes of pytest ask for it."""
    place = os.open(HERE, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        done = subprocess.run(
            ["make", "--silent", target], cwd=ROOT, capture_output=True, text=True, check=False
        )
    finally:
        os.close(place)
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["it printed nothing"]
        pytest.skip(f"`make {target}` fails: {lines[0]}")
