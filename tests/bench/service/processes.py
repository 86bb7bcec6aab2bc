"""Starts servers, stops them by process id, and knows the CPU time that their process trees have used."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .programs import Program

PROC = Path("/proc")
START_LIMIT = 30.0  # seconds
STOP_LIMIT = 10.0  # seconds
TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


class BenchError(Exception):
    """The bench cannot go on; the message says why."""


@dataclass(frozen=True)
class Server:
    """A program that runs."""

    program: Program
    pid: int
    port: int
    log: Path

    @property
    def name(self) -> str:
        """The name in the tables."""
        return self.program.name

    def cpu_seconds(self) -> float:
        """CPU time that its process tree has used so far."""
        return tree_cpu_seconds(self.pid)

    def truncate_log(self) -> None:
        """Keep the log from filling the disk. The server appends, so that it goes on at the start."""
        os.truncate(self.log, 0)


@contextmanager
def serving(program: Program, scratch: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """Run a program until the end of the block; its log is a file in `scratch`."""
    port = _free_port()
    log = scratch / f"{port}.log"
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    variables = {**inherited, **settings, **program.settings, "PORT": str(port), "UVICORN_PORT": str(port)}
    variables["PYTHONDONTWRITEBYTECODE"] = "1"
    with (
        log.open("ab") as output,
        subprocess.Popen(
            program.command,
            cwd=scratch,  # not the project: its .env is not for us
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for us, and we stop it
        ) as process,
    ):
        try:
            _await_port(process, port, log, program.name)
            yield Server(program, process.pid, port, log)
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a session of its own, and what it has started."""
    process.terminate()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def tree_cpu_seconds(root: int) -> float:
    """CPU time of a process and of all that descend from it."""
    parents = {}
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            with suppress(FileNotFoundError, ProcessLookupError):
                parents[int(entry.name)] = parse_stat((entry / "stat").read_text()).parent
    return sum(_cpu_seconds(pid) for pid in descendants(root, parents))


@dataclass(frozen=True)
class Stat:
    """What /proc/PID/stat says of a process; times in clock ticks (proc(5))."""

    parent: int
    own: int
    children: int
    """Of children that have ended."""


def parse_stat(text: str) -> Stat:
    """Parse /proc/PID/stat. The name in it may hold spaces and parentheses."""
    fields = text.rpartition(")")[2].split()
    user, system, children_user, children_system = map(int, fields[11:15])
    return Stat(int(fields[1]), user + system, children_user + children_system)


def descendants(root: int, parents: Mapping[int, int]) -> set[int]:
    """The process ids of a tree, its root included; `parents` has the parent of each process."""
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _cpu_seconds(pid: int) -> float:
    """In nanoseconds from the scheduler where the kernel tells them, else in ticks."""
    try:
        stat = parse_stat((PROC / str(pid) / "stat").read_text())
        threads = [file.read_text() for file in (PROC / str(pid) / "task").glob("*/schedstat")]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = sum(int(text.split()[0]) for text in threads) / 1e9 if threads else stat.own * TICK
    return own + stat.children * TICK


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _await_port(process: subprocess.Popen[bytes], port: int, log: Path, name: str) -> None:
    deadline = time.monotonic() + START_LIMIT
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise BenchError(f"{name} does not start:\n{last}")
        time.sleep(0.05)
