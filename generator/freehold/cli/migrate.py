"""The command `freehold migrate`: create, apply, revert and check migrations."""

import logging
import sys

import click
from typing_extensions import override

from freehold.cli.console import handle_errors, progress
from freehold.cli.development.opening import open_database
from freehold.ground.project import current_project

_COMPARING = "Comparing the tables with the database ..."


@click.group()
def migrate() -> None:
    """Migrate the database: that of DATABASE_URL, or the embedded one.

    \b
    Example:
      freehold migrate new -m "Tasks have a priority"
      freehold migrate up
    """


@migrate.command()
@click.option(
    "-m", "--message", required=True, help="A short description, which becomes part of the file name."
)
@click.option(
    "--rename",
    "renames",
    multiple=True,
    metavar="OLD=NEW",
    help="A table or a column with another name: todos=tasks, tasks.note=remark. Repeatable.",
)
@click.option("--drop", is_flag=True, help="Drop also tables and columns that could have been renamed.")
@click.option(
    "--online", is_flag=True, help="Make indexes and constraints in steps that block nobody for long."
)
@handle_errors
def new(message: str, renames: tuple[str, ...], *, drop: bool, online: bool) -> None:
    """Propose a revision with the changes that the database lacks.

    It is written into migrations/versions/. Review it: from then on it is yours to edit. What only a
    person can decide is printed instead, and nothing is written.

    \b
    Example:
      freehold migrate new -m "Tasks have a priority"
    """
    from freehold.database import migrations
    from freehold.database.schema.renames import parse_rename

    project, parsed = current_project(), [parse_rename(text) for text in renames]
    with open_database(project) as url:
        try:
            with progress(_COMPARING):
                revision = migrations.new(project, url, message, renames=parsed, drop=drop, online=online)
        except migrations.ProposalRefused as refused:
            click.echo(str(refused))
            click.secho("No revision was written: decide this first.", fg="red", err=True)
            sys.exit(1)
    if revision is None:
        click.echo("The database schema is up to date: nothing to migrate.")
        return
    for warning in revision.warnings:
        click.secho(f"warning  {warning}", fg="yellow")
    click.echo(
        f"wrote    {revision.file.relative_to(project.root)}\nReview it, then run `freehold migrate up`."
    )


@migrate.command()
@handle_errors
def up() -> None:
    """Apply all pending revisions.

    \b
    Example:
      DATABASE_URL=postgresql://app@db.example.com/app freehold migrate up
    """
    _apply("up")


@migrate.command()
@handle_errors
def down() -> None:
    """Revert the last revision.

    \b
    Example:
      freehold migrate down
    """
    _apply("down")


@migrate.command("check")
@handle_errors
def check_migrations() -> None:
    """Check that the database schema is up to date with the tables.

    Exits with 1 when it is not.

    \b
    Example, in CI:
      freehold migrate up && freehold migrate check
    """
    from freehold.database import migrations

    project = current_project()
    with open_database(project) as url:
        try:
            with progress(_COMPARING):
                notes = migrations.check(project, url)
        except migrations.SchemaDrift as drift:
            click.echo(str(drift))
            click.secho("The database schema is not up to date.", fg="red", err=True)
            sys.exit(1)
    for note in notes:
        click.secho(f"note     {note}", fg="yellow")
    click.echo("The database schema is up to date.")


def _apply(direction: str) -> None:
    from freehold.database import migrations

    project = current_project()
    log = logging.getLogger("alembic.runtime.migration")
    log.addHandler(_RevisionEcho())
    with open_database(project) as url:
        getattr(migrations, direction)(project, url)
    click.echo("Done.")


class _RevisionEcho(logging.Handler):
    """Prints the revisions that run, and nothing else that Alembic logs."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.msg.startswith("Running"):
            click.echo(record.getMessage())
