"""The commands `freehold generate` and `freehold check`: write the generated code, or check it."""

import sys

import click

from freehold.cli import machine_formats
from freehold.cli.console import (
    format_option,
    handle_errors,
    interrupt_on_signals,
    print_changes,
    print_problems,
    progress,
    report_errors,
)
from freehold.cli.machine_formats import Outcome
from freehold.ground.problems import UsageError
from freehold.ground.project import Project, current_project
from freehold.printing.model_generation import in_background
from freehold.writing import check_report
from freehold.writing.check_report import Report


@click.command()
@click.option("--force", is_flag=True, help="Discard edits by hand in generated/.")
@click.option("--watch", is_flag=True, help="Keep running, and generate again on each change.")
@format_option
@handle_errors
def generate(force: bool, watch: bool, output_format: str) -> None:  # noqa: FBT001 - click passes them by name
    """Write generated/ from the contract, all files or none.

    Problems of the contract or of overrides/ are reported with file and line, and nothing is written.

    A generated file that was edited by hand is not overwritten without --force. It is reported with the place
    where the edit belongs, and nothing is written.

    \b
    Example:
      freehold generate && git diff generated/
      freehold generate --watch
    """
    if not watch:
        with in_background():
            _generate_once(force=force, output_format=output_format)
        return
    interrupt_on_signals()
    try:
        _generate_on_changes(force=force, output_format=output_format)
    except KeyboardInterrupt:
        click.echo("\nStopped.", err=output_format != "text")
        raise


def _generate_once(*, force: bool, output_format: str) -> None:
    from freehold.workbench import staleness

    project = current_project()
    with progress("Generating ..."):
        changes, problems = staleness.write(project, force=force)
    folder = project.generated.name
    if output_format != "text":
        wrote = tuple(f"{folder}/{name}" for name in changes.written)
        removed = tuple(f"{folder}/{name}" for name in changes.orphans)
        outcome = Outcome(tuple(problems), wrote=wrote, removed=removed)
        click.echo(machine_formats.render(output_format, outcome))
        return
    print_changes(folder, changes)
    if not changes:
        click.echo(f"{folder}/ is up to date: nothing to do.")
    print_problems(problems)


def _generate_on_changes(*, force: bool, output_format: str) -> None:
    """Generate now and after each change. Problems are printed, and the next change is awaited."""
    from freehold.workbench.development import watcher

    click.echo("Watching the contract, the overrides and pyproject.toml. Press Ctrl-C to stop.")
    for names in watcher.changes(current_project()):
        click.echo("")
        for name in names:
            click.echo(f"changed  {name}")
        report_errors(_generate_once)(force=force, output_format=output_format)


@click.command()
@click.option("--diff", is_flag=True, help="Show what `freehold generate` would change.")
@click.option("--strict", is_flag=True, help="Also exit with 1 for warnings.")
@click.option("--no-cache", is_flag=True, help="Check everything, also when nothing has changed.")
@format_option
@handle_errors
def check(
    diff: bool,  # noqa: FBT001 - click passes options by name
    strict: bool,  # noqa: FBT001 - click passes options by name
    no_cache: bool,  # noqa: FBT001 - click passes options by name
    output_format: str,
) -> None:
    """Check that generated/ is up to date with the contract.

    Exits with 1 when it is not, or when overrides/ does not match the contract.

    For each file it gives the reason: the contract has changed, Freehold has changed, the file was edited by
    hand, it is missing, or it is no longer generated. For overrides/ it reports what is missing or outdated.

    While nothing has changed since the last check, its result in .freehold/ is used, except where CI is set.

    \b
    Example, in CI:
      freehold check --diff
      freehold check --format sarif > freehold.sarif
    """
    if diff and output_format != "text":
        raise UsageError(f"--diff is for people: leave out either --diff or --format {output_format}.")
    project = current_project()
    report = (None if no_cache or diff else check_report.recall(project)) or _check(project)
    stale = tuple((f"{project.generated.name}/{name}", reason) for name, reason in report.stale)
    if output_format == "text":
        _print_report(report, stale, diff=diff)
    else:
        outcome = Outcome((*report.problems, *report.warnings), stale)
        click.echo(machine_formats.render(output_format, outcome))
    warning_count = strict and len(report.warnings)
    if warning_count and output_format == "text":
        count = f"{warning_count} warning{'s' if warning_count > 1 else ''}"
        click.secho(f"{count}, which --strict does not allow.", fg="red", err=True)
    if report.stale or report.problems or warning_count:
        sys.exit(1)
    if output_format == "text":
        click.echo(f"{project.generated.name}/ is up to date.")


def _check(project: Project) -> Report:
    from freehold.workbench import staleness

    with in_background(), progress("Comparing generated/ with the contract ..."):
        return staleness.report(project)


def _print_report(report: Report, stale: tuple[tuple[str, str], ...], *, diff: bool) -> None:
    for file, reason in stale:
        click.echo(f"{file} {reason}")
    print_problems((*report.problems, *report.warnings))
    if diff and report.difference:
        click.echo(f"\n{report.difference}", nl=False)
    if stale:
        first = "move the edits to where they belong, " if report.edited else ""
        click.secho(f"Stale: {first}run `freehold generate`, and review the diff.", fg="red", err=True)
