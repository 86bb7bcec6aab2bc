"""Runs the service in a process of its own, which ends when this one does."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO
from urllib.request import urlopen

from freehold.ground import tethered_process
from freehold.ground.problems import UsageError
from freehold.ground.tethered_process import Process

_START_TIMEOUT = 30.0  # seconds
_STOP_TIMEOUT = 10.0  # seconds
_POLL_INTERVAL = 0.05  # seconds


def start(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: IO[bytes] | None = None
) -> Process:
    """Start a server in a folder, with exactly this environment. Its output goes to `log` if there is one."""
    output = log.fileno() if log else None
    supervised = tethered_process.supervised(command)
    return tethered_process.start(supervised, folder, environment, stdout=output, stderr=log)


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
