"""`freehold explain`: what the operations are, and what each asks of the database."""

import asyncio
import textwrap
from collections.abc import Sequence
from dataclasses import astuple, fields

import asyncpg
import click

from freehold.cli import error_codes as stories
from freehold.cli.completion import operation_ids
from freehold.cli.console import told
from freehold.database import query_plans
from freehold.database.service_statements import Statement
from freehold.ground.project import Project, current_project
from freehold.workbench import environment

_CODES = "codes"
_UP = "not known: run `freehold migrate up`, which makes the tables"


@click.command()
@click.argument("what", metavar="[OPERATION|CODE|codes]", required=False, shell_complete=operation_ids)
@told
def explain(what: str | None) -> None:
    """Explain the operations, one of them, or a problem.

    Without a word it lists the operations. Of one it tells which SQL it runs, with what, and by which index;
    of the code of a problem what it means, why it is refused, what is wrong and what is fine.

    The index is what PostgreSQL finds the rows by when there are many of them. It is asked where
    `freehold migrate` works: in the database of DATABASE_URL, or in the embedded one.

    \b
    Example:
      freehold explain
      freehold explain listTasks
      freehold explain FH305
      freehold explain codes        all codes
    """
    if what == _CODES:
        for code, title in stories.titles().items():
            click.echo(f"{code}  {title}")
    elif what is not None and stories.CODE.fullmatch(what):
        click.echo(stories.story(what.upper()), nl=False)
    else:
        _operations(what)


def _operations(operation: str | None) -> None:
    from freehold.workbench import operation_details as explaining

    project = current_project()
    if operation is None:
        summaries = explaining.table(project)
        heads = [field.name for field in fields(explaining.Summary)]
        _table([heads, *map(astuple, summaries)])
        return
    found = explaining.explain(project, operation)
    said = found.summary
    click.echo(f"{said.method} {said.path}")
    facts = {"kind": f"{said.kind} of {said.resource}", "owner": said.owner, "scopes": said.scopes}
    facts |= {"written": said.written, "answers": " ".join(found.statuses)}
    _table([("", name, value) for name, value in facts.items()])
    for one, by in zip(found.statements, _indexes(project, found.statements), strict=True):
        click.echo(f"\n{one.name}")
        if not one.sql:
            click.echo("  It takes values that only a request has: its SQL cannot be shown.")
            continue
        click.echo(textwrap.indent(explaining.formatted(one.sql), "  "))
        _table([("", f"${number}", *bind) for number, bind in enumerate(one.bound, 1)])
        kinds = ["index", *(what for what, _ in one.variants)]
        _table([("", *pair) for pair in zip(kinds, by, strict=True)])
    if not found.statements:
        click.echo("\nNo statement of its own.")


def _table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _indexes(project: Project, statements: Sequence[Statement]) -> list[list[str]]:
    """For each statement and its variants the index, or why nobody knows."""
    there = "DATABASE_URL" in environment.variables(project) or (project.state_folder / "postgres").is_dir()
    if not (there and statements):
        return [[_UP] * (1 + len(one.variants)) for one in statements]
    with environment.database_url(project) as url:
        return [asyncio.run(_found_by(url, one)) for one in statements]


async def _found_by(url: str, one: "Statement") -> list[str]:
    asked = [sql for sql in (one.sql, *(sql for _, sql in one.variants)) if sql]
    try:
        return await query_plans.indexes(url, one.table, one.owner, asked)
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
        return [_UP] * len(asked)
    except (asyncpg.PostgresError, OSError) as error:
        return [f"not known: {error}"] * len(asked)
