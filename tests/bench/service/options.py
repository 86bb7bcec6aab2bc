"""The options of the command line, and what both commands do first and last."""

import argparse
import signal
import sys
from collections.abc import Callable
from types import FrameType

from .processes import BenchError
from .rounds import Plan
from .workload import OPERATIONS

ROUNDS, SECONDS, MINUTES = 5, 0.5, 10.0
QUICK_ROUNDS, QUICK_SECONDS, QUICK_MINUTES = 2, 0.1, 1.5


def parser(description: str) -> argparse.ArgumentParser:
    """The options that both commands have."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--rounds", type=_positive, help=f"rounds of each operation (default {ROUNDS})")
    options.add_argument("--seconds", type=float, help=f"length of a round in seconds (default {SECONDS})")
    help_text = f"after these no further operation is begun (default {MINUTES:g})"
    options.add_argument("--minutes", type=float, help=help_text)
    options.add_argument("--operations", type=_names, help="comma-separated: " + ",".join(_OPERATIONS))
    options.add_argument("--quick", action="store_true", help="a minute for a first impression")
    return options


def plan(chosen: argparse.Namespace) -> Plan:
    """How much is measured."""
    rounds, seconds, minutes = ROUNDS, SECONDS, MINUTES
    if chosen.quick:
        rounds, seconds, minutes = QUICK_ROUNDS, QUICK_SECONDS, QUICK_MINUTES
    names = chosen.operations or list(_OPERATIONS)
    unknown = set(names) - set(_OPERATIONS)
    if unknown:
        raise BenchError(f"Unknown operations: {', '.join(sorted(unknown))}. Use: {', '.join(_OPERATIONS)}.")
    operations = tuple(_OPERATIONS[name] for name in names)
    seconds = min(chosen.seconds or seconds, 30.0)
    return Plan(chosen.rounds or rounds, seconds, chosen.minutes or minutes, operations)


def run(main: Callable[[], None]) -> None:
    """Run a command; SIGTERM ends it as Ctrl-C does, so that everything that was started is stopped."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        main()
    except BenchError as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted: all servers are stopped.")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("must be between 1 and 100")
    return number


_OPERATIONS = {operation.name: operation for operation in OPERATIONS}
