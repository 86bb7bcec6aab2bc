"""Prints problems and errors for people, and maps them to exit codes.

1: a check failed. 2: wrong usage. 70: an internal error of Freehold. 130: Ctrl-C.
"""

import errno
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib.metadata import version
from typing import TYPE_CHECKING, NoReturn, ParamSpec

import click

from freehold.cli import machine_formats
from freehold.ground.problems import ContractError, ExternalError, Problem, UsageError, failed_step
from freehold.ground.project import current_project
from freehold.workbench.development import tracebacks

if TYPE_CHECKING:
    from freehold.writing.generated_folder import Changes

P = ParamSpec("P")

_SYSTEM_ERRORS = {  # not a bug of Freehold: a disk that is full or read-only, permissions, too many files
    errno.EACCES, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EPERM, errno.EROFS,
}  # fmt: skip
_INTERNAL_ERROR_CODE = "FH999"
INTERNAL_ERROR = 70  # EX_SOFTWARE of sysexits.h
_PATIENCE = 1.0  # seconds for which nobody wonders whether anything happens
INTERRUPTED = 130  # 128 and the number of SIGINT, as shells say it
_received: list[int] = []
"""The signals that interrupted the command: a library may raise a KeyboardInterrupt without their number."""
_COLORS = {"error": "red", "warning": "yellow"}

format_option = click.option(
    "--format",
    "output_format",
    type=click.Choice(machine_formats.FORMATS),
    default="text",
    show_default=True,
    help="The format of problems: text, JSON, GitHub annotations, or SARIF for code scanning.",
)


def interrupt_on_signals() -> None:
    """Raise KeyboardInterrupt for SIGINT, which a shell's background job would ignore, and for SIGTERM."""
    for stop_signal in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop_signal, _interrupt)


def _interrupt(number: int, _frame: object) -> None:
    _received.append(number)
    raise KeyboardInterrupt(number)


def exit_interrupted(interrupt: KeyboardInterrupt) -> NoReturn:
    """Exit as shells do after a signal: 130 for Ctrl-C, 143 for SIGTERM."""
    numbers = [*interrupt.args, *_received, signal.SIGINT]
    sys.exit(128 + int(numbers[0]))


def configure_output(context: click.Context) -> None:
    """Respect NO_COLOR (https://no-color.org), and escape characters that the terminal cannot encode."""
    if os.environ.get("NO_COLOR"):
        context.color = False
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def handle_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Decorate a command: print errors without a traceback, and exit with the matching code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = report_errors(command)(*args, **kwargs)
        except KeyboardInterrupt as interrupt:
            exit_interrupted(interrupt)
        if code:
            sys.exit(code)

    return run


def report_errors(step: Callable[P, None]) -> Callable[P, int]:
    """Decorate a step of a command: print errors without a traceback, and return the exit code.

    An interrupt is no error: it ends the command, also one that goes on after errors.
    """

    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            step(*args, **kwargs)
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError):
            raise  # click handles them
        except ContractError as error:
            _print_contract_error(error.problems, str(kwargs.get("output_format", "text")))
            return 1
        except Exception as error:  # noqa: BLE001 - a user should never see a traceback
            return _exit_code(error)
        return 0

    return run


def _exit_code(error: Exception) -> int:
    """Print an error and return the exit code."""
    if isinstance(error, ExternalError | UsageError):
        click.secho(str(error), fg="red", err=True)
        return 1 if isinstance(error, ExternalError) else 2
    if isinstance(error, OSError) and error.errno in _SYSTEM_ERRORS:
        where = f"{error.filename}: " if error.filename else ""
        step = f" ({failed_step(error)})" if failed_step(error) else ""
        click.secho(f"{where}{error.strerror}{step}", fg="red", err=True)
        return 1
    own = _failure_of_hand_written_code(error)
    if own:
        click.secho(own, fg="red", err=True)
        return 1
    _print_internal_error(error)
    return INTERNAL_ERROR


def _failure_of_hand_written_code(error: Exception) -> str:
    """Describe an exception of the project's own code, or return an empty text for another one."""
    try:
        places = tracebacks.Places.of(current_project())
    except UsageError:
        return ""
    if not tracebacks.is_of_hand_written_code(error, places):
        return ""
    return f"Hand-written code failed:\n{tracebacks.format_exception(error, places)}"


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Show a line on a terminal while something runs that takes longer than a second. It prints nothing."""
    if not sys.stderr.isatty():
        yield
        return
    timer = threading.Timer(_PATIENCE, click.echo, [text], {"nl": False, "err": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        click.echo("\r\x1b[K", nl=False, err=True)  # erases the line


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows of texts in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def print_changes(folder: str, changes: "Changes") -> None:
    """Print the files of a folder that were written, and those that were removed."""
    for name in changes.written:
        click.echo(f"wrote    {folder}/{name}")
    for name in changes.orphans:
        click.echo(f"removed  {folder}/{name}")


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems that did not stop a command."""
    for problem in problems:
        click.echo(f"\n{_colorize(problem)}")


def _print_contract_error(problems: tuple[Problem, ...], output_format: str) -> None:
    if output_format != "text":
        click.echo(machine_formats.render(output_format, machine_formats.Outcome(problems)))
        return
    click.echo("\n\n".join(map(_colorize, problems)), err=True)
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    click.secho(f"{count}. Nothing was written.", fg="red", err=True)
    codes = sorted({problem.code for problem in problems if problem.code})
    if codes:
        more = ", or with another of the codes," if len(codes) > 1 else ""
        click.echo(f"Run `freehold explain {codes[0]}`{more} for details.", err=True)


def _colorize(problem: Problem) -> str:
    """Format a problem with colors. `click.echo` removes them where there is no terminal."""
    first, *rest = str(problem).splitlines()
    kind = click.style(problem.label, fg=_COLORS[problem.level], bold=True) if problem.label else ""
    what = first.removeprefix(f"{problem.location}: {problem.label}")
    return "\n".join([f"{click.style(problem.location, bold=True)}: {kind}{what}", *rest])


def _print_internal_error(error: Exception) -> None:
    """Print an unexpected exception as a bug of Freehold, and how to report it."""
    step = failed_step(error)
    click.secho(
        f"fault[{_INTERNAL_ERROR_CODE}]: Freehold failed{f' while {step}' if step else ''}:",
        fg="red",
        err=True,
    )
    if os.environ.get("FREEHOLD_TRACEBACK"):
        click.echo("".join(traceback.format_exception(error)).rstrip("\n"), err=True)
    else:
        message = str(error).partition("\n")[0]
        click.echo(f"  {type(error).__name__}{f': {message}' if message else ''}", err=True)
    click.echo(
        f"This is a bug in Freehold {version('freehold')}, whatever the contract contains. Please report\n"
        "it with the version, the command, and the smallest part of the contract that reproduces it.",
        err=True,
    )
    if not os.environ.get("FREEHOLD_TRACEBACK"):
        click.echo("Set FREEHOLD_TRACEBACK=1 to see the traceback.", err=True)
