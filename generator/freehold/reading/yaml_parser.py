"""A strict parser of YAML 1.2 that records the position of each value.

Values that two YAML parsers could read differently are rejected, so that a contract means the same to every
tool.
"""

import codecs
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from freehold.ground.problems import ContractError, Problem
from freehold.reading import yaml_scalars
from freehold.reading.json_parser import JsonFault, line_and_column, line_starts, parse_json
from freehold.reading.json_pointers import escape_token
from freehold.reading.limits import MAX_BYTES, MAX_DEPTH, MAX_NODES

MAX_PROBLEMS = 500
"""How many problems are reported of what is wrong with the syntax."""
_MOST_PROBLEMS = 10 * MAX_PROBLEMS
"""Of a file. More are not looked for: nobody would see them."""

_UNICODE_LINE_BREAK = re.compile(
    "[\x85\u2028\u2029]"
)  # line breaks, which also end a comment, in YAML 1.1 but not in 1.2
_BRACE = re.compile(r"\ufeff?[ \t\n\r]*[{\[]")


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A position in a file. Line and column start at 1."""

    file: str
    line: int
    column: int
    source: str = ""
    key: "SourceLocation | None" = None
    """The location of the key, if it differs."""

    def problem(self, what: str, fix: str = "", code: str = "") -> Problem:
        """Create a problem at this location."""
        return Problem(self.file, self.line, self.column, what, fix, self.source, code)


@dataclass(frozen=True)
class ParsedFile:
    """A parsed file: its value, and the position of each part."""

    file: str
    value: Any
    positions: Mapping[str, tuple[int, int]]
    """Line and column, from 1, for each JSON pointer (RFC 6901)."""
    lines: tuple[str, ...]
    keys: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """The key positions of scalar values. For mappings and arrays, `positions` contains them."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the file, but does not prevent reading the rest."""

    @cached_property
    def locations(self) -> Mapping[str, SourceLocation]:
        """The location of each JSON pointer."""
        return {pointer: self.location(pointer) for pointer in self.positions}

    def location(self, pointer: str) -> SourceLocation:
        """Return the location of a JSON pointer. Raises KeyError if it does not exist."""
        key = self._at(self.keys[pointer]) if pointer in self.keys else None
        return self._at(self.positions[pointer], key)

    def _at(self, position: tuple[int, int], key: SourceLocation | None = None) -> SourceLocation:
        line, column = position
        source = self.lines[line - 1] if line <= len(self.lines) else ""
        return SourceLocation(self.file, line, column, source, key)


def parse_file(path: Path, file: str) -> ParsedFile:
    """Parse a YAML or JSON file. `file` is its name in problems. Raises ContractError with all problems."""
    found = parse_tolerantly(path, file)
    if found.problems:
        raise ContractError(found.problems[:MAX_PROBLEMS])
    return found


def parse_tolerantly(path: Path, file: str) -> ParsedFile:
    """Parse a YAML or JSON file with problems that do not prevent reading the rest.

    Raises ContractError for a file that cannot be read.
    """
    return _parse_as(file, _read_text(path, file), is_json=path.suffix == ".json")


@lru_cache(maxsize=2)
def _parse_as(file: str, text: str, *, is_json: bool) -> ParsedFile:
    """Parse the text of a file. It is often read several times, and nobody changes what it was parsed to."""
    try:
        found = _parse(text, is_json=is_json)
    except ContractError as error:
        raise ContractError(_in_file(file, error.problems)) from None
    return replace(found, file=file, problems=_in_file(file, found.problems))


def _in_file(file: str, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(replace(problem, file=file) for problem in problems)


@lru_cache(maxsize=2)
def _parse(text: str, *, is_json: bool) -> ParsedFile:
    """Parse a text, which several files can have: a contract, and its copy in a project."""
    if _BRACE.match(text):
        try:
            return _parse_json(text, "")
        except JsonFault as fault:
            if is_json:
                raise ContractError(_problems_of([fault], text, "")) from None
    return _parse_yaml(text, "")


def _parse_json(text: str, file: str) -> ParsedFile:
    """Parse JSON. Raises JsonFault where it is not JSON."""
    text = text.removeprefix("\ufeff")
    found = parse_json(text)
    problems = _problems_of(found.faults, text, file)
    return ParsedFile(file, found.value, found.positions, _split_lines(text), found.keys, problems)


def _problems_of(faults: list[JsonFault], text: str, file: str) -> tuple[Problem, ...]:
    starts, lines = line_starts(text), _split_lines(text)
    problems = []
    for fault in faults[:_MOST_PROBLEMS]:
        line, column = line_and_column(starts, fault.index)
        problems.append(Problem(file, line, column, fault.what, fault.fix, lines[line - 1], fault.code))
    return tuple(problems)


def _parse_yaml(text: str, file: str) -> ParsedFile:
    reader = _ValueBuilder(file, _split_lines(text))
    _reject_unicode_line_breaks(reader)
    tree = _compose(text, reader)
    value = reader.value(tree, "", 0) if tree else None
    return ParsedFile(file, value, reader.positions, reader.lines, reader.keys, tuple(reader.problems))


def _read_text(path: Path, file: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        raise ContractError([Problem(file, 1, 1, what, code="FH001")]) from None
    if len(content) > MAX_BYTES:
        raise ContractError(
            [Problem(file, 1, 1, f"the file is larger than {MAX_BYTES:,} bytes", code="FH002")]
        )
    try:
        return decode(content)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        what, fix = "the file is not UTF-8", "Save it as UTF-8."
        raise ContractError([Problem(file, line, 1, what, fix, code="FH003")]) from None


def decode(content: bytes) -> str:
    """Decode a file: UTF-16 with a byte order mark (YAML 1.2, 5.2), as PowerShell's `>` writes it, or UTF-8.

    Raises UnicodeDecodeError.
    """
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf_16 else "utf-8")


def _reject_unicode_line_breaks(reader: "_ValueBuilder") -> None:
    """Reject invisible line breaks, after which a comment would continue as content."""
    for number, line in enumerate(reader.lines, start=1):
        found = _UNICODE_LINE_BREAK.search(line)
        if found:
            code = f"{ord(found[0]):04x}"
            what = f"the character U+{code.upper()} is a line break in YAML 1.1 but not in YAML 1.2"
            fix = f'Remove it, or write "\\u{code}" in a double-quoted string.'
            reader.add("FH012", yaml.Mark("", 0, number - 1, found.start(), None, 0), what, fix)
    if reader.problems:
        raise ContractError(reader.problems)


def _compose(text: str, reader: "_ValueBuilder") -> yaml.Node | None:
    try:
        _scan_events(text, reader)
        return yaml.compose(text, yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark, what = error.problem_mark or error.context_mark, error.problem or error.context
        raise ContractError([reader.at("FH004", mark, f"invalid YAML: {what}")]) from None
    except yaml.YAMLError as error:
        raise ContractError([reader.at("FH004", None, f"invalid YAML: {error}")]) from None


def _scan_events(text: str, reader: "_ValueBuilder") -> None:
    """Check depth, size and tags before composing. Extreme depth would crash PyYAML's composer."""
    depth = 0
    nodes = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        nodes += isinstance(event, yaml.NodeEvent)
        if nodes > MAX_NODES:
            raise ContractError(
                [*reader.problems, reader.at("FH002", event.start_mark, "the contract is too large")]
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            what = f"the contract is nested more than {MAX_DEPTH} levels deep"
            raise ContractError([*reader.problems, reader.at("FH005", event.start_mark, what)])
        tag = getattr(event, "tag", None)
        if tag:
            what = f"the YAML tag {tag} is not supported"
            fix = "Remove it. Quote the value if it is a string."
            reader.add("FH006", event.start_mark, what, fix)


def _split_lines(text: str) -> tuple[str, ...]:
    return tuple(re.split(r"\r\n|\r|\n", text))


class _ValueBuilder:
    """Converts YAML nodes to values and records their positions."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self.file = file
        self.lines = lines
        self.positions: dict[str, tuple[int, int]] = {"": (1, 1)}
        self.keys: dict[str, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self._nodes = 0

    def value(self, node: yaml.Node, pointer: str, depth: int) -> Any:
        """Convert a node. Problems are added to `problems`."""
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            fix = "Repeat the content instead of using aliases."
            self.add("FH007", node.start_mark, "YAML aliases make the contract too large", fix)
            raise ContractError(self.problems)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, pointer, depth)
        self.positions.setdefault(pointer, (node.start_mark.line + 1, node.start_mark.column + 1))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, f"{pointer}/{i}", depth + 1) for i, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.style else self._scalar(node)
        return None

    def _mapping(self, node: yaml.MappingNode, pointer: str, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        self.positions.setdefault(pointer, (node.start_mark.line + 1, node.start_mark.column + 1))
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
                what = "a key must be a string; the merge key `<<` is not part of YAML 1.2"
                self.add("FH008", key.start_mark, what)
                continue
            self._reject_ambiguous(key)
            if key.value in result:
                what = f"duplicate key {key.value!r}: only one of them would be used"
                self.add("FH009", key.start_mark, what, "Remove one of the two.")
            inside = f"{pointer}/{escape_token(key.value)}"
            start = key.start_mark.line + 1, key.start_mark.column + 1
            (self.keys if isinstance(item, yaml.ScalarNode) else self.positions).setdefault(inside, start)
            result[key.value] = self.value(item, inside, depth + 1)
        return result

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        """Convert an unquoted scalar."""
        self._reject_ambiguous(node)
        value = yaml_scalars.convert(node.value)
        if isinstance(value, float) and not math.isfinite(value):
            fix = f'Use "{node.value}" if it is a string.'
            self.add("FH010", node.start_mark, "the number is too large", fix)
        return value

    def _reject_ambiguous(self, node: yaml.ScalarNode) -> None:
        if not node.style and yaml_scalars.is_ambiguous(node.value):
            what = f"{node.value} has different meanings in YAML 1.1 and 1.2"
            self.add("FH011", node.start_mark, what, yaml_scalars.disambiguate(node.value))

    def at(self, code: str, mark: Any, what: str, fix: str = "") -> Problem:
        """Create a problem at a mark of PyYAML, or at the start of the file."""
        line, column = (mark.line, mark.column) if mark else (0, 0)
        source = self.lines[line] if line < len(self.lines) else ""
        return Problem(self.file, line + 1, column + 1, what, fix, source, code)

    def add(self, code: str, mark: Any, what: str, fix: str = "") -> None:
        """Add a problem at a mark of PyYAML, unless there are more than anybody would read."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(self.at(code, mark, what, fix))
