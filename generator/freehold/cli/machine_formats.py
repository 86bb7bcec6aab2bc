"""Renders the outcome of a command for programs: as JSON, GitHub workflow commands, or SARIF."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from freehold.cli import error_codes
from freehold.ground.problems import Problem

_FIELDS = {  # the key in JSON, and the attribute of a problem
    name: "message" if name == "what" else name
    for name in ("code", "level", "file", "line", "column", "what", "fix")
}


@dataclass(frozen=True)
class Outcome:
    """What a command found and changed. Paths are relative to the current folder."""

    problems: tuple[Problem, ...] = ()
    stale: tuple[tuple[str, str], ...] = ()
    """Each generated file that is not up to date, and the reason."""
    wrote: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    statements: tuple[Mapping[str, object], ...] | None = None
    """The statements that a proof has judged; None for other commands."""


def render(output_format: str, outcome: Outcome) -> str:
    """Render an outcome in one of FORMATS other than text."""
    return _RENDER[output_format](outcome)


def _json(outcome: Outcome) -> str:
    document: dict[str, object] = {
        "problems": [
            {key: getattr(problem, name) for key, name in _FIELDS.items()} for problem in outcome.problems
        ],
        "stale": [{"file": file, "what": what} for file, what in outcome.stale],
        "wrote": outcome.wrote,
        "removed": outcome.removed,
    }
    if outcome.statements is not None:
        document["statements"] = outcome.statements
    return json.dumps(document, indent=2)


def _github(outcome: Outcome) -> str:
    """Workflow commands: GitHub shows each problem beside the line that it is about."""
    return "\n".join(map(_workflow_command, _all_problems(outcome)))


def _workflow_command(problem: Problem) -> str:
    fields = {
        "file": Path(problem.file).as_posix(),
        "line": str(problem.line),
        "col": str(problem.column),
        "title": problem.code,
    }
    properties = ",".join(f"{name}={_escape_property(value)}" for name, value in fields.items())
    return f"::{problem.level} {properties}::{_escape_data(_message(problem))}"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(outcome: Outcome) -> str:
    """SARIF 2.1.0 (OASIS): one run, its rules, and a result for each problem."""
    problems = _all_problems(outcome)
    codes = sorted({problem.code for problem in problems})
    driver = {"name": "Freehold", "version": version("freehold"), "rules": [_rule(code) for code in codes]}
    results = [_result(problem, codes.index(problem.code)) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2)


def _rule(code: str) -> dict[str, Any]:
    page = error_codes.error_page(code)
    reasons = page.partition("\n\n")[2].partition("\n\nWrong:")[0]
    return {
        "id": code,
        "shortDescription": {"text": error_codes.titles()[code]},
        "fullDescription": {"text": reasons},  # required by GitHub
        "help": {"text": page, "markdown": page},
    }


def _result(problem: Problem, index: int) -> dict[str, Any]:
    file = Path(problem.file)
    uri = file.as_uri() if file.is_absolute() else quote(file.as_posix())
    region: dict[str, Any] = {"startLine": problem.line, "startColumn": problem.column}
    if problem.source:
        region["snippet"] = {"text": problem.source}
    return {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": problem.level,
        "message": {"text": _message(problem)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
    }


def _message(problem: Problem) -> str:
    return f"{problem.message}\n{problem.fix}" if problem.fix else problem.message


def _all_problems(outcome: Outcome) -> list[Problem]:
    """Return the problems, and one for each stale file without a problem of its own."""
    reported_files = {problem.file for problem in outcome.problems}
    fix = "Run `freehold generate`, and review the diff."
    stale = [
        Problem(file, 1, 1, f"it {what}", fix, code="FH840")
        for file, what in outcome.stale
        if file not in reported_files
    ]
    return [*outcome.problems, *stale]


_RENDER: Mapping[str, Callable[[Outcome], str]] = {"json": _json, "github": _github, "sarif": _sarif}
FORMATS = ("text", *_RENDER)
