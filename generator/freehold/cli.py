"""The command `freehold`: prints what happened, sets the exit code, decides nothing.

0: fine. 1: the thing that was checked does not hold. 2: wrong use. 70: a fault of Freehold itself.
"""

import logging
import os
import signal
import sys
from pathlib import Path

import click
from typing_extensions import override

from freehold import console, environment, explain, project, report, staleness
from freehold.console import form_option, say, told
from freehold.problems import UsageError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="freehold")
@click.pass_context
def main(context: click.Context) -> None:
    """Turn an OpenAPI contract into a service in which no user reaches another user's rows.

    \b
    Example:
      freehold dev                          run the service, with a database
      freehold check                        is generated/ what the contract says?
      freehold generate                     make it so
      freehold migrate new -m "Priority"    propose a migration for what changed
      freehold migrate up                   and run it
      freehold explain FH305                what a problem means
    """
    console.prepare(context)


@main.command()
@click.option("--force", is_flag=True, help="Throw away what was edited by hand in generated/.")
@form_option
@told
def generate(force: bool, form: str) -> None:  # noqa: FBT001 - click passes it by name
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
    wrote = tuple(f"{folder}/{name}" for name in (*changes.missing, *changes.different))
    removed = tuple(f"{folder}/{name}" for name in changes.orphans)
    if form != "text":
        click.echo(report.render(form, report.Outcome(tuple(problems), wrote=wrote, removed=removed)))
        return
    for name in wrote:
        click.echo(f"wrote    {name}")
    for name in removed:
        click.echo(f"removed  {name}")
    if not changes:
        click.echo(f"{folder}/ is as the contract says: nothing to do.")
    say(problems)


@main.command()
@click.option("--diff", is_flag=True, help="Show what `freehold generate` would change.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
@form_option
@told
def check(diff: bool, strict: bool, form: str) -> None:  # noqa: FBT001 - click passes it by name
    """Say whether generated/ is what the contract makes; exit with 1 when it is not.

    Of each file it says why: the contract has changed, Freehold itself has, somebody has edited it, it is
    missing, or it is no longer made. Of overrides/, what is missing and what no longer fits.

    \b
    Example, in CI:
      freehold check --diff
      freehold check --format sarif > freehold.sarif
    """
    if diff and form != "text":
        raise UsageError(f"--diff is for people to read: leave it out, or --format {form}.")
    here = _project()
    found = staleness.report(here)
    stale = tuple((f"{here.generated.name}/{name}", what) for name, what in found.stale)
    if form == "text":
        _print(found, stale, diff=diff)
    else:
        click.echo(report.render(form, report.Outcome((*found.problems, *found.warnings), stale)))
    refused = strict and len(found.warnings)
    if refused and form == "text":
        click.secho(f"{refused} warning{'s' if refused > 1 else ''}, and --strict.", fg="red", err=True)
    if found.stale or found.problems or refused:
        sys.exit(1)
    if form == "text":
        click.echo(f"{here.generated.name}/ is as the contract says.")


def _print(found: staleness.Report, stale: tuple[tuple[str, str], ...], *, diff: bool) -> None:
    for file, what in stale:
        click.echo(f"{file} {what}")
    say((*found.problems, *found.warnings))
    if diff and found.difference:
        click.echo(f"\n{found.difference}", nl=False)
    if stale:
        first = "move the edits to where they belong, " if found.edited else ""
        click.secho(f"Stale: {first}run `freehold generate`, and look at the difference.", fg="red", err=True)


@main.command("explain")
@click.argument("code", required=False)
@told
def explain_code(code: str | None) -> None:
    """Tell what the code of a problem means: why it is refused, what is wrong, what is fine.

    \b
    Example:
      freehold explain FH305
      freehold explain              all codes
    """
    if code is not None:
        click.echo(explain.story(code.upper()), nl=False)
        return
    for known, title in explain.titles().items():
        click.echo(f"{known}  {title}")


@main.command()
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where to listen."
)
@click.option(
    "--stop-with-parent", is_flag=True, hidden=True, help="Stop when the parent process ends, as make."
)
@told
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
@told
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
@told
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
