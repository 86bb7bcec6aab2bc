"""A contract as a tree of values with positions, in which `$ref` is resolved."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from typing_extensions import override

from freehold.ground.problems import ContractError, Problem
from freehold.reading.json_pointers import escape_token, resolve_pointer, unescape_token
from freehold.reading.referenced_files import describe_unresolved_pointer, is_data
from freehold.reading.yaml_parser import SourceLocation

_IGNORED_BESIDE_REF = frozenset({"$ref", "description", "summary", "title"})  # they only describe


@dataclass(frozen=True)
class Document:
    """A contract: its value, and the location of each part."""

    file: str
    root: Any
    positions: Mapping[str, SourceLocation]
    """The location of each JSON pointer (RFC 6901). Locations can be in other files than `file`."""
    notes: tuple[Problem, ...] = ()
    """What is served differently than it is written."""
    cache: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Cached lookups. Create a new Document after changing `root`."""

    @property
    def root_node(self) -> "Node":
        """The root of the contract."""
        return Node(self, "", self.root)

    def node_at(self, pointer: str) -> "Node | None":
        """Return the node at a JSON pointer, or None."""
        try:
            return Node(self, pointer, resolve_pointer(self.root, pointer))
        except LookupError:
            return None

    def with_root(self, root: Any) -> "Document":
        """Return a document with another root and the same locations."""
        return replace(self, root=root)

    def copied(self) -> "Document":
        """Return a document with a copy of the root, which may be changed."""
        return self.with_root(copy_value(self.root))

    def with_notes(self, notes: Iterable[Problem]) -> "Document":
        """Return the document with more notes of what is served differently than it is written, each once."""
        return replace(self, notes=tuple(dict.fromkeys((*self.notes, *notes))))

    def moved(self, pointers: Mapping[str, str], *, replacing: bool = False) -> "Document":
        """Return the document with the locations of each moved part at its new pointer too.

        With `replacing`, that is where another part was.
        """
        found = dict(_moved_positions(self, pointers, replacing=replacing))
        return replace(self, positions={**self.positions, **found})

    def problem(self, pointer: str, what: str, fix: str = "", code: str = "") -> Problem:
        """Create a problem at a pointer, or at its nearest ancestor that has a location."""
        return self.positions[_nearest_pointer(self, pointer)].problem(what, fix, code)

    def problem_at_key(self, pointer: str, what: str, fix: str = "", code: str = "") -> Problem:
        """Create a problem at the key instead of its value."""
        place = self.positions.get(pointer)
        key = place.key if place else None
        return (key or self.positions[_nearest_pointer(self, pointer)]).problem(what, fix, code)


_new_tuple = tuple.__new__


class Node(NamedTuple):
    """A part of a contract. Navigation resolves `$ref`. There are so many that they are made as tuples."""

    document: Document
    pointer: str
    value: Any

    @override
    def __repr__(self) -> str:
        """Leave out the document, which is large."""
        return f"Node(pointer={self.pointer!r}, value={self.value!r})"

    @property
    def name(self) -> str:
        """The last token of the pointer, for example the name of a schema in `components`."""
        return unescape_token(self.pointer.rpartition("/")[2])

    def get(self, key: str) -> "Node | None":
        """Return the node under a key, or None."""
        parts = self.value
        return self._part(key, parts[key]) if isinstance(parts, dict) and key in parts else None

    def items(self) -> "Iterator[tuple[str, Node]]":
        """Iterate over the entries of a mapping. Other values have none."""
        if isinstance(self.value, dict):
            yield from ((key, self._part(key, value)) for key, value in self.value.items())

    def elements(self) -> "Iterator[Node]":
        """Iterate over the elements of an array. Other values have none."""
        if isinstance(self.value, list):
            yield from (self._part(str(index), value) for index, value in enumerate(self.value))

    def get_path(self, *keys: str) -> "Node | None":
        """Return the node under a sequence of keys, or None."""
        found: Node | None = self
        for key in keys:
            found = found.get(key) if found else None
        return found

    def get_value(self, key: str, default: Any = None) -> Any:
        """Return the value under a key, or a default."""
        if not isinstance(self.value, dict) or key not in self.value:
            return default
        value = self.value[key]
        return self._part(key, value).value if isinstance(value, dict) and "$ref" in value else value

    def problem(self, what: str, fix: str = "", code: str = "") -> Problem:
        """Create a problem at this node."""
        return self.document.problem(self.pointer, what, fix, code)

    def _part(self, key: str, value: Any) -> "Node":
        pointer = f"{self.pointer}/{escape_token(key) if '/' in key or '~' in key else key}"
        node = _new_tuple(Node, (self.document, pointer, value))
        return _resolved(node) if isinstance(value, dict) and "$ref" in value else node


def copy_value(value: Any) -> Any:
    """Copy a value of a contract with all that is in it, several times as fast as `copy.deepcopy`."""
    if isinstance(value, dict):
        return {
            key: copy_value(part) if isinstance(part, (dict, list)) else part for key, part in value.items()
        }
    return [copy_value(part) for part in value] if isinstance(value, list) else value


def _moved_positions(
    document: Document, moved: Mapping[str, str], *, replacing: bool
) -> Iterator[tuple[str, SourceLocation]]:
    """Yield the new pointer and the location of each part at or below a moved one."""
    for pointer, location in document.positions.items():
        head = pointer
        while head and head not in moved:
            head = head.rpartition("/")[0]
        target = moved[head] + pointer[len(head) :] if head else pointer
        if target not in document.positions or (replacing and head):
            yield target, location


def _nearest_pointer(document: Document, pointer: str) -> str:
    """Return the pointer, or that of its nearest ancestor that has a location."""
    while pointer not in document.positions:
        pointer = pointer.rpartition("/")[0]
    return pointer


def _resolved(node: Node) -> Node:
    """Return a node with `$ref`, or its target if that is a reference there."""
    return node if is_data(node.pointer) else resolve_ref(node)


def resolve_ref(node: Node) -> Node:
    """Return the target of a `$ref` with the keywords beside it. `load` has checked that it exists."""
    while isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str):
        target = node.document.node_at(node.value["$ref"].removeprefix("#"))
        if target is None:
            raise ContractError([unresolved_ref_problem(node)])
        beside = {word: value for word, value in node.value.items() if word not in _IGNORED_BESIDE_REF}
        if beside and isinstance(target.value, dict) and not _hides_siblings(node.document):
            return Node(node.document, node.pointer, {**resolve_ref(target).value, **beside})
        node = target
    return node


def _hides_siblings(document: Document) -> bool:
    """Whether a `$ref` hides the keywords beside it, as in OpenAPI 3.0 (3.0.3, 4.7.23.2)."""
    root = document.root
    return isinstance(root, dict) and str(root.get("openapi")).startswith("3.0")


def unresolved_ref_problem(node: Node) -> Problem:
    """Create the problem of a `$ref` that does not exist."""
    target = str(node.value)
    return node.problem(
        *describe_unresolved_pointer(target, node.document.root, target.removeprefix("#")), "FH020"
    )
