"""The command `freehold init`: create a project."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from freehold.cli.console import handle_errors, print_problems, progress
from freehold.printing.model_generation import in_background

if TYPE_CHECKING:
    from collections.abc import Sequence

    from freehold.workbench.importing.checklist import Change
    from freehold.workbench.importing.request_names import RequestName

_NEXT = """
  cd {folder}
  make test    sets everything up, and runs the tests with two users
  make dev     run the service with a database
"""
_TABLES = """
  cd {folder}
  make check                                        sets everything up
  .venv/bin/freehold migrate new -m "Everything"    proposes a migration with the tables: review it
  make test                                         tests each operation with two users
  make dev                                          run the service with a database
"""
_STEPS = """
{count}. Then:

  cd {folder}
  make generate                                     sets everything up, and lists what is left to do
  .venv/bin/freehold migrate new -m "Everything"    proposes a migration with the tables: review it
  make test                                         tests each operation with two users
  make dev                                          run the service with a database
"""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "source",
    metavar="CONTRACT",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An existing OpenAPI contract: it is copied, with the files that it references.",
)
@click.option(
    "--apply/--no-apply",
    default=True,
    help="Whether the copied contract gets what needs no decision. The default is --apply.",
)
@handle_errors
def init(folder: Path, source: Path | None, *, apply: bool) -> None:
    """Create a project in DIR whose tests pass at once.

    It has a contract with one owned resource, the service, a migration, tests with two users, an example of
    an override, and a Makefile. Existing files are not overwritten.

    With --from, the copy of your contract gets what it lacks and needs no decision: resources, security
    requirements, operationIds. It lists these lines, and what is left to do, with the line and with what to
    write there. It makes no operation public.

    \b
    Example:
      freehold init shop && cd shop && make test
      freehold init shop --from openapi.yaml
    """
    with in_background(), progress("Creating the project ..."):
        from freehold.workbench import new_project

        created = new_project.create(folder, source, apply=apply)
    click.echo(f"wrote    {folder}/, a project with the contract {created.project.contract.name}. Next:")
    _print_changes(created.changes)
    for topic, steps in groupby(created.steps, key=lambda step: step.topic):
        click.secho(f"\n{topic}", bold=True)
        print_problems(step.problem for step in steps)
    if created.generated:
        print_problems(created.unwritten)
        _print_request_names(created.request_names)
        click.echo((_TABLES if source else _NEXT).format(folder=folder), nl=False)
        return
    count = f"{len(created.steps)} thing{'s' if len(created.steps) != 1 else ''} to do in the contract"
    click.echo(_STEPS.format(count=count, folder=folder), nl=False)


def _print_changes(changes: Sequence[Change]) -> None:
    if changes:
        click.secho("\nWritten into the copy of the contract", bold=True)
        click.echo()
    for change in changes:
        click.echo(f"{change.file}:{change.line}: {change.text}")
        click.echo(f"  {change.why}")


def _print_request_names(names: Sequence[RequestName]) -> None:
    if names:
        click.secho("\nRequests with a schema of their own in the served document", bold=True)
        click.echo()
    for name in names:
        click.echo(f"  {name.operation_id}: {name.served} instead of {name.written}")
