"""What all commands print when something is wrong, and the project that they work on."""

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from freehold.postgres import PostgresError
from freehold.problems import ContractError, Failed, Problem, UsageError
from freehold.project import Project, find

P = ParamSpec("P")


def told(command: Callable[P, None]) -> Callable[P, None]:
    """Print what went wrong as a person wants to read it, and exit with the right code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except ContractError as error:
            click.secho(str(error), err=True)
            count = len(error.problems)
            click.secho(
                f"{count} problem{'s' if count != 1 else ''}. Nothing was written.", fg="red", err=True
            )
            sys.exit(1)
        except Failed as error:
            click.secho(str(error), fg="red", err=True)
            sys.exit(1)
        except (UsageError, PostgresError) as error:
            click.secho(str(error), fg="red", err=True)
            sys.exit(2)

    return run


def here() -> Project:
    """The project of the current folder. Raises UsageError when there is none."""
    return find(Path.cwd())


def say(problems: Iterable[Problem]) -> None:
    """Print what is left to people."""
    for problem in problems:
        click.echo(f"\n{problem}")
