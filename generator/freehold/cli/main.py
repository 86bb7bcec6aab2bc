"""The command `freehold`: prints what happened, sets the exit code, decides nothing.

0: fine. 1: the thing that was checked does not hold. 2: wrong use. 70: a fault of Freehold itself.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

import click
from typing_extensions import override

from freehold.cli import console

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "init": "init",
        "generate": "generate",
        "check": "generate",
        "explain": "explain",
        "dev": "dev",
        "token": "dev",
        "migrate": "migrate",
        "completion": "completion",
    }
)
"""Each command, and the module of this package that has it."""


class Commands(click.Group):
    """Imports a command when it is asked for: `check` waits for no driver of a database."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"{__package__}.{COMMANDS[cmd_name]}"), cmd_name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    None,
    "-V",
    "--version",
    package_name="freehold",
    message=f"%(prog)s %(version)s, Python {sys.version.split()[0]}",
)
@click.pass_context
def main(context: click.Context) -> None:
    """Turn an OpenAPI contract into a service in which no user reaches another user's rows.

    \b
    Example:
      freehold init shop                    a new project
      freehold dev                          run the service, with a database
      freehold check                        is generated/ what the contract says?
      freehold generate                     make it so; --watch does at each change
      freehold explain                      which operations there are, and their SQL
      freehold explain FH305                what a problem means
      freehold migrate new -m "Priority"    propose a migration for what changed
      freehold migrate up                   and run it
    """
    console.prepare(context)
