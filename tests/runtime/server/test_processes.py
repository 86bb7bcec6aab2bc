"""The processes of the service: what each of them loads, and what its garbage collector looks at."""

import asyncio
import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generated.runtime.server.garbage_collection import collecting_garbage_of_requests
from tests.support.service import GUARDED, ROOT, Database, serving

SETTINGS = {
    "DATABASE_URL": "postgresql://nowhere/app",
    "BETTER_AUTH_SECRET": "k3Yx0PqT7uV9wZ2bD4fG6hJ8lM1nR5sC",
}
OPTIONAL = {"httpx", "jwt", "cryptography", "limits", "prometheus_client", "redis", "opentelemetry.sdk"}
"""What a service with a shared secret and default settings needs nothing of."""


def modules_after(statement: str) -> set[str]:
    """The modules that an interpreter has loaded after a statement."""
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | SETTINGS,
        capture_output=True,
        text=True,
        check=True,
    )
    return {*done.stdout.split()}


def test_the_service_loads_no_library_that_its_settings_do_not_need() -> None:
    loaded = modules_after("import generated.app")

    assert "fastapi" in loaded
    assert loaded & OPTIONAL == set()


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux shows what a process has loaded")
def test_the_process_that_watches_workers_loads_nothing_of_the_service(
    make_database: Callable[[], Database],
) -> None:
    with serving(ROOT, make_database(), program=GUARDED, WORKERS="2") as service, service.user() as alice:
        assert alice.get("/api/tasks").status_code == 200
        loaded = {process: libraries(process) for process in processes_of(service.url)}

    workers = [process for process, names in loaded.items() if "asyncpg" in names]
    watching = [process for process, names in loaded.items() if not names & {"asyncpg", "pydantic_core"}]
    assert len(workers) == 2
    assert watching


def processes_of(url: str) -> list[int]:
    """The processes of this test's own tree that have the socket of a service in their environment."""
    port = f"PORT={url.rpartition(':')[2]}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                command = (entry / "cmdline").read_bytes()
                if b"python" in command and port in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def libraries(process: int) -> set[str]:
    """The packages whose compiled modules a process has loaded."""
    lines = Path(f"/proc/{process}/maps").read_text("utf-8").splitlines()
    paths = {line.split(maxsplit=5)[5] for line in lines if "/site-packages/" in line}
    return {path.partition("/site-packages/")[2].partition("/")[0] for path in paths}


def test_what_is_loaded_is_left_out_of_garbage_collection_while_the_service_runs() -> None:
    before, was_frozen = gc.get_threshold(), gc.get_freeze_count()

    async def steps() -> tuple[int, tuple[int, int, int], bool]:
        async with collecting_garbage_of_requests(5000):
            return gc.get_freeze_count(), gc.get_threshold(), gc.isenabled()

    frozen, threshold, is_enabled = asyncio.run(steps())

    assert frozen > was_frozen + 1000
    assert (threshold[0], is_enabled) == (5000, True)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
