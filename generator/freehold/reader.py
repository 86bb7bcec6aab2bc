"""YAML 1.2 to plain values, with a position for each of them.

The reader is strict: what two YAML readers could understand differently is refused, so that a contract means
the same to every tool.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from freehold.problems import ContractError, Problem

_LARGEST = 2_000_000  # bytes
_DEEPEST = 64
_MOST_NODES = 200_000

_NULL = re.compile(r"null|Null|NULL|~|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_AMBIGUOUS = re.compile(  # a string to YAML 1.2, something else to YAML 1.1, or the other way round
    r"y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF"
    r"|[-+]?0[0-9_]+|[-+]?0[xob][0-9a-fA-F_]+|[-+]?[0-9][0-9_]*_[0-9_]*|[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?"
    r"|\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|=|<<"
)


@dataclass(frozen=True)
class Text:
    """A file that was read: its value, and where each part of the value stands."""

    value: Any
    positions: Mapping[str, tuple[int, int]]
    """Line and column, from 1, for each JSON pointer (RFC 6901)."""
    lines: tuple[str, ...]


def read(path: Path, file: str) -> Text:
    """Read a file; `file` is its name in problems. Raises ContractError with all that is wrong with it."""
    text = _text(path, file)
    tree = _tree(text, file)
    reader = _Reader(file, tuple(text.splitlines()))
    value = reader.value(tree, "", 0) if tree else None
    if reader.problems:
        raise ContractError(reader.problems)
    return Text(value, reader.positions, reader.lines)


def escape(step: str) -> str:
    """A step of a JSON pointer (RFC 6901, 3)."""
    return step.replace("~", "~0").replace("/", "~1")


def _text(path: Path, file: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ContractError([Problem(file, 1, 1, f"it cannot be read: {error.strerror}")]) from None
    if len(content) > _LARGEST:
        raise ContractError([Problem(file, 1, 1, f"it is larger than {_LARGEST:,} bytes")])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ContractError([Problem(file, line, 1, "it is not UTF-8", "Save it as UTF-8.")]) from None


def _tree(text: str, file: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        raise ContractError([_syntax(file, text, error)]) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ContractError([Problem(file, 1, 1, f"it is not YAML: {error}")]) from None


class _Reader:
    """Turns YAML nodes into values, and remembers where they stood."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self.file = file
        self.lines = lines
        self.positions: dict[str, tuple[int, int]] = {"": (1, 1)}
        self.problems: list[Problem] = []
        self._nodes = 0

    def value(self, node: yaml.Node, pointer: str, depth: int) -> Any:
        """The value of a node. What is wrong with it is added to `problems`."""
        self._nodes += 1
        if depth > _DEEPEST or self._nodes > _MOST_NODES:
            self._problem(node, "the contract is nested too deeply, or its aliases make it too large")
            raise ContractError(self.problems)
        if node.tag.startswith("!"):
            self._problem(node, f"the tag {node.tag} means nothing here", "Remove it.")
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
                self._problem(key, "a key must be a text, and `<<` is not part of YAML 1.2")
                continue
            if key.value in result:
                self._problem(
                    key, f"{key.value!r} is here twice; only one of them would count", "Remove one."
                )
            inside = f"{pointer}/{escape(key.value)}"
            if not isinstance(item, yaml.ScalarNode):
                self.positions.setdefault(inside, (key.start_mark.line + 1, key.start_mark.column + 1))
            result[key.value] = self.value(item, inside, depth + 1)
        return result

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        """A plain scalar by YAML 1.2's core schema."""
        text: str = node.value
        if _AMBIGUOUS.fullmatch(text):
            self._problem(node, f"{text} means different things to YAML 1.1 and 1.2", f'Write "{text}".')
        if _NULL.fullmatch(text):
            return None
        if _BOOL.fullmatch(text):
            return text.lower() == "true"
        if _INT.fullmatch(text) and len(text) <= _DEEPEST:
            return int(text)
        return float(text) if _FLOAT.fullmatch(text) else text

    def _problem(self, node: yaml.Node, what: str, fix: str = "") -> None:
        line, column = node.start_mark.line, node.start_mark.column
        source = self.lines[line] if line < len(self.lines) else ""
        self.problems.append(Problem(self.file, line + 1, column + 1, what, fix, source))


def _syntax(file: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.splitlines()
    source = lines[line - 1] if line <= len(lines) else ""
    return Problem(file, line, column, f"it is not YAML: {error.problem or error.context}", "", source)
