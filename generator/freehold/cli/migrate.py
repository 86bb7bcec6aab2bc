"""`freehold migrate`: the database follows the tables."""

import logging
import sys

import click
from typing_extensions import override

from freehold.cli.console import told
from freehold.ground.project import current_project
from freehold.workbench import environment


@click.group()
def migrate() -> None:
    """Bring the database to what the tables say. It is the one of DATABASE_URL, or the embedded one.

    \b
    Example:
      freehold migrate new -m "Tasks have a priority"
      freehold migrate up
    """


@migrate.command()
@click.option("-m", "--message", required=True, help="What changes, in a few words: it names the file.")
@told
def new(message: str) -> None:
    """Propose a revision, for you to read and to own.

    It is written into migrations/versions/, and says what the tables have and the database has not.

    \b
    Example:
      freehold migrate new -m "Tasks have a priority"
    """
    from freehold.database import migrations

    project = current_project()
    with environment.database_url(project) as url:
        file = migrations.new(project, url, message)
    if file is None:
        click.echo("The database has all that the tables say: nothing to migrate.")
    else:
        click.echo(f"wrote    {file.relative_to(project.root)}\nRead it, then run `freehold migrate up`.")


@migrate.command()
@told
def up() -> None:
    """Run every revision that has not run yet.

    \b
    Example:
      DATABASE_URL=postgresql://app@db.example.com/app freehold migrate up
    """
    _run("up")


@migrate.command()
@told
def down() -> None:
    """Take the last revision back.

    \b
    Example:
      freehold migrate down
    """
    _run("down")


@migrate.command("check")
@told
def check_migrations() -> None:
    """Say whether the database is what the tables say.

    It exits with 1 when it is not.

    \b
    Example, in CI:
      freehold migrate up && freehold migrate check
    """
    from freehold.database import migrations

    project = current_project()
    with environment.database_url(project) as url:
        try:
            migrations.check(project, url)
        except migrations.SchemaDrift as difference:
            click.echo(str(difference))
            click.secho("The database is not what the tables say.", fg="red", err=True)
            sys.exit(1)
    click.echo("The database is what the tables say.")


def _run(direction: str) -> None:
    from freehold.database import migrations

    project = current_project()
    log = logging.getLogger("alembic.runtime.migration")
    log.addHandler(_Echo())
    with environment.database_url(project) as url:
        getattr(migrations, direction)(project, url)
    click.echo("Done.")


class _Echo(logging.Handler):
    """Prints which revisions run, and nothing else that Alembic logs."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.msg.startswith("Running"):
            click.echo(record.getMessage())
