"""Inspects a server, its processes and its files from outside."""

import asyncio
import fcntl
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from freehold.database.embedded_postgres import Server

IS_ROOT = os.geteuid() == 0
NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
DAC_OVERRIDE = 1 << 1  # its bit in /proc/<pid>/status
PRIVATE = 0o700
PROMPTLY = 5.0  # seconds

only_root = pytest.mark.skipif(not IS_ROOT, reason="about root, and this is an ordinary user")
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def eventually(condition: Callable[[], bool], within: float = PROMPTLY) -> bool:
    deadline = time.monotonic() + within
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return met


def ask(server: Server, statement: str, database: str = "postgres") -> object:
    async def fetch() -> object:
        connection = await asyncpg.connect(server.url(database))
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def has_ended(data: Path) -> bool:
    """Whether no server, supervisor or initdb process is left: each of them holds the lock."""
    lock = Path(f"{data}.lock")
    if not lock.exists():
        return True
    with lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def was_shut_down_cleanly(data: Path) -> bool:
    """Whether the next start needs no crash recovery."""
    return "database system is shut down" in Path(f"{data}.log").read_text()


def postmaster(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().split()[0])


def exists(pid: int) -> bool:
    """Whether a process still runs; on Linux, pid 1 may take seconds to reap one that has ended."""
    try:
        os.kill(pid, 0)
        return sys.platform != "linux" or status(pid, "State") != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def capabilities(pid: int) -> int:
    return int(status(pid, "CapEff"), 16)


def status(pid: int, field: str) -> str:
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(row.split()[1] for row in rows if row.startswith(f"{field}:"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
