"""Signals to `freehold run` are for the program: none is left running without its database."""

import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.support.clusters import copy_cluster
from tests.support.measuring.waiting import latest
from tests.support.service import PLAIN, await_answer, free_port

RUN = [sys.executable, "-m", "freehold", "run"]
LISTENING = [sys.executable, "-c", """
import os, signal, sys
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    signal.signal(number, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])
"""]  # fmt: skip
"""Runs a program that hears these signals, also in the background of a shell, or below `nohup`."""
ELSEWHERE = {"DATABASE_URL": "postgresql://somebody@nowhere.example/app"}
UNTOUCHED = """
import os, time
print(os.getpid(), flush=True)
time.sleep(60)
"""
CLEANING = """
import os, signal, sys, time
def clean(number, _frame):
    time.sleep(0.5)
    print("cleaned", flush=True)
    sys.exit(7)
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1):
    signal.signal(number, clean)
print(os.getpid(), flush=True)
time.sleep(60)
"""
COUNTING = """
import signal, sys, time
received = []
signal.signal(signal.SIGINT, lambda number, _frame: received.append(number))
print("ready", flush=True)
time.sleep(1)
while not received:
    time.sleep(0.1)
time.sleep(0.5)
sys.exit(10 + len(received))
"""


@contextmanager
def running(
    folder: Path, program: Sequence[str], settings: dict[str, str], prefix: Sequence[str] = ()
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program by `freehold run`, and end whatever of it is left."""
    with subprocess.Popen(
        [*LISTENING, *prefix, *RUN, *program],
        cwd=folder,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as command:
        try:
            yield command
        finally:
            with suppress(ProcessLookupError):  # nothing of the group is left
                os.killpg(command.pid, signal.SIGKILL)


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1]
)
@pytest.mark.parametrize(
    ("program", "status", "rest"),
    [(UNTOUCHED, None, b""), (CLEANING, 7, b"cleaned\n")],
    ids=["untouched", "cleaning"],
)
def test_a_signal_ends_the_program_and_then_the_command(
    project: Path, number: signal.Signals, program: str, status: int | None, rest: bytes
) -> None:
    with running(project, ["python", "-c", program], ELSEWHERE) as command:
        assert command.stdout is not None
        process_id = int(command.stdout.readline())
        command.send_signal(number)

        assert command.wait(latest(5)) == (status or 128 + number)
        assert (is_running(process_id), command.stdout.read()) == (False, rest)


def test_a_signal_that_is_ignored_stays_ignored(project: Path) -> None:
    ignoring = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh"]
    with running(project, ["python", "-c", UNTOUCHED], ELSEWHERE, ignoring) as command:
        assert command.stdout is not None
        process_id = int(command.stdout.readline())
        command.send_signal(signal.SIGHUP)
        os.kill(process_id, signal.SIGHUP)
        command.send_signal(signal.SIGTERM)

        assert command.wait(latest(5)) == 128 + signal.SIGTERM


def test_ctrl_c_reaches_the_program_once(project: Path) -> None:
    process_id, terminal = pty.fork()
    if process_id == 0:
        os.chdir(project)
        os.execve(sys.executable, [*RUN, "python", "-c", COUNTING], os.environ | ELSEWHERE)
    try:
        while b"ready" not in os.read(terminal, 1024):
            pass
        os.write(terminal, b"\x03")
        _, status = os.waitpid(process_id, 0)
    finally:
        os.close(terminal)

    assert os.waitstatus_to_exitcode(status) == 11


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_ends_with_its_command(project: Path, pristine: Path, number: signal.Signals) -> None:
    copy_cluster(pristine, project / ".freehold" / "postgres")
    port = free_port()
    settings = {"DATABASE_URL": "", "PORT": str(port), "SHUTDOWN_TIMEOUT": "2"}
    with running(project, ["python", "-m", "generated"], settings) as command:
        await_answer(f"http://127.0.0.1:{port}", command)
        assert httpx.get(f"http://127.0.0.1:{port}/livez", verify=PLAIN).status_code == 200
        command.send_signal(number)

        assert command.wait(latest(10)) == 0, "the service ends in order"
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
