"""Starts server processes that end with the process that started them, however that one ends.

A small shell script supervises the command and holds the read end of a pipe whose write end is here. When
this process asks for a stop, or dies in any way and the kernel closes the pipe, the script stops the command.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

Process = subprocess.Popen[bytes]

# Background jobs of sh have /dev/null as stdin, hence descriptor 3, and ignore SIGINT. The script waits for
# the watcher as well, so that no process of it is left, nor a file that it has inherited, when it exits.
_SUPERVISOR = """
signals=$1; folder=$2; shift 2
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
{ read -r _ <&3; for signal in $signals; do kill -s "$signal" $server; done; } 2>/dev/null & watcher=$!
wait $server; status=$?
{ kill -s KILL $watcher; wait $watcher; [ -z "$folder" ] || rmdir "$folder"; } 2>/dev/null
exit $status
"""


def supervised(
    command: Sequence[str], *, stop_signals: Sequence[str] = ("TERM",), empty_folder: Path | None = None
) -> list[str]:
    """Return the command line that runs `command` under the supervisor script.

    `stop_signals` are sent in this order, by their names without SIG, to stop the command. When it has ended,
    `empty_folder` is removed if nothing is in it.
    """
    script = ["sh", "-c", _SUPERVISOR, "sh", " ".join(stop_signals), str(empty_folder or "")]
    return [*script, *command]


def start(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    stdin: int = subprocess.PIPE,
    stdout: int | None = None,
    stderr: IO[bytes] | None = None,
    pass_fds: Sequence[int] = (),
) -> Process:
    """Start a `supervised` command in a folder, with exactly this environment.

    `stdin` is the read end that the supervisor watches; without it, `stop` has the write end.
    """
    return subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=folder,
        env=environment,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        pass_fds=pass_fds,
        start_new_session=True,  # Ctrl-C reaches only this process, which stops its servers in order
    )


def stop(process: Process, timeout: float) -> None:
    """Stop a process that `start` returned. It is killed when it has not ended within `timeout` seconds."""
    try:  # a line, because closing the pipe is not enough: a fork of this process may hold it open
        process.communicate(b"stop\n", timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
