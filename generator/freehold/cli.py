"""The command `freehold`: prints what happened, sets the exit code, decides nothing.

0: fine. 1: the thing that was checked does not hold. 2: wrong use.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click
from typing_extensions import override

from freehold import environment, project, staleness
from freehold.postgres import PostgresError
from freehold.problems import ContractError, Failed, Problem, UsageError

P = ParamSpec("P")


def _told(command: Callable[P, None]) -> Callable[P, None]:
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


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="freehold")
def main() -> None:
    """Turn an OpenAPI contract into a service in which no user reaches another user's rows.

    \b
    Example:
      freehold dev                          run the service, with a database
      freehold check                        is generated/ what the contract says?
      freehold generate                     make it so
      freehold migrate new -m "Priority"    propose a migration for what changed
      freehold migrate up                   and run it
    """


@main.command()
@click.option("--force", is_flag=True, help="Throw away what was edited by hand in generated/.")
@_told
def generate(force: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Write generated/ from the contract: all of it or, when the contract is wrong, nothing.

    A generated file that somebody has edited is never overwritten, unless you say so: it is named, with
    the place where the edit belongs, and nothing is written.

    \b
    Example:
      freehold generate && git diff generated/
    """
    here = _project()
    changes, problems = staleness.write(here, force=force)
    folder = here.generated.name
    for name in (*changes.missing, *changes.different):
        click.echo(f"wrote    {folder}/{name}")
    for name in changes.orphans:
        click.echo(f"removed  {folder}/{name}")
    if not changes:
        click.echo(f"{folder}/ is as the contract says: nothing to do.")
    _say(problems)


@main.command()
@click.option("--diff", is_flag=True, help="Show what `freehold generate` would change.")
@_told
def check(diff: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Say whether generated/ is what the contract makes; exit with 1 when it is not.

    Of each file it says why: the contract has changed, Freehold itself has, somebody has edited it, it is
    missing, or it is no longer made. Of overrides/, what is missing and what no longer fits.

    \b
    Example, in CI:
      freehold check --diff
    """
    here = _project()
    report = staleness.report(here)
    folder = here.generated.name
    for name, what in report.stale:
        click.echo(f"{folder}/{name} {what}")
    _say(report.problems)
    if diff and report.difference:
        click.echo(f"\n{report.difference}", nl=False)
    if report.stale:
        first = "move the edits to where they belong, " if report.edited else ""
        click.secho(f"Stale: {first}run `freehold generate`, and look at the difference.", fg="red", err=True)
    if report.stale or report.problems:
        sys.exit(1)
    click.echo(f"{folder}/ is as the contract says.")


@main.command()
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where to listen."
)
@click.option(
    "--stop-with-parent", is_flag=True, hidden=True, help="Stop when the parent process ends, as make."
)
@_told
def dev(port: int, stop_with_parent: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Run the service for development: database, migrations, a server that reloads.

    The database is an embedded PostgreSQL whose data stays in .freehold/, or the one of DATABASE_URL.

    \b
    Example:
      freehold dev --port 8123
    """
    from freehold import dev as development

    here = _project()
    parent = os.getppid() if stop_with_parent else None
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell's background job would ignore the first
        signal.signal(ending, signal.default_int_handler)
    try:
        with development.serving(here, port, click.echo) as running:
            click.echo(development.greeting(here, running))
            status = development.wait(running, parent=parent)
    except KeyboardInterrupt:
        click.echo("\nStopped.")
        return
    if status:
        raise UsageError(f"The server ended with status {status}; what it printed above says why.")


@main.command()
@click.option("--sub", required=True, help="Whose token: the user id that becomes the owner of rows.")
@click.option(
    "--ttl", default=86400, show_default=True, type=click.IntRange(1), help="Seconds until it expires."
)
@click.option(
    "--claim",
    multiple=True,
    metavar="NAME=VALUE",
    help="Something else that it says: org_id=acme.",
)
@click.option("--scope", multiple=True, help="What the user may do: tasks:write. May be given again.")
@_told
def token(sub: str, ttl: int, claim: tuple[str, ...], scope: tuple[str, ...]) -> None:
    """Print a development token, signed with BETTER_AUTH_SECRET or with the secret of `freehold dev`.

    \b
    Example:
      curl -H "Authorization: Bearer $(freehold token --sub alice)" http://127.0.0.1:8000/api/tasks
    """
    from freehold import tokens

    claims = dict(map(_pair, claim)) | ({"scope": " ".join(scope)} if scope else {})
    click.echo(tokens.sign(environment.secret(_project()), sub, ttl, claims))


def _pair(claim: str) -> tuple[str, str]:
    name, sign, value = claim.partition("=")
    if not (name and sign and value):
        raise UsageError(f"{claim!r} is no claim: write --claim org_id=acme.")
    return name, value


@main.group()
def migrate() -> None:
    """Bring the database to what the tables say. It is the one of DATABASE_URL, or the embedded one.

    \b
    Example:
      freehold migrate new -m "Tasks have a priority"
      freehold migrate up
    """


@migrate.command()
@click.option("-m", "--message", required=True, help="What changes, in a few words: it names the file.")
@_told
def new(message: str) -> None:
    """Propose a revision in migrations/versions/, for you to read and to own.

    \b
    Example:
      freehold migrate new -m "Tasks have a priority"
    """
    from freehold import migrations

    here = _project()
    with environment.database(here) as url:
        file = migrations.new(here, url, message)
    if file is None:
        click.echo("The database has all that the tables say: nothing to migrate.")
    else:
        click.echo(f"wrote    {file.relative_to(here.root)}\nRead it, then run `freehold migrate up`.")


@migrate.command()
@_told
def up() -> None:
    """Run every revision that has not run yet.

    \b
    Example:
      DATABASE_URL=postgresql://app@db.example.com/app freehold migrate up
    """
    _run("up")


@migrate.command()
@_told
def down() -> None:
    """Take the last revision back.

    \b
    Example:
      freehold migrate down
    """
    _run("down")


@migrate.command("check")
@_told
def check_migrations() -> None:
    """Say whether the database is what the tables say; exit with 1 when it is not.

    \b
    Example, in CI:
      freehold migrate up && freehold migrate check
    """
    from freehold import migrations

    here = _project()
    with environment.database(here) as url:
        try:
            migrations.check(here, url)
        except migrations.Differs as difference:
            click.echo(str(difference))
            click.secho("The database is not what the tables say.", fg="red", err=True)
            sys.exit(1)
    click.echo("The database is what the tables say.")


def _run(direction: str) -> None:
    from freehold import migrations

    here = _project()
    log = logging.getLogger("alembic.runtime.migration")
    log.addHandler(_Echo())
    with environment.database(here) as url:
        getattr(migrations, direction)(here, url)
    click.echo("Done.")


class _Echo(logging.Handler):
    """Prints which revisions run, and nothing else that Alembic logs."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.msg.startswith("Running"):
            click.echo(record.getMessage())


def _project() -> project.Project:
    return project.find(Path.cwd())


def _say(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(f"\n{problem}")
