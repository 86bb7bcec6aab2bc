"""Runs a program in the foreground of the terminal: Ctrl-C is for the program."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from freehold.ground.problems import UsageError


def run_in_foreground(
    command: Sequence[str], folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> int:
    """Run a program to its end, and return its exit status: 128 and its number for a signal that ended it.

    Raises UsageError when there is no such program.
    """
    before = signal.signal(signal.SIGINT, _leave_to_the_program)
    try:
        done = subprocess.run(command, cwd=folder, env=environment, check=False)  # noqa: S603 - as the user asks
    except FileNotFoundError:
        raise UsageError(f"There is no program {command[0]}.") from None
    finally:
        signal.signal(signal.SIGINT, before)
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def _leave_to_the_program(_number: int, _frame: object) -> None:
    """Do nothing: the terminal sends the signal to the program as well, which decides what it means."""
