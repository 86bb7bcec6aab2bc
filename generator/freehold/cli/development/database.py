"""The commands `freehold database` and `freehold seed`: look into the database, fill it, begin anew."""

import os
import subprocess
import sys

import click

from freehold.cli.console import handle_errors, progress
from freehold.database import postgres_programs
from freehold.ground.problems import ExternalError, UsageError
from freehold.ground.project import Project, current_project
from freehold.workbench import environment
from freehold.workbench.development import development_database

_SEEDS = "seeds.py"


@click.group()
def database() -> None:
    """Look into the database, or begin it anew.

    It is that of DATABASE_URL or, without it, the embedded one.

    \b
    Example:
      freehold database shell
      freehold database shell -c "SELECT count(*) FROM tasks"
      freehold database reset && freehold seed
    """


@database.command()
@handle_errors
def url() -> None:
    """Print the URL of the database, for psql and other tools.

    The embedded PostgreSQL has one while `freehold dev` or another command runs it.

    \b
    Example:
      psql "$(freehold database url)"
    """
    address = environment.running_database_url(current_project())
    if address is None:
        raise UsageError(
            "The embedded PostgreSQL does not run: start `freehold dev`, or use `freehold database shell`."
        )
    click.echo(address)


@database.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF PSQL]...")
@handle_errors
def shell(arguments: tuple[str, ...]) -> None:
    """Open psql on the database.

    \b
    Example:
      freehold database shell
      freehold database shell -c "SELECT * FROM tasks LIMIT 5"
    """
    with environment.database_url(current_project()) as address:
        program = [postgres_programs.shell_path(), address, *arguments]
        status = subprocess.run(program, check=False).returncode  # noqa: S603 - psql, as the user asks
    sys.exit(status)


@database.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@handle_errors
def reset(yes: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Delete the rows of the embedded database, and create its tables anew.

    A database of DATABASE_URL is never deleted.

    \b
    Example:
      freehold database reset && freehold seed
    """
    project = current_project()
    development_database.require_embedded(project)
    if not yes:
        click.confirm(f"Delete all rows of the database of {project.root.name}?", abort=True)
    with progress("Creating the database ..."):
        development_database.reset(project)
    click.echo("The database is empty, with all migrations applied.")


@click.command()
@handle_errors
def seed() -> None:
    """Run seeds.py, which fills the database for development.

    It runs in the folder of the project, with all migrations applied and with the settings of the service.
    Write it so that it can run again: look for a row before you create it.

    \b
    Example:
      freehold seed
      freehold database reset && freehold seed
    """
    from freehold.database import migrations

    project = current_project()
    if not (project.root / _SEEDS).is_file():
        raise UsageError(
            f"{_SEEDS} does not exist. Write it beside pyproject.toml: a program that opens the service with"
            " `open_service()` of generated.runtime and creates rows with its repositories."
        )
    with environment.database_url(project) as address:
        with progress("Applying the migrations ..."):
            migrations.up(project, address)
        status = _run_seeds(project, address)
    if status:
        raise ExternalError(f"{_SEEDS} exited with status {status}.")


def _run_seeds(project: Project, address: str) -> int:
    settings = os.environ | environment.service_settings(project, address)
    command = [sys.executable, _SEEDS]
    return subprocess.run(command, cwd=project.root, env=settings, check=False).returncode  # noqa: S603
