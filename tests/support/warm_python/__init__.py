"""Python programs as forks of a process that has imported the libraries already.

To start an interpreter and to import the libraries of a service takes a second of CPU, which is more than
most tests need for what they are about. In the complete suite, the tests about starting, stopping and killing
programs start each of them as in production.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from multiprocessing import connection, forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Protocol

from tests.support.thoroughness import ALL

_ROOT = str(Path(__file__).parents[3])
_LIBRARIES = [
    "alembic.autogenerate", "alembic.command", "asyncpg", "datamodel_code_generator.config",
    "datamodel_code_generator.parser.openapi", "dotenv", "fastapi", "fastapi_swagger",
    "freehold.cli.main", "freehold.database.migrations", "freehold.pipeline",
    "freehold.printing.pydantic_models", "httpx", "jsonschema_rs", "jwt", "msgspec.json",
    "pydantic.dataclasses", "pydantic.v1", "pydantic_settings", "pytest",
    "sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.ext.asyncio", "starlette.middleware.cors",
    "uvicorn.lifespan.on", "uvicorn.main", "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto", "tests.support.warm_python.preloaded",
]  # fmt: skip
_LIMIT = 240.0  # seconds for a program that ends
_IN_PRODUCTION = (
    "tests/cli/",
    "tests/faults/",
    "tests/proof/",
    "tests/runtime/server/",
    "tests/runtime/test_standalone.py",
    "tests/workbench/",
)
"""Where the complete suite uses no forks."""
AVAILABLE = "forkserver" in multiprocessing.get_all_start_methods()
multiprocessing.set_executable(sys.executable)  # tests may replace that one
SEARCH_PATH = [path for path in sys.path if path not in ("", _ROOT)]
"""Where programs find modules besides their folder: not where a command that ran in this process looked."""


@dataclass
class _Choice:
    """How the programs of the test that runs are started."""

    warm: bool = AVAILABLE


_CHOICE = _Choice()


def choose(test: str) -> None:
    """Decides how the programs of a test are started."""
    _CHOICE.warm = AVAILABLE and not (ALL and test.startswith(_IN_PRODUCTION))


def is_used() -> bool:
    """Returns whether the programs of the test that runs are forks."""
    return _CHOICE.warm


def fork_context() -> ForkServerContext:
    """Returns what starts a process as a fork of one that has imported the libraries."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LIBRARIES)
    _start_server()
    return context


@cache
def _start_server() -> None:
    """Starts what is forked in this repository: it imports from there, and projects have `tests`, too."""
    try:
        before = str(Path.cwd())
    except FileNotFoundError:
        before = _ROOT
    os.chdir(_ROOT)
    try:
        forkserver.ensure_running()
    finally:
        os.chdir(before)


class Program(Protocol):
    """A program that was started, in whichever way."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


class WarmProcess:
    """A running program. It is killed when the process that started it ends in any way."""

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        variables: Mapping[str, str],
        stdout: Path | None = None,
        stderr: Path | None = None,
    ) -> None:
        """Starts `python *arguments`, where the first one is `-m` or `-c`, in a folder."""
        context = fork_context()
        files = [(1, stdout), (2, stderr)]
        streams = {stream: str(file) for stream, file in files if file is not None}
        details = (list(arguments), str(folder), dict(variables), SEARCH_PATH, streams)
        self._process: ForkServerProcess = context.Process(target=_run, args=details, daemon=True)
        self._process.start()

    def poll(self) -> int | None:
        """Returns the exit status, or None while the program runs."""
        return self._process.exitcode

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    def wait(self, timeout: float) -> int:
        """Returns the exit status. A program that has not ended in time is killed."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        assert self._process.exitcode is not None
        return self._process.exitcode


def start(
    arguments: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    *,
    stdout: Path | None = None,
    stderr: Path | None = None,
) -> Program:
    """Starts `python *arguments` in a folder. What it prints is added to the files."""
    if is_used():
        return WarmProcess(arguments, folder, variables, stdout, stderr)
    with ExitStack() as stack:
        files = [stack.enter_context(file.open("ab")) if file else None for file in (stdout, stderr)]
        command = [sys.executable, *arguments]
        return subprocess.Popen(command, cwd=folder, env=variables, stdout=files[0], stderr=files[1])


def run(
    arguments: Sequence[str], folder: Path, variables: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Runs `python *arguments` in a folder, and returns what it printed."""
    if not is_used():
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    with tempfile.TemporaryDirectory() as place:
        stdout, stderr = Path(place, "stdout"), Path(place, "stderr")
        status = WarmProcess(arguments, folder, variables, stdout, stderr).wait(_LIMIT)
        printed = [file.read_text("utf-8") for file in (stdout, stderr)]
    return subprocess.CompletedProcess(arguments, status, *printed)


def _run(
    arguments: list[str], folder: str, variables: dict[str, str], path: list[str], streams: dict[int, str]
) -> None:
    """What `python *arguments` does, in the forked process."""
    for stream, name in streams.items():
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(file, stream)
        os.close(file)
    run_here(arguments, folder, variables, path)


def run_here(arguments: Sequence[str], folder: str, variables: Mapping[str, str], path: list[str]) -> None:
    """Does in this process, which is a fork, what `python *arguments` does in one of its own."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    sys.dont_write_bytecode = False
    sys.path[:] = [folder, *path]
    word, program, *others = arguments
    sys.argv = [word if word == "-c" else program, *others]
    if word == "-m":
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    else:
        exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGKILL)
