"""A contract as plain values with positions. Of OpenAPI it knows nothing but `$ref`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from freehold import keys
from freehold.bundle import bundle
from freehold.parts import unnamed
from freehold.problems import ContractError, Problem
from freehold.reader import Place, escape, find, unescape

_MOST_LINKS = 16


@dataclass(frozen=True)
class Document:
    """A contract: its value, and where each part of it stands."""

    file: str
    root: Any
    positions: Mapping[str, Place]
    """The place of each JSON pointer (RFC 6901): not all of them are in `file`."""
    known: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was looked up once and is asked for often. Whoever changes `root` takes a new Document."""

    @property
    def top(self) -> "Node":
        """The whole contract."""
        return Node(self, "", self.root)

    def at(self, pointer: str) -> "Node | None":
        """What stands at a JSON pointer, if anything does."""
        try:
            return Node(self, pointer, find(self.root, pointer))
        except LookupError:
            return None

    def with_root(self, root: Any) -> "Document":
        """The same contract with something added; what was there keeps its place."""
        return replace(self, root=root)

    def problem(self, pointer: str, what: str, fix: str = "", code: str = "") -> Problem:
        """A problem at a pointer, or at the nearest part around it that stands in a file."""
        return self.positions[_nearest(self, pointer)].problem(what, fix, code)

    def problem_at_key(self, pointer: str, what: str, fix: str = "", code: str = "") -> Problem:
        """A problem with the key itself, not with what it says."""
        place = self.positions.get(pointer)
        key = place.key if place else None
        return (key or self.positions[_nearest(self, pointer)]).problem(what, fix, code)


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

    def problem(self, what: str, fix: str = "", code: str = "") -> Problem:
        """A problem with this part."""
        return self.document.problem(self.pointer, what, fix, code)

    def _step(self, key: str) -> "Node":
        value = self.value[int(key)] if isinstance(self.value, list) else self.value[key]
        return resolve(Node(self.document, f"{self.pointer}/{escape(key)}", value))


def _nearest(document: Document, pointer: str) -> str:
    """The pointer, or that of the nearest part around it, that stands in a file."""
    while pointer not in document.positions:
        pointer = pointer.rpartition("/")[0]
    return pointer


def resolve(node: Node) -> Node:
    """What a `$ref` stands for; `load` has made sure that there is something."""
    while isinstance(node.value, Mapping) and isinstance(node.value.get("$ref"), str):
        target = node.document.at(node.value["$ref"].removeprefix("#"))
        if target is None:
            raise ContractError([_unresolved(node)])
        node = target
    return node


def load(path: Path) -> Document:
    """Read a contract, all its files. Raises ContractError with everything that keeps it from being read."""
    file = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    whole = bundle(path, file)
    document = Document(file, whole.root, whole.places)
    problems = [*whole.problems, *_references(document)]
    if problems:
        raise ContractError([*problems, *misspelt(document, surely=True)])
    return document


def misspelt(document: Document, *, surely: bool = False) -> Iterator[Problem]:
    """Every key that OpenAPI does not know; if `surely`, only those that are nearly one that it does."""
    for found in keys.misspelt(document.root):
        if surely and not found.meant:
            continue
        yield document.problem_at_key(found.pointer, found.what, found.fix, "FH102")


def _references(document: Document) -> Iterator[Problem]:
    """Every `$ref` that leads nowhere. One to another file is here only if `bundle` has refused it.

    Where a key on its way is misspelt, that is the problem, and is told once.
    """
    meant = tuple(f"#{m.around}/{m.meant}/" for m in keys.misspelt(document.root) if m.meant)
    for pointer in document.positions:
        node = document.at(pointer)
        if node is None or not isinstance(node.value, str) or node.name != "$ref":
            continue
        seen = {pointer}
        while node is not None and isinstance(node.value, str) and node.value.startswith("#"):
            target = document.at(node.value.removeprefix("#")) if node.value.startswith("#/") else None
            if target is None:
                refused = _is_refused(document, node.value.removeprefix("#"))
                if not refused and not node.value.startswith(meant):
                    yield _unresolved(node)
                break
            node = target.document.at(f"{target.pointer}/$ref")
            if node is not None and node.pointer in seen:
                yield node.problem("this $ref leads back to itself", "Let it name a schema.", "FH021")
                break
            seen.add(node.pointer if node else "")
            if len(seen) > _MOST_LINKS:
                yield document.problem(
                    pointer, f"more than {_MOST_LINKS} references lead on", "Name the schema itself."
                )
                break


def _is_refused(document: Document, pointer: str) -> bool:
    """Whether a pointer leads into a part of another file that `bundle` has refused."""
    while pointer:
        pointer = pointer.rpartition("/")[0]
        around = document.at(f"{pointer}/$ref")
        if around is not None and isinstance(around.value, str) and not around.value.startswith("#"):
            return True
    return False


def _unresolved(node: Node) -> Problem:
    target = str(node.value)
    return node.problem(*unnamed(target, node.document.root, target.removeprefix("#")), "FH020")
