"""Writes a report as text for people, and as JUnit XML for CI."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from freehold.fuzzing.findings import Finding, Part, Report
from freehold.fuzzing.targets import Target

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDENT = "   "


def text(report: Report, target: Target, command: Sequence[str], shown_url: str) -> str:
    """Return the report. `command` fuzzes again; its flags name the service.

    `shown_url` is where the commands for single requests find it.
    """
    lines = [_summary(part) for part in report.parts]
    lines += dict.fromkeys(f"{_INDENT}{note}." for part in report.parts for note in part.notes)
    for number, finding in enumerate(report.findings, start=1):
        lines += ["", *_finding(number, finding, report, command)]
    commands = "".join(line for finding in report.findings for line in finding.commands)
    used = [user for user in target.users if f"${user.variable}" in commands]
    if used:
        lines += ["", "The requests need these variables:"]
        lines += [f"{_INDENT}export {user.variable}={user.source}" for user in used]
    return "\n".join(lines).replace(target.url, shown_url)


def reproduction(finding: Finding, report: Report, command: Sequence[str]) -> str:
    """Return the command that fuzzes only the operation of a finding, with the same seed."""
    named = ["--operation", finding.operation] if re.fullmatch(r"[\w.-]+", finding.operation) else []
    return shlex.join([*command, *named, "--seed", str(report.seed)])


def write_junit(report: Report, file: Path, command: Sequence[str]) -> None:
    """Write JUnit XML: a suite for each part, with a test case for each operation and each failed check."""
    root = ET.Element("testsuites", name="freehold fuzz")
    for part in report.parts:
        failed = {(finding.operation, finding.check) for finding in part.findings}
        clean = [name for name in part.operations if name not in {operation for operation, _ in failed}]
        counts = {"tests": len(clean) + len(part.findings), "failures": len(part.findings), "errors": 0}
        suite = _element(root, "testsuite", {"name": part.name, "time": f"{part.seconds:.3f}", **counts})
        properties = ET.SubElement(suite, "properties")
        _element(properties, "property", {"name": "seed", "value": report.seed})
        _element(properties, "property", {"name": "requests", "value": part.requests})
        for name in clean:
            _element(suite, "testcase", {"classname": part.name, "name": name})
        for finding in part.findings:
            name = f"{finding.operation} {finding.check}".strip()
            case = _element(suite, "testcase", {"classname": part.name, "name": name})
            first = finding.message.partition("\n")[0]
            failure = _element(case, "failure", {"type": finding.check, "message": first})
            again = reproduction(finding, report, command)
            failure.text = _clean("\n".join([finding.message, "", *finding.commands, again]))
    file.parent.mkdir(parents=True, exist_ok=True)
    ET.ElementTree(root).write(file, "utf-8", xml_declaration=True)


def _summary(part: Part) -> str:
    found = len(part.findings)
    result = f"{found} failure{'s' if found != 1 else ''}" if found else "nothing found"
    tried = f"{part.requests:,} requests, {len(part.operations)} operations, {part.seconds:.0f} s"
    return f"{part.name}: {result} ({tried})"


def _finding(number: int, finding: Finding, report: Report, command: Sequence[str]) -> Iterator[str]:
    yield f"{number}. {finding.operation} {finding.check}".replace("  ", " ")
    yield from (f"{_INDENT}{line}".rstrip() for line in finding.message.splitlines())
    yield f"{_INDENT}Reproduce it:"
    yield from (f"{_INDENT * 2}{line}" for line in finding.commands)
    yield f"{_INDENT * 2}{reproduction(finding, report, command)}"


def _element(above: ET.Element, name: str, attributes: Mapping[str, object]) -> ET.Element:
    cleaned = {key: _clean(str(value)) for key, value in attributes.items()}
    return ET.SubElement(above, name, cleaned)


def _clean(content: str) -> str:
    """Replace what XML cannot contain (XML 1.0, 2.2)."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", content)
