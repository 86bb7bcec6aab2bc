"""The command `freehold explain`: list operations, explain one with its SQL, or explain a problem code."""

import asyncio
import textwrap
from collections.abc import Sequence
from dataclasses import astuple, fields

import asyncpg
import click

from freehold.cli import error_codes
from freehold.cli.console import handle_errors, print_table, progress
from freehold.cli.development.completion import operation_ids
from freehold.database import query_plans
from freehold.database.service_statements import Statement
from freehold.ground.project import Project, current_project
from freehold.workbench import environment

_CODES = "codes"
_READING = "Reading the contract and the code ..."
_NOT_JUDGED = (
    "The routes and the middleware of {} are outside of the isolation guarantee: Freehold does not judge\n"
    "them, and they are not in the served document."
)
_NOT_MIGRATED = "unknown: run `freehold migrate up` to create the tables"


@click.command()
@click.argument("subject", metavar="[OPERATION|CODE|codes]", required=False, shell_complete=operation_ids)
@handle_errors
def explain(subject: str | None) -> None:
    """Explain the operations, one of them, or a problem code.

    Without an argument it lists the operations. For an operation it shows the SQL, the bound parameters and
    the indexes used; for a problem code the meaning, the reason, a wrong example and a correct one.

    The index is the one by which PostgreSQL finds the rows of a large table. It is looked up in the database
    that `freehold migrate` uses: that of DATABASE_URL, or the embedded one.

    \b
    Example:
      freehold explain
      freehold explain listTasks
      freehold explain FH305
      freehold explain codes        all codes
    """
    if subject == _CODES:
        for code, title in error_codes.titles().items():
            click.echo(f"{code}  {title}")
    elif subject is not None and error_codes.CODE.fullmatch(subject):
        click.echo(error_codes.error_page(subject.upper()), nl=False)
    else:
        _explain_operations(subject)


def _explain_operations(operation_id: str | None) -> None:
    from freehold.workbench import operation_details

    project = current_project()
    if operation_id is None:
        headers = [field.name for field in fields(operation_details.Summary)]
        with progress(_READING):
            extensions = operation_details.extensions(project)
            rows = [*map(astuple, (*operation_details.summaries(project), *extensions))]
        print_table([headers, *rows])
        if extensions:
            click.echo(f"\n{_NOT_JUDGED.format(extensions[0].implementation)}")
        return
    with progress(_READING):
        details = operation_details.details(project, operation_id)
    summary = details.summary
    click.echo(f"{summary.method} {summary.path}")
    facts = {"kind": f"{summary.kind} of {summary.resource}", "owner": summary.owner}
    facts |= {"scopes": summary.scopes, "implementation": summary.implementation}
    facts |= {"responses": " ".join(details.statuses)}
    print_table([("", name, value) for name, value in facts.items()])
    with progress("Asking the database which indexes it uses ..."):
        used_indexes = _used_indexes(project, details.statements)
    for statement, indexes in zip(details.statements, used_indexes, strict=True):
        click.echo(f"\n{statement.name}")
        if not statement.sql:
            click.echo("  The SQL depends on values of the request and cannot be shown.")
            continue
        click.echo(textwrap.indent(operation_details.format_sql(statement.sql), "  "))
        print_table([("", f"${number}", *bind) for number, bind in enumerate(statement.parameters, 1)])
        labels = ["index", *(label for label, _ in statement.variants)]
        print_table([("", *row) for row in zip(labels, indexes, strict=True)])
    if not details.statements:
        click.echo("\nIt runs no statement of its own.")


def _used_indexes(project: Project, statements: Sequence[Statement]) -> list[list[str]]:
    """Return for each statement and its variants the indexes used, or why they are unknown."""
    has_database = "DATABASE_URL" in environment.variables(project) or (
        (project.state_folder / "postgres").is_dir()
    )
    if not (has_database and statements):
        return [[_NOT_MIGRATED] * (1 + len(statement.variants)) for statement in statements]
    with environment.database_url(project) as url:
        return [asyncio.run(_look_up_indexes(url, statement)) for statement in statements]


async def _look_up_indexes(url: str, statement: Statement) -> list[str]:
    queries = [sql for sql in (statement.sql, *(sql for _, sql in statement.variants)) if sql]
    try:
        return await query_plans.used_indexes(url, statement.table, statement.owner_column, queries)
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
        return [_NOT_MIGRATED] * len(queries)
    except (asyncpg.PostgresError, OSError) as error:
        return [f"unknown: {error}"] * len(queries)
