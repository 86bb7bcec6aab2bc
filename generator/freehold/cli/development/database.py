"""The commands `freehold database`, `seed` and `run`: look into the database, fill it, work on it."""

import sys
from collections.abc import Sequence

import click

from freehold.cli.console import handle_errors, progress
from freehold.cli.development.foreground import run_in_foreground
from freehold.cli.development.opening import open_database
from freehold.database import postgres_programs
from freehold.ground.problems import ExternalError, UsageError
from freehold.ground.project import Project, current_project
from freehold.workbench import environment
from freehold.workbench.development import development_database

_SEEDS, _PYTHON = "seeds.py", "python"


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
    with open_database(current_project()) as address:
        status = run_in_foreground([postgres_programs.shell_path(), address, *arguments])
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
    with open_database(project) as address:
        with progress("Applying the migrations ..."):
            migrations.up(project, address)
        status = _run(project, address, (_PYTHON, _SEEDS))
    if status:
        raise ExternalError(f"{_SEEDS} exited with status {status}.")


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("program", nargs=-1, required=True, type=click.UNPROCESSED, metavar="PROGRAM [ARGUMENTS]...")
@handle_errors
def run(program: tuple[str, ...]) -> None:
    """Run a program with the settings of the service, such as a job.

    It runs in the folder of the project. The database is that of DATABASE_URL or, without it, the embedded
    one, as under `freehold dev`. `python` is the interpreter of this command.

    \b
    Example:
      freehold run python -m jobs.remind alice
    """
    project = current_project()
    with open_database(project) as address:
        status = _run(project, address, program)
    sys.exit(status)


def _run(project: Project, address: str, program: Sequence[str]) -> int:
    """Run a program to its end, and return its exit status."""
    command = [sys.executable if program[0] == _PYTHON else program[0], *program[1:]]
    return run_in_foreground(command, project.root, environment.service_settings(project, address))
