"""Runs the service in a process of its own, which ends when this one does."""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO
from urllib.request import urlopen

from freehold.ground import tethered_process
from freehold.ground.problems import UsageError
from freehold.ground.tethered_process import Process

if sys.platform != "win32":
    import fcntl

_START_TIMEOUT = 30.0  # seconds
_STOP_TIMEOUT = 10.0  # seconds
_POLL_INTERVAL = 0.05  # seconds


_FIRST_DESCRIPTOR = 20  # the supervisor script uses smaller ones
_FROM_DESCRIPTOR = "import os, sys; os.dup2(int(sys.argv[1]), 0); os.execvp(sys.argv[2], sys.argv[2:])"
"""Runs a command whose input is a descriptor: the supervisor has the standard one."""


def start(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    log: IO[bytes] | None = None,
    *,
    terminal: int | None = None,
) -> Process:
    """Start a server in a folder, with exactly this environment.

    Its output goes to `log` if there is one. `terminal` is a descriptor that it reads from, for a debugger.
    """
    output = log.fileno() if log else None
    descriptors = [] if terminal is None else [fcntl.fcntl(terminal, fcntl.F_DUPFD, _FIRST_DESCRIPTOR)]
    if descriptors:
        command = [sys.executable, "-c", _FROM_DESCRIPTOR, str(descriptors[0]), *command]
    supervised = tethered_process.supervised(command)
    try:
        return tethered_process.start(
            supervised, folder, environment, stdout=output, stderr=log, pass_fds=descriptors
        )
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def wait_until_live(process: Process, url: str) -> None:
    """Wait until the service at `url` answers at /livez. Raises UsageError when it does not."""
    deadline = time.monotonic() + _START_TIMEOUT
    while not _is_live(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise UsageError("The server did not start: see the output above for the reason.")
        time.sleep(_POLL_INTERVAL)


def stop(process: Process) -> None:
    """Stop a server. It is killed when it does not end in time."""
    tethered_process.stop(process, _STOP_TIMEOUT)


def _is_live(url: str) -> bool:
    try:
        with urlopen(f"{url}/livez", timeout=1) as response:  # noqa: S310 - our own URL, and http
            return bool(response.status)
    except OSError:
        return False
