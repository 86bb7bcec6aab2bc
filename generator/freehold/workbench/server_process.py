"""A server in a process of its own, which ends when this one does."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.request import urlopen

from freehold.ground.problems import UsageError

_START_LIMIT = 30.0  # seconds
_STOP_LIMIT = 10.0  # seconds
_POLL = 0.05  # seconds

# The server ends with us however we end: the kernel closes the pipe that `read` waits on.
_TETHER = """
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
{ read -r _ <&3; kill -s TERM $server; } 2>/dev/null & watcher=$!
wait $server; status=$?
kill -s KILL $watcher 2>/dev/null
exit $status
"""

Process = subprocess.Popen[bytes]


def start(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> Process:
    """Start a server in a folder, with an environment."""
    return subprocess.Popen(  # noqa: S603 - our own command
        ["sh", "-c", _TETHER, "sh", *command],  # noqa: S607
        cwd=folder,
        env=variables,
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us; we stop the server and then the database
    )


def wait_for(process: Process, url: str) -> None:
    """Wait until a service answers at `url`. Raises UsageError when it does not."""
    deadline = time.monotonic() + _START_LIMIT
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise UsageError("The server did not start; what it printed above says why.")
        time.sleep(_POLL)


def stop(process: Process) -> None:
    """End a server, in any case."""
    try:
        process.communicate(b"stop\n", timeout=_STOP_LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/livez", timeout=1) as response:  # noqa: S310 - ours, and http
            return bool(response.status)
    except OSError:
        return False
