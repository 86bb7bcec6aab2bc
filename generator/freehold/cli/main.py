"""The command `freehold` with its subcommands.

Exit codes: 0 success, 1 a check failed, 2 wrong usage, 70 an internal error of Freehold, 130 Ctrl-C.
"""

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import click
from click.exceptions import NoSuchCommand
from typing_extensions import override

from freehold.cli import console

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "init": "init",
        "generate": "generate",
        "check": "generate",
        "explain": "explain",
        "dev": "development.dev",
        "token": "development.dev",
        "fuzz": "fuzz",
        "migrate": "migrate",
        "prove": "prove",
        "completion": "development.completion",
        "override": "development.override",
        "database": "development.database",
        "seed": "development.database",
        "run": "development.database",
    }
)
"""Each command, and the module of this package that defines it."""

_OBJECTS: Final = 20_000
"""How many new objects make Python look for garbage. With its 700, a quarter of the time goes there."""


class Commands(click.Group):
    """Imports a command only when it is used: `check` does not wait for the import of a database driver."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)  # it names the nearest one
        return super().resolve_command(ctx, args)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"{__package__}.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    @override
    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except KeyboardInterrupt as interrupt:
            console.exit_interrupted(interrupt)

    @override
    def invoke(self, ctx: click.Context) -> Any:
        gc.set_threshold(_OBJECTS)
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            console.exit_interrupted(interrupt)


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
      freehold init shop                    create a project
      freehold dev                          run the service, with a database
      freehold check                        check that generated/ is up to date
      freehold generate                     update it; --watch does so on each change
      freehold override completeTask        begin the override of an operation
      freehold seed                         fill the database, from seeds.py
      freehold database shell               open psql
      freehold run python -m jobs.remind    run a job
      freehold explain                      list the operations
      freehold explain FH305                explain a problem code
      freehold prove                        prove that each statement stays with its owner
      freehold migrate new -m "Priority"    propose a migration for the changes
      freehold migrate up                   apply it
      freehold fuzz                         attack the service with two users
    """
    console.configure_output(context)
