"""Clusters, folders and processes for the tests, with their clean-up."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.database.embedded_postgres.programs import Start, launch
from tests.database.embedded_postgres.support import eventually, has_ended, postmaster
from tests.support.clusters import copy_cluster


@pytest.fixture(scope="session")
def cluster(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster that the tests share."""
    return copy_cluster(pristine, tmp_path_factory.mktemp("cluster") / "data")


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts other processes that run a server until their stdin closes, or they are killed."""
    started: list[tuple[subprocess.Popen[str], Path]] = []

    def start_one(data: Path, **options: Any) -> subprocess.Popen[str]:
        started.append((launch(data, **options), data))
        return started[-1][0]

    yield start_one
    for process, data in started:
        process.kill()
        process.communicate()
        if not eventually(lambda data=data: has_ended(data)):  # type: ignore[misc]
            os.kill(postmaster(data), signal.SIGKILL)
            pytest.fail(f"a server was left in {data}")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder with a short path that every user can enter, unlike tmp_path."""
    folder = Path(tempfile.mkdtemp(prefix="fh-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
