"""Clusters, folders and processes; nothing of them is left at the end."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from freehold.database.embedded_postgres import running
from tests.database.embedded_postgres.programs import Start, launch
from tests.database.embedded_postgres.support import FAST, copied, eventually, is_over, postmaster


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster to copy, which takes less time than initdb; once made, it never runs again."""
    data = tmp_path_factory.mktemp("pristine") / "data"
    with running(data, FAST):
        pass
    return data


@pytest.fixture(scope="session")
def cluster(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster for all tests that need not see one made."""
    return copied(pristine, tmp_path_factory.mktemp("cluster") / "data")


@pytest.fixture
def start() -> Iterator[Start]:
    """Another process that runs the server, until it is told to stop, or killed."""
    started: list[tuple[subprocess.Popen[str], Path]] = []

    def start_one(data: Path, **options: Any) -> subprocess.Popen[str]:
        started.append((launch(data, **options), data))
        return started[-1][0]

    yield start_one
    for process, data in started:
        process.kill()
        process.communicate()
        if not eventually(lambda data=data: is_over(data)):  # type: ignore[misc]
            os.kill(postmaster(data), signal.SIGKILL)
            pytest.fail(f"a server was left in {data}")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder with a short path that everyone can reach, unlike tmp_path."""
    folder = Path(tempfile.mkdtemp(prefix="fh-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
