"""The executable of warm programs is like `python` for who starts it: arguments, streams, signals, status."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import warm_python
from tests.support.warm_python.interpreter import warm_interpreter

SHOW = """
import os, sys
print(os.getcwd(), sys.argv, sys.stdin.read(), os.environ["ONLY"], "HOME" in os.environ)
print(sys.executable, file=sys.stderr)
sys.exit(3)
"""
WAIT = "import time; print('waiting', flush=True); time.sleep(60)"

pytestmark = pytest.mark.skipif(not warm_python.AVAILABLE, reason="Python itself is used")


@pytest.fixture(scope="module")
def python() -> Iterator[str]:
    with warm_interpreter(nested=True) as program:
        yield program


def test_a_program_has_its_own_folder_variables_arguments_and_streams(python: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [python, "-c", SHOW, "a", "b c"],
        cwd=tmp_path,
        env={"ONLY": "this"},
        input="read",
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (3, f"{python}\n")
    assert done.stdout == f"{tmp_path} ['-c', 'a', 'b c'] read this False\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_the_program(python: str, tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen([python, "-c", WAIT], cwd=tmp_path, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        assert client.stdout.readline() == b"waiting\n"
        client.send_signal(number)

        assert client.wait(30) == -number
        assert client.stdout.read() == b""  # the end of all that could write to it


def test_ctrl_c_reaches_the_program_in_a_background_job_of_a_shell(python: str, tmp_path: Path) -> None:
    listening = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", python, "-c", listening + WAIT]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as client:
        assert client.stdout is not None
        assert client.stdout.readline() == b"waiting\n"
        client.send_signal(signal.SIGINT)

        assert client.wait(30) != 0


def test_tests_that_replace_the_executable_do_not_start_it_for_itself(
    python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", python)

    done = subprocess.run([sys.executable, "-c", "print(1)"], cwd=tmp_path, capture_output=True, check=True)

    assert done.stdout == b"1\n"


def test_the_executable_is_removed_at_the_end() -> None:
    with warm_interpreter() as program:
        assert os.access(program, os.X_OK)

    assert not Path(program).parent.exists()
