"""What commands print, and the exit codes of what goes wrong.

1: the thing that was checked does not hold. 2: wrong use. 70: a fault of Freehold itself.
"""

import errno
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from importlib.metadata import version
from typing import ParamSpec

import click

from freehold.cli import machine_formats
from freehold.ground.problems import ContractError, ExternalError, Problem, UsageError, failed_step

P = ParamSpec("P")

_OF_THE_SYSTEM = {  # nobody's fault: a disk that is full or read-only, permissions, too many files
    errno.EACCES, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EPERM, errno.EROFS,
}  # fmt: skip
_CODE = "FH999"
FAULT = 70  # EX_SOFTWARE of sysexits.h
_COLOURS = {"error": "red", "warning": "yellow"}

form_option = click.option(
    "--format",
    "form",
    type=click.Choice(machine_formats.FORMATS),
    default="text",
    show_default=True,
    help="How problems are printed: for people, programs, GitHub's annotations or code scanning.",
)


def prepare(context: click.Context) -> None:
    """Colours as the user wants them (https://no-color.org), and letters as far as the terminal has them."""
    if os.environ.get("NO_COLOR"):
        context.color = False
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def told(command: Callable[P, None]) -> Callable[P, None]:
    """Print what went wrong as a person wants to read it, and exit with the right code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError):
            raise  # click knows what to do
        except ContractError as error:
            _refuse(error.problems, str(kwargs.get("form", "text")))
            sys.exit(1)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody should read a traceback
            sys.exit(_status(error))

    return run


def _status(error: Exception) -> int:
    """The exit code, after what went wrong was printed."""
    if isinstance(error, ExternalError | UsageError):
        click.secho(str(error), fg="red", err=True)
        return 1 if isinstance(error, ExternalError) else 2
    if isinstance(error, OSError) and error.errno in _OF_THE_SYSTEM:
        where = f"{error.filename}: " if error.filename else ""
        doing = f" ({failed_step(error)})" if failed_step(error) else ""
        click.secho(f"{where}{error.strerror}{doing}", fg="red", err=True)
        return 1
    _confess(error)
    return FAULT


def say(problems: Iterable[Problem]) -> None:
    """Print problems that did not stop a command."""
    for problem in problems:
        click.echo(f"\n{_shown(problem)}")


def _refuse(problems: tuple[Problem, ...], form: str) -> None:
    if form != "text":
        click.echo(machine_formats.render(form, machine_formats.Outcome(problems)))
        return
    click.echo("\n\n".join(map(_shown, problems)), err=True)
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    click.secho(f"{count}. Nothing was written.", fg="red", err=True)
    codes = sorted({problem.code for problem in problems if problem.code})
    if codes:
        more = ", or another of the codes," if len(codes) > 1 else ""
        click.echo(f"`freehold explain {codes[0]}`{more} tells more.", err=True)


def _shown(problem: Problem) -> str:
    """A problem with colours, which `click.echo` takes out where there is no terminal."""
    first, *rest = str(problem).splitlines()
    kind = click.style(problem.label, fg=_COLOURS[problem.level], bold=True) if problem.label else ""
    what = first.removeprefix(f"{problem.location}: {problem.label}")
    return "\n".join([f"{click.style(problem.location, bold=True)}: {kind}{what}", *rest])


def _confess(error: Exception) -> None:
    """Say that Freehold itself is wrong, and what to do about it."""
    doing = failed_step(error)
    click.secho(f"fault[{_CODE}]: Freehold failed{f' while {doing}' if doing else ''}:", fg="red", err=True)
    if os.environ.get("FREEHOLD_TRACEBACK"):
        click.echo("".join(traceback.format_exception(error)).rstrip("\n"), err=True)
    else:
        said = str(error).partition("\n")[0]
        click.echo(f"  {type(error).__name__}{f': {said}' if said else ''}", err=True)
    click.echo(
        f"This is a fault of Freehold {version('freehold')}, whatever the contract says. Please report\n"
        "it, with the version, the command, and the contract or the smallest part of it that shows it.",
        err=True,
    )
    if not os.environ.get("FREEHOLD_TRACEBACK"):
        click.echo("FREEHOLD_TRACEBACK=1 shows where it happened.", err=True)
