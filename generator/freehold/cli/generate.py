"""`freehold generate` and `freehold check`: from the contract to the code, and whether they agree."""

import signal
import sys
from contextlib import suppress

import click

from freehold.cli import machine_formats
from freehold.cli.console import form_option, say, told
from freehold.ground.problems import UsageError
from freehold.ground.project import current_project
from freehold.workbench import staleness


@click.command()
@click.option("--force", is_flag=True, help="Throw away what was edited by hand in generated/.")
@click.option("--watch", is_flag=True, help="Go on, and write it again whenever something changes.")
@form_option
@told
def generate(force: bool, watch: bool, form: str) -> None:  # noqa: FBT001 - click passes them by name
    """Write generated/ from the contract: all of it or nothing.

    When something is wrong with the contract or with overrides/, it is told with its place.

    A generated file that somebody has edited is never overwritten, unless you say so: it is named, with
    the place where the edit belongs, and nothing is written.

    \b
    Example:
      freehold generate && git diff generated/
      freehold generate --watch
    """
    if not watch:
        _write(force=force, form=form)
        return
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell's background job would ignore the first
        signal.signal(ending, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _keep_writing(force=force, form=form)
    click.echo("\nStopped.", err=form != "text")


def _write(*, force: bool, form: str) -> None:
    project = current_project()
    changes, problems = staleness.write(project, force=force)
    folder = project.generated.name
    wrote = tuple(f"{folder}/{name}" for name in (*changes.missing, *changes.different))
    removed = tuple(f"{folder}/{name}" for name in changes.orphans)
    if form != "text":
        click.echo(
            machine_formats.render(
                form, machine_formats.Outcome(tuple(problems), wrote=wrote, removed=removed)
            )
        )
        return
    for name in wrote:
        click.echo(f"wrote    {name}")
    for name in removed:
        click.echo(f"removed  {name}")
    if not changes:
        click.echo(f"{folder}/ is as the contract says: nothing to do.")
    say(problems)


def _keep_writing(*, force: bool, form: str) -> None:
    """Write, and again after each change; what is wrong is said, and waits for the next one."""
    from freehold.workbench import watcher

    click.echo("Watching the contract, the overrides and pyproject.toml. Ctrl-C ends it.")
    for names in watcher.changes(current_project()):
        click.echo("")
        for name in names:
            click.echo(f"changed  {name}")
        with suppress(SystemExit):
            told(_write)(force=force, form=form)


@click.command()
@click.option("--diff", is_flag=True, help="Show what `freehold generate` would change.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
@form_option
@told
def check(diff: bool, strict: bool, form: str) -> None:  # noqa: FBT001 - click passes it by name
    """Say whether generated/ is what the contract makes.

    It exits with 1 when it is not, or when overrides/ does not fit.

    Of each file it says why: the contract has changed, Freehold itself has, somebody has edited it, it is
    missing, or it is no longer made. Of overrides/, what is missing and what no longer fits.

    \b
    Example, in CI:
      freehold check --diff
      freehold check --format sarif > freehold.sarif
    """
    if diff and form != "text":
        raise UsageError(f"--diff is for people to read: leave it out, or --format {form}.")
    project = current_project()
    found = staleness.report(project)
    stale = tuple((f"{project.generated.name}/{name}", what) for name, what in found.stale)
    if form == "text":
        _print(found, stale, diff=diff)
    else:
        click.echo(
            machine_formats.render(form, machine_formats.Outcome((*found.problems, *found.warnings), stale))
        )
    refused = strict and len(found.warnings)
    if refused and form == "text":
        click.secho(f"{refused} warning{'s' if refused > 1 else ''}, and --strict.", fg="red", err=True)
    if found.stale or found.problems or refused:
        sys.exit(1)
    if form == "text":
        click.echo(f"{project.generated.name}/ is as the contract says.")


def _print(found: staleness.Report, stale: tuple[tuple[str, str], ...], *, diff: bool) -> None:
    for file, what in stale:
        click.echo(f"{file} {what}")
    say((*found.problems, *found.warnings))
    if diff and found.difference:
        click.echo(f"\n{found.difference}", nl=False)
    if stale:
        first = "move the edits to where they belong, " if found.edited else ""
        click.secho(f"Stale: {first}run `freehold generate`, and look at the difference.", fg="red", err=True)
