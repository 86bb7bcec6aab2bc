"""The writeOnly parts inside the values of a resource: they are stored, and no answer shows them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from freehold.contract.resources import columns_of, properties
from freehold.reading.document import Node

EACH_ITEM = "*"
"""The step of a path to each item of an array."""
PartPath = tuple[str, ...]
Place = tuple[str, PartPath]
"""The pointer of a property, and a path in its value."""
HiddenPlace = tuple[str, PartPath, str]
"""A place, and the pointer of the schema there."""
_COMPOSED = ("allOf", "oneOf", "anyOf")
_MOST = 2000
"""How many schemas of one value are looked into. A rule refuses writeOnly in larger ones."""


def hidden_paths(resource: Node) -> dict[str, tuple[PartPath, ...]]:
    """Return the paths of the hidden parts, by the property that they are in."""
    found = {name: sorted({path for path, _ in _hidden(prop)}) for name, prop in columns_of(resource).items()}
    return {name: tuple(paths) for name, paths in found.items() if paths}


def hidden_places(prop: Node) -> Iterator[HiddenPlace]:
    """Yield where a property hides parts. The schema of one may be shown elsewhere."""
    yield from ((prop.pointer, path, node.pointer) for path, node in _hidden(prop))


class _EndlessError(Exception):
    """A value that contains itself, or has too many parts: not all of its hidden parts have a path."""


def _hidden(prop: Node) -> list[tuple[PartPath, Node]]:
    try:
        return list(_Search().parts(prop, (), frozenset()))
    except _EndlessError:
        return []


@dataclass
class _Search:
    """Looks for the hidden parts of one value."""

    seen: list[str] = field(default_factory=list)

    def parts(self, schema: Node, path: PartPath, inside: frozenset[str]) -> Iterator[tuple[PartPath, Node]]:
        """Yield what each alternative of an object hides, unless another one shows it."""
        level = list(self._alternatives(schema, inside))
        around = inside | {part.pointer for part in level}
        for part in level:
            for name, prop in properties(part).items():
                same = [properties(other)[name] for other in level if name in properties(other)]
                if prop.get_value("writeOnly") is not True:
                    yield from self.parts(prop, (*path, name), around)
                elif all(other.get_value("writeOnly") is True for other in same):
                    yield (*path, name), prop
            items = part.get("items")
            if items is not None:
                yield from self.parts(items, (*path, EACH_ITEM), around)

    def _alternatives(self, schema: Node, inside: frozenset[str]) -> Iterator[Node]:
        self.seen.append(schema.pointer)
        if schema.pointer in inside or len(self.seen) > _MOST:
            raise _EndlessError
        yield schema
        for choice in filter(None, map(schema.get, _COMPOSED)):
            for part in choice.elements():
                yield from self._alternatives(part, inside | {schema.pointer})
