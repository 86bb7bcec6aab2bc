"""`freehold generate` and `freehold check`: from the contract to the code, and whether they agree."""

import signal
import sys
from contextlib import suppress

import click

from freehold import staleness
from freehold.cli.output import here, say, told


@click.command()
@click.option("--force", is_flag=True, help="Throw away what was edited by hand in generated/.")
@click.option("--watch", is_flag=True, help="Go on, and write it again whenever something changes.")
@told
def generate(force: bool, watch: bool) -> None:  # noqa: FBT001 - click passes them by name
    """Write generated/ from the contract: all of it or, when the contract is wrong, nothing.

    A generated file that somebody has edited is never overwritten, unless you say so: it is named, with
    the place where the edit belongs, and nothing is written.

    \b
    Example:
      freehold generate && git diff generated/
      freehold generate --watch
    """
    if not watch:
        _write(force=force)
        return
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell's background job would ignore the first
        signal.signal(ending, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _keep_writing(force=force)
    click.echo("\nStopped.")


def _write(*, force: bool) -> None:
    project = here()
    changes, problems = staleness.write(project, force=force)
    folder = project.generated.name
    for name in (*changes.missing, *changes.different):
        click.echo(f"wrote    {folder}/{name}")
    for name in changes.orphans:
        click.echo(f"removed  {folder}/{name}")
    if not changes:
        click.echo(f"{folder}/ is as the contract says: nothing to do.")
    say(problems)


def _keep_writing(*, force: bool) -> None:
    """Write, and again after each change; what is wrong is said, and waits for the next one."""
    from freehold import watching

    click.echo("Watching the contract, the overrides and pyproject.toml. Ctrl-C ends it.")
    for names in watching.changes(here()):
        click.echo("")
        for name in names:
            click.echo(f"changed  {name}")
        with suppress(SystemExit):
            told(_write)(force=force)


@click.command()
@click.option("--diff", is_flag=True, help="Show what `freehold generate` would change.")
@told
def check(diff: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Say whether generated/ is what the contract makes; exit with 1 when it is not.

    Of each file it says why: the contract has changed, Freehold itself has, somebody has edited it, it is
    missing, or it is no longer made. Of overrides/, what is missing and what no longer fits.

    \b
    Example, in CI:
      freehold check --diff
    """
    project = here()
    report = staleness.report(project)
    folder = project.generated.name
    for name, what in report.stale:
        click.echo(f"{folder}/{name} {what}")
    say(report.problems)
    if diff and report.difference:
        click.echo(f"\n{report.difference}", nl=False)
    if report.stale:
        first = "move the edits to where they belong, " if report.edited else ""
        click.secho(f"Stale: {first}run `freehold generate`, and look at the difference.", fg="red", err=True)
    if report.stale or report.problems:
        sys.exit(1)
    click.echo(f"{folder}/ is as the contract says.")
