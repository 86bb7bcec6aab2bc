"""The command `freehold prove`: prove that each statement reaches the rows of its owner only."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from freehold.cli import machine_formats
from freehold.cli.console import format_option, handle_errors, print_problems, print_table, progress
from freehold.cli.machine_formats import Outcome
from freehold.ground.problems import Level, Problem
from freehold.ground.project import current_project
from freehold.proof import Entry, Report, Verdict
from freehold.proof import prove as prove_project

_READERS = {
    "read: anybody": "read: anybody, so everybody reads the rows of all owners",
    "read: signed-in": "read: signed-in, so every caller with a token reads the rows of all owners",
}
_PROOFS = {
    "shared": "no owner: all users share its rows",
    "existence": "foreign: forbidden, or a declared 403: returns no column",
    "reaches": "none: see below",
    "unproven": "none: see below",
}


@click.command()
@click.option("--allow-unproven", is_flag=True, help="Exit with 0 for code that cannot be judged.")
@format_option
@handle_errors
def prove(allow_unproven: bool, output_format: str) -> None:  # noqa: FBT001 - click passes it by name
    """Prove that each statement reaches the rows of its owner only.

    Every statement of generated/ and overrides/ is compiled in all of its shapes (sort orders, filters,
    cursors, changed properties) and parsed by PostgreSQL's own parser. Wherever a query level reads or
    writes a table with an owner, `owner = $n` must be among the conditions that all hold, with the owner of
    the token bound to `$n`. An INSERT must set the owner to `$n`, and an UPDATE must not set it. Functions,
    operators and types must be those of PostgreSQL that depend on their arguments only, or `functions` of
    [tool.freehold].

    This shares no code with the check that the service itself does before it runs a statement. It imports
    the service, runs none of its statements, and needs no database.

    Code that no proof covers is listed as not proven: routes and connections of your own, private names of
    the runtime, values that are kept between requests, statements whose arguments cannot be listed.

    It also reports a status that an override raises and its operation does not declare (FH853).

    Exits with 1 for a statement that could reach a row of another owner (FH850), and for code that is not
    proven (FH851, FH852), unless --allow-unproven is given. Review that code by hand, then.

    \b
    Example:
      freehold prove
      freehold prove --allow-unproven
      freehold prove --format sarif > freehold.sarif
    """
    with progress("Collecting and judging the statements ..."):
        report = prove_project(current_project())
    unproven = (_problem(entry, allow_unproven=allow_unproven) for entry in report.unproven)
    problems = (*unproven, *report.undeclared)
    if output_format == "text":
        _print_report(report, problems)
    else:
        statements = tuple(asdict(entry) for entry in report.statements)
        click.echo(machine_formats.render(output_format, Outcome(problems, statements=statements)))
    if any(problem.level == "error" for problem in problems):
        sys.exit(1)


def _print_report(report: Report, problems: Sequence[Problem]) -> None:
    print_table([("operation", "statement", "tables", "shapes", "proof"), *map(_row, report.statements)])
    print_problems(problems)
    counts = Counter(entry.verdict for entry in report.entries)
    shapes = sum(entry.shapes for entry in report.statements)
    click.echo(f"\n{len(report.statements)} statements in {shapes} shapes. {_summary(counts)}")
    if problems:
        codes = " ".join(sorted({problem.code for problem in problems}))
        click.echo(f"`freehold explain CODE` explains each of: {codes}", err=True)


def _summary(counts: Mapping[Verdict, int]) -> str:
    if counts["reaches"] or counts["unproven"]:
        reaching = f"{counts['reaches']} could reach rows of other owners"
        return f"{reaching}, {counts['unproven']} places are not proven."
    if counts["readable"]:
        open_to_others = f"{counts['readable']} read rows that others may read, too"
        return f"Each of them reaches the rows of its owner only; {open_to_others}."
    return "Each of them reaches the rows of its owner only."


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        ", ".join(entry.operations) or "-",
        entry.name,
        ", ".join(entry.tables) or "-",
        str(entry.shapes),
        _proof(entry),
    )


def _proof(entry: Entry) -> str:
    if entry.verdict == "shared" and entry.is_public:
        return "no owner: everybody reads its rows (x-public)"
    if entry.verdict == "readable":
        return "; ".join(_READERS.get(text, text) for text in entry.evidence)
    return _PROOFS.get(entry.verdict) or "; ".join(entry.evidence)


def _problem(entry: Entry, *, allow_unproven: bool) -> Problem:
    """An entry that is not proven, as a problem at its line."""
    reasons = "; ".join(entry.reasons)
    source = _source_line(entry)
    column = len(source) - len(source.lstrip()) + 1
    if entry.verdict == "reaches":
        message = f"{entry.name} could reach rows of other owners: {reasons}"
        return Problem(entry.file, entry.line, column, message, entry.fix, source, "FH850")
    level: Level = "warning" if allow_unproven else "error"
    message = f"{entry.name} is not proven: {reasons}"
    code = "FH851" if entry.is_statement else "FH852"
    return Problem(entry.file, entry.line, column, message, entry.fix, source, code, level)


def _source_line(entry: Entry) -> str:
    try:
        lines = Path(entry.file).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    return lines[entry.line - 1] if entry.line <= len(lines) else ""
