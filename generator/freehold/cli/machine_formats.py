"""What a command has found, as programs read it: JSON, GitHub's workflow commands, SARIF."""

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
    """What a command has found and done. Files are named from the folder that people are in."""

    problems: tuple[Problem, ...] = ()
    stale: tuple[tuple[str, str], ...] = ()
    """Each generated file that is not as it should be, and what is the matter with it."""
    wrote: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def render(form: str, outcome: Outcome) -> str:
    """The outcome in one of the FORMATS for programs."""
    return _RENDER[form](outcome)


def _json(outcome: Outcome) -> str:
    found = {
        "problems": [
            {key: getattr(problem, name) for key, name in _FIELDS.items()} for problem in outcome.problems
        ],
        "stale": [{"file": file, "what": what} for file, what in outcome.stale],
        "wrote": outcome.wrote,
        "removed": outcome.removed,
    }
    return json.dumps(found, indent=2)


def _github(outcome: Outcome) -> str:
    """Workflow commands: one line for each problem, which GitHub shows beside the line that it is about."""
    return "\n".join(map(_command, _all(outcome)))


def _command(problem: Problem) -> str:
    said = {
        "file": Path(problem.file).as_posix(),
        "line": str(problem.line),
        "col": str(problem.column),
        "title": problem.code,
    }
    properties = ",".join(f"{name}={_property(value)}" for name, value in said.items())
    return f"::{problem.level} {properties}::{_data(_text(problem))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(outcome: Outcome) -> str:
    """SARIF 2.1.0 (OASIS): one run, its rules, and a result for each problem."""
    problems = _all(outcome)
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
    story = error_codes.story(code)
    reasons = story.partition("\n\n")[2].partition("\n\nWrong:")[0]
    return {
        "id": code,
        "shortDescription": {"text": error_codes.titles()[code]},
        "fullDescription": {"text": reasons},  # GitHub wants it as well
        "help": {"text": story, "markdown": story},
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
        "message": {"text": _text(problem)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
    }


def _text(problem: Problem) -> str:
    return f"{problem.message}\n{problem.fix}" if problem.fix else problem.message


def _all(outcome: Outcome) -> list[Problem]:
    """The problems, and one for each stale file that has none of its own."""
    told = {problem.file for problem in outcome.problems}
    fix = "Run `freehold generate`, and look at the difference."
    stale = [
        Problem(file, 1, 1, f"it {what}", fix, code="FH840")
        for file, what in outcome.stale
        if file not in told
    ]
    return [*outcome.problems, *stale]


_RENDER: Mapping[str, Callable[[Outcome], str]] = {"json": _json, "github": _github, "sarif": _sarif}
FORMATS = ("text", *_RENDER)
