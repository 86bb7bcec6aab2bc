"""A contract as plain values with positions. Of OpenAPI it knows nothing but `$ref`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from freehold.ground.problems import ContractError, Problem
from freehold.reading.referenced_files import describe_unresolved_pointer
from freehold.reading.yaml_parser import SourceLocation, escape_token, resolve_pointer, unescape_token


@dataclass(frozen=True)
class Document:
    """A contract: its value, and where each part of it stands."""

    file: str
    root: Any
    positions: Mapping[str, SourceLocation]
    """The place of each JSON pointer (RFC 6901): not all of them are in `file`."""
    cache: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was looked up once and is asked for often. Whoever changes `root` takes a new Document."""

    @property
    def root_node(self) -> "Node":
        """The whole contract."""
        return Node(self, "", self.root)

    def node_at(self, pointer: str) -> "Node | None":
        """What stands at a JSON pointer, if anything does."""
        try:
            return Node(self, pointer, resolve_pointer(self.root, pointer))
        except LookupError:
            return None

    def with_root(self, root: Any) -> "Document":
        """The same contract with something added; what was there keeps its place."""
        return replace(self, root=root)

    def problem(self, pointer: str, what: str, fix: str = "", code: str = "") -> Problem:
        """A problem at a pointer, or at the nearest part around it that stands in a file."""
        return self.positions[_nearest_pointer(self, pointer)].problem(what, fix, code)

    def problem_at_key(self, pointer: str, what: str, fix: str = "", code: str = "") -> Problem:
        """A problem with the key itself, not with what it says."""
        place = self.positions.get(pointer)
        key = place.key if place else None
        return (key or self.positions[_nearest_pointer(self, pointer)]).problem(what, fix, code)


@dataclass(frozen=True)
class Node:
    """A part of a contract. Whoever steps into it lands behind `$ref`."""

    document: Document = field(repr=False)
    pointer: str
    value: Any

    @property
    def name(self) -> str:
        """The last step to it: of a schema in `components`, its name."""
        return unescape_token(self.pointer.rpartition("/")[2])

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

    def get_path(self, *keys: str) -> "Node | None":
        """The part under one key after the other, if there is one."""
        found: Node | None = self
        for key in keys:
            found = found.get(key) if found else None
        return found

    def get_value(self, key: str, default: Any = None) -> Any:
        """The value under a key."""
        found = self.get(key)
        return default if found is None else found.value

    def problem(self, what: str, fix: str = "", code: str = "") -> Problem:
        """A problem with this part."""
        return self.document.problem(self.pointer, what, fix, code)

    def _step(self, key: str) -> "Node":
        value = self.value[int(key)] if isinstance(self.value, list) else self.value[key]
        return resolve_ref(Node(self.document, f"{self.pointer}/{escape_token(key)}", value))


def _nearest_pointer(document: Document, pointer: str) -> str:
    """The pointer, or that of the nearest part around it, that stands in a file."""
    while pointer not in document.positions:
        pointer = pointer.rpartition("/")[0]
    return pointer


def resolve_ref(node: Node) -> Node:
    """What a `$ref` stands for; `load` has made sure that there is something."""
    while isinstance(node.value, Mapping) and isinstance(node.value.get("$ref"), str):
        target = node.document.node_at(node.value["$ref"].removeprefix("#"))
        if target is None:
            raise ContractError([unresolved_ref_problem(node)])
        node = target
    return node


def unresolved_ref_problem(node: Node) -> Problem:
    """The problem of a `$ref` that names nothing."""
    target = str(node.value)
    return node.problem(
        *describe_unresolved_pointer(target, node.document.root, target.removeprefix("#")), "FH020"
    )
