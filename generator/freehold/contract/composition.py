"""Of how many schemas a schema is composed: all of them can be applied to one value."""

from collections.abc import Iterator

from freehold.reading.document import Node

MOST_PARTS = 500
"""A schema that is composed of more schemas is refused, and is not applied to a value before that."""

_LISTS = ("allOf", "oneOf", "anyOf")
_SINGLE = ("not", "if", "then", "else")
COMPOSING_KEYWORDS = (*_LISTS, *_SINGLE, "dependentSchemas")
"""Keywords that apply other schemas to the same value."""


def composed_size(schema: Node, sizes: dict[str, int | None], depth: int = 0) -> int | None:
    """Return the number of schemas that a schema is composed of, or None if it contains itself."""
    if depth > MOST_PARTS:
        return depth
    if schema.pointer not in sizes:
        sizes[schema.pointer] = None  # in progress: coming back here means a cycle
        total = 1
        for part in _composing_schemas(schema):
            size = composed_size(part, sizes, depth + 1)
            if size is None:
                return None
            total = min(total + size, MOST_PARTS + 1)
        sizes[schema.pointer] = total
    return sizes[schema.pointer]


def _composing_schemas(schema: Node) -> Iterator[Node]:
    for word in _LISTS:
        choices = schema.get(word)
        yield from choices.elements() if choices is not None else ()
    parts = [schema.get(word) for word in _SINGLE]
    yield from (part for part in parts if part is not None)
    by_name = schema.get("dependentSchemas")
    yield from (part for _, part in by_name.items()) if by_name is not None else ()
