"""Machine-readable formats have every field of a problem, and nothing else is on standard output."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import pytest

from freehold.cli import error_codes, machine_formats
from freehold.ground.problems import Problem
from tests.support.contracts import Run, edit

FORMS = ("json", "github", "sarif")
NASTY = Problem(
    "a,b:c %.yaml", 3, 7, "50% of ::error:: it\r\nis ünwritten 🙂", "Write:\n  this, that", "x", "FH305"
)

# What SARIF 2.1.0 (OASIS, 2020) asks of the parts that are used here. Nothing else may be in them.
_TEXT: dict[str, Any] = {"type": "object", "required": ["text"], "additionalProperties": False,
    "properties": {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string"}}}  # fmt: skip
_TEXTS = ("shortDescription", "fullDescription", "help")
_RULE = {"type": "object", "required": ["id", *_TEXTS], "additionalProperties": False,
    "properties": {"id": {"type": "string"}, **dict.fromkeys(_TEXTS, _TEXT)}}  # fmt: skip
_DRIVER = {"type": "object", "required": ["name", "version", "rules"], "additionalProperties": False,
    "properties": {"name": {"const": "Freehold"}, "version": {"type": "string"},
        "rules": {"type": "array", "items": _RULE, "uniqueItems": True}}}  # fmt: skip
_REGION = {"type": "object", "required": ["startLine", "startColumn"], "additionalProperties": False,
    "properties": {"startLine": {"type": "integer", "minimum": 1}, "snippet": _TEXT,
        "startColumn": {"type": "integer", "minimum": 1}}}  # fmt: skip
_FILE = {"type": "object", "required": ["uri"], "additionalProperties": False,
    "properties": {"uri": {"type": "string", "format": "uri-reference"}}}  # fmt: skip
_PHYSICAL = {"type": "object", "required": ["artifactLocation", "region"], "additionalProperties": False,
    "properties": {"artifactLocation": _FILE, "region": _REGION}}  # fmt: skip
_PLACE = {"type": "object", "required": ["physicalLocation"], "additionalProperties": False,
    "properties": {"physicalLocation": _PHYSICAL}}  # fmt: skip
_RESULT = {"type": "object", "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
    "additionalProperties": False,
    "properties": {"ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]}, "message": _TEXT,
        "locations": {"type": "array", "items": _PLACE, "minItems": 1}}}  # fmt: skip
_TOOL = {"type": "object", "required": ["driver"], "additionalProperties": False,
    "properties": {"driver": _DRIVER}}  # fmt: skip
_RUN = {"type": "object", "required": ["tool", "results", "columnKind"], "additionalProperties": False,
    "properties": {"tool": _TOOL, "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": _RESULT}}}  # fmt: skip
SARIF = {"type": "object", "required": ["version", "runs"], "additionalProperties": False,
    "properties": {"$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": _RUN, "minItems": 1}}}  # fmt: skip


def broken(project: Path) -> None:
    edit(project, "operationId: listTasks", "operationId: 7list")
    edit(project, "operationId: getTask", "operationId: 8get")


@pytest.mark.parametrize("command", ["generate", "check"])
@pytest.mark.parametrize("form", FORMS)
def test_problems_of_the_contract_are_the_only_output(
    project: Path, freehold: Run, command: str, form: str
) -> None:
    broken(project)

    result = freehold(command, "--format", form)

    assert (result.exit_code, result.stderr) == (1, "")
    assert locations(form, result.stdout) == [
        ("FH301", "error", "openapi/tasks-api.yaml", 31, 20),
        ("FH301", "error", "openapi/tasks-api.yaml", 87, 20),
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_stale_file_is_in_every_format(project: Path, freehold: Run, form: str) -> None:
    (project / "generated" / "tasks" / "table.py").unlink()

    result = freehold("check", "--format", form)

    assert (result.exit_code, result.stderr) == (1, "")
    if form == "json":
        assert json.loads(result.stdout)["stale"] == [
            {"file": "generated/tasks/table.py", "what": "is missing"}
        ]
    else:
        assert locations(form, result.stdout) == [("FH840", "error", "generated/tasks/table.py", 1, 1)]


def test_an_edit_by_hand_is_reported_once(project: Path, freehold: Run) -> None:
    file = project / "generated" / "tasks" / "table.py"
    file.write_text(file.read_text("utf-8") + "# mine\n", "utf-8")

    found = locations("sarif", freehold("check", "--format", "sarif").stdout)

    assert [(code, file) for code, _, file, *_ in found] == [("FH832", "generated/tasks/table.py")]


@pytest.mark.parametrize("form", FORMS)
def test_a_current_project_has_an_empty_report(project: Path, freehold: Run, form: str) -> None:
    result = freehold("check", "--format", form)

    assert (result.exit_code, result.stderr) == (0, "")
    assert locations(form, result.stdout) == []


def test_json_lists_written_files(project: Path, freehold: Run) -> None:
    (project / "generated" / "tasks" / "table.py").unlink()

    outcome = json.loads(freehold("generate", "--format", "json").stdout)

    assert outcome == {"problems": [], "stale": [], "wrote": ["generated/tasks/table.py"], "removed": []}


def test_diff_cannot_be_combined_with_a_machine_format(freehold: Run, project: Path) -> None:
    result = freehold("check", "--diff", "--format", "json")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "--diff is for people" in result.stderr


def test_workflow_commands_in_a_message_are_escaped() -> None:
    (line,) = machine_formats.render("github", machine_formats.Outcome((NASTY,))).splitlines()

    assert line == (
        "::error file=a%2Cb%3Ac %25.yaml,line=3,col=7,title=FH305::"
        "50%25 of ::error:: it\\r\\nis ünwritten 🙂%0AWrite:%0A  this, that"
    )


def test_json_has_all_fields_of_a_problem() -> None:
    (problem,) = json.loads(machine_formats.render("json", machine_formats.Outcome((NASTY,))))["problems"]

    assert problem == {
        "code": "FH305", "level": "error", "file": NASTY.file, "line": 3, "column": 7, "what": NASTY.message,
        "fix": NASTY.fix,
    }  # fmt: skip


def test_sarif_has_the_pages_of_the_rules() -> None:
    warning = Problem("/tmp/a b.yaml", 1, 1, "what", code="FH901", level="warning")

    (run,) = sarif(machine_formats.render("sarif", machine_formats.Outcome((NASTY, warning))))["runs"]

    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["FH305", "FH901"]
    assert [rule["shortDescription"]["text"] for rule in rules] == [
        error_codes.titles()[code] for code in ("FH305", "FH901")
    ]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["FH305", "FH901"]
    uris = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]
    ]
    assert uris == ["a%2Cb%3Ac%20%25.yaml", "file:///tmp/a%20b.yaml"]


def test_columns_count_unicode_code_points(project: Path, freehold: Run) -> None:
    edit(project, "schema: {type: boolean}", 'schema: {description: "ü🙂", type: bool}')

    text = freehold("check", "--format", "sarif").stdout

    (found,) = [result for result in results(text) if result["ruleId"] == "FH202"]
    region = found["locations"][0]["physicalLocation"]["region"]
    source, column = region["snippet"]["text"], region["startColumn"]
    assert source[column - 1 :].startswith("bool")
    assert sarif(text)["runs"][0]["columnKind"] == "unicodeCodePoints"


def locations(form: str, text: str) -> list[tuple[str, str, str, int, int]]:
    """The code, the level and the place of each problem."""
    if form == "json":
        found = json.loads(text)["problems"]
        return [(p["code"], p["level"], p["file"], p["line"], p["column"]) for p in found]
    if form == "github":
        pattern = re.compile(r"::(\w+) file=(.*?),line=(\d+),col=(\d+),title=(\w+)::.+")
        matches = [
            match.groups() for line in text.splitlines() if line and (match := pattern.fullmatch(line))
        ]
        assert len(matches) == len([line for line in text.splitlines() if line])
        return [(code, level, file, int(line), int(column)) for level, file, line, column, code in matches]
    return [
        (r["ruleId"], r["level"], unquote(where["artifactLocation"]["uri"]), *where["region"].values())[:5]
        for r in results(text)
        for where in [r["locations"][0]["physicalLocation"]]
    ]


def results(text: str) -> list[dict[str, Any]]:
    (run,) = sarif(text)["runs"]
    found: list[dict[str, Any]] = run["results"]
    return found


def sarif(text: str) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(text)
    jsonschema_rs.Draft7Validator(SARIF, validate_formats=True).validate(log)
    return log
