"""A contract as plain values with positions. Of OpenAPI it knows nothing but `$ref`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from freehold.problems import ContractError, Problem
from freehold.reader import escape, read, unescape


@dataclass(frozen=True)
class Document:
    """A contract: its value, and where each part of it stands."""

    file: str
    root: Any
    positions: Mapping[str, tuple[int, int]]
    """Line and column, from 1, for each JSON pointer (RFC 6901)."""
    lines: tuple[str, ...] = field(repr=False, default=())

    @property
    def top(self) -> "Node":
        """The whole contract."""
        return Node(self, "", self.root)

    def at(self, pointer: str) -> "Node | None":
        """What stands at a JSON pointer, if anything does."""
        value = self.root
        for step in pointer.split("/")[1:]:
            name = unescape(step)
            if isinstance(value, Mapping) and name in value:
                value = value[name]
            elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
                value = value[int(name)]
            else:
                return None
        return Node(self, pointer, value)

    def with_root(self, root: Any) -> "Document":
        """The same contract with something added; what was there keeps its place."""
        return replace(self, root=root)

    def problem(self, pointer: str, what: str, fix: str = "") -> Problem:
        """A problem at a pointer, or at the nearest part around it that stands in the file."""
        while pointer not in self.positions:
            pointer = pointer.rpartition("/")[0]
        line, column = self.positions[pointer]
        source = self.lines[line - 1] if line <= len(self.lines) else ""
        return Problem(self.file, line, column, what, fix, source)


@dataclass(frozen=True)
class Node:
    """A part of a contract. Whoever steps into it lands behind `$ref`."""

    document: Document = field(repr=False)
    pointer: str
    value: Any

    @property
    def name(self) -> str:
        """The last step to it: of a schema in `components`, its name."""
        return unescape(self.pointer.rpartition("/")[2])

    def get(self, key: str) -> "Node | None":
        """The part under a key, if there is one."""
        if not isinstance(self.value, Mapping) or key not in self.value:
            return None
        return self._step(key)

    def items(self) -> "Iterator[tuple[str, Node]]":
        """The parts of a mapping; nothing for any other value."""
        if isinstance(self.value, Mapping):
            yield from ((key, self._step(key)) for key in self.value)

    def elements(self) -> "Iterator[Node]":
        """The parts of a list; nothing for any other value."""
        if isinstance(self.value, list):
            yield from (self._step(str(index)) for index in range(len(self.value)))

    def path(self, *keys: str) -> "Node | None":
        """The part under one key after the other, if there is one."""
        found: Node | None = self
        for key in keys:
            found = found.get(key) if found else None
        return found

    def plain(self, key: str, default: Any = None) -> Any:
        """The value under a key."""
        found = self.get(key)
        return default if found is None else found.value

    def problem(self, what: str, fix: str = "") -> Problem:
        """A problem with this part."""
        return self.document.problem(self.pointer, what, fix)

    def _step(self, key: str) -> "Node":
        value = self.value[int(key)] if isinstance(self.value, list) else self.value[key]
        return resolve(Node(self.document, f"{self.pointer}/{escape(key)}", value))


def resolve(node: Node) -> Node:
    """What a `$ref` stands for; `load` has made sure that there is something."""
    while isinstance(node.value, Mapping) and isinstance(node.value.get("$ref"), str):
        target = node.document.at(node.value["$ref"].removeprefix("#"))
        if target is None:
            raise ContractError([_unresolved(node)])
        node = target
    return node


def load(path: Path) -> Document:
    """Read a contract. Raises ContractError with everything that keeps it from being read."""
    file = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    text = read(path, file)
    document = Document(file, text.value, text.positions, text.lines)
    problems = list(_references(document))
    if problems:
        raise ContractError(problems)
    return document


def _references(document: Document) -> Iterator[Problem]:
    """Every `$ref` that leads nowhere."""
    for pointer in document.positions:
        node = document.at(pointer)
        if node is None or not isinstance(node.value, str) or node.name != "$ref":
            continue
        seen = {pointer}
        while node is not None and isinstance(node.value, str):
            target = document.at(node.value.removeprefix("#")) if node.value.startswith("#/") else None
            if target is None:
                yield _unresolved(node)
                break
            node = target.document.at(f"{target.pointer}/$ref")
            if node is not None and node.pointer in seen:
                yield node.problem("this $ref leads back to itself", "Let it name a schema.")
                break
            seen.add(node.pointer if node else "")


def _unresolved(node: Node) -> Problem:
    target = str(node.value)
    if not target.startswith("#"):
        fix = "Only this file can be referred to: copy the part into `components` and write #/components/..."
        return node.problem(f"$ref {target} is outside this file", fix)
    parent = node.document.at(target.removeprefix("#").rpartition("/")[0])
    known = [name for name, _ in parent.items()] if parent else []
    close = get_close_matches(target.rpartition("/")[2], known, 1)
    fix = f"There is: {', '.join(known)}." if known else "Write it as #/components/schemas/Name."
    fix = f"Did you mean {close[0]}? {fix}" if close else fix
    return node.problem(f"$ref {target} names nothing", fix)
