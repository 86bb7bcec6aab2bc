"""Runs a program in the foreground of the terminal: signals are for the program."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from freehold.ground.problems import UsageError

_ENDING = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2")
"""The signals that would end this process and leave the program. Windows lacks some of them."""
_OF_KEYS = ("SIGINT", "SIGQUIT")


def run_in_foreground(
    command: Sequence[str], folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> int:
    """Run a program to its end, and return its exit status: 128 and its number for a signal that ended it.

    Signals are passed on to the program. Raises UsageError when there is no such program.
    """
    signals = _Signals()
    with signals.received():
        try:
            program = subprocess.Popen(command, cwd=folder, env=environment)  # noqa: S603 - as the user asks
        except FileNotFoundError:
            raise UsageError(f"There is no program {command[0]}.") from None
        signals.pass_on_to(program)
        status = program.wait()
    return status if status >= 0 else 128 - status


class _Signals:
    """Passes signals on to a program, also those that arrive while it is started."""

    def __init__(self) -> None:
        self._program: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    @contextmanager
    def received(self) -> Iterator[None]:
        """Receive signals for the duration of the block, but those that are ignored, as `nohup` does."""
        before = {number: signal.getsignal(number) for number in _numbers(_ENDING)}
        handled = [number for number, handler in before.items() if handler != signal.SIG_IGN]
        # a shell has its background jobs ignore SIGINT, and whoever sends it to one means it
        handled = [*{*handled, signal.SIGINT}]
        for number in handled:
            signal.signal(number, self._receive)
        try:
            yield
        finally:
            for number in handled:
                signal.signal(number, before[number])

    def pass_on_to(self, program: subprocess.Popen[bytes]) -> None:
        """Send the program what has arrived, and what will."""
        self._program = program
        for number in self._early:
            program.send_signal(number)

    def _receive(self, number: int, _frame: object) -> None:
        if number in _numbers(_OF_KEYS) and _is_in_foreground():
            return
        if self._program is None:
            self._early.append(number)
        else:
            self._program.send_signal(number)


def _numbers(names: Sequence[str]) -> list[signal.Signals]:
    return [signal.Signals[name] for name in names if name in signal.Signals.__members__]


def _is_in_foreground() -> bool:
    """Whether the terminal sends the signals of its keys, as Ctrl-C, to the program as well as to us."""
    if sys.platform == "win32":
        return True
    try:
        with Path("/dev/tty").open("rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:  # there is no terminal
        return False
