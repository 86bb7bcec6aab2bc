"""Without a terminal `breakpoint()` is skipped and named; a debugger of one's own is left alone."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
from freehold.workbench.development import debugger
debugger.install()
breakpoint()
print("went on")
"""


def run(**variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONBREAKPOINT"}
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(
        command,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_terminal_a_breakpoint_is_skipped_and_named() -> None:
    done = run()

    assert (done.returncode, done.stdout) == (0, "went on\n")
    assert done.stderr == "<string>:5: breakpoint() was skipped, because `freehold dev` has no terminal.\n"


@pytest.mark.parametrize(("hook", "printed"), [("0", "went on\n"), ("builtins.print", "\nwent on\n")])
def test_a_debugger_of_ones_own_stays(hook: str, printed: str) -> None:
    done = run(PYTHONBREAKPOINT=hook)

    assert (done.stdout, done.stderr) == (printed, "")
