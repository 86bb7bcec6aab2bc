"""Runs scripts in a Chromium that is installed already; without one the tests are skipped."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.identity.better_auth.conftest import better_auth, installed
from tests.support import npm

__all__ = ["better_auth", "installed"]

HERE = Path(__file__).parent
LIMIT = 150.0  # seconds for a script, on a machine that is busy
Browse = Callable[..., dict[str, Any]]
"""Runs a script of this folder with arguments. Returns what it saw."""


@pytest.fixture(scope="session")
def browse(pytestconfig: pytest.Config) -> Browse:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no Chromium here")
    folder = pytestconfig.cache.mkdir("browser")
    lock = [HERE / name for name in ("package.json", "package-lock.json", ".npmrc")]
    npm.install(folder, "ci", files=lock)

    def run(script: str, **arguments: object) -> dict[str, Any]:
        for file in HERE.glob("*.mjs"):
            shutil.copy(file, folder)
        process = subprocess.run(
            ["node", str(folder / script), json.dumps(arguments)],
            env=os.environ | {"CHROMIUM": chromium},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert process.returncode == 0, process.stderr
        seen: dict[str, Any] = json.loads(process.stdout)
        return seen

    return run
