"""Rules about the size of a contract, which run before rules that traverse it."""

from collections.abc import Iterator

from freehold.contract.operations import operations
from freehold.contract.resources import schemas
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.reading.referenced_files import is_data

_MOST_SCHEMAS = _MOST_OPERATIONS = 1000
_MOST_PROPERTIES = 1000  # a PostgreSQL table can have 1,600 columns
_MOST_PARTS = 500
_MOST_NESTED_ARRAYS = 32  # as deep as a request body may be
_LISTS = ("allOf", "oneOf", "anyOf")
_SINGLE = ("not", "if", "then", "else")
_COMPOSED = (*_LISTS, *_SINGLE, "dependentSchemas")
"""Keywords that apply other schemas to the same value."""


def part_counts(document: Document) -> Iterator[Problem]:
    """The number of schemas, operations and properties is limited."""
    found = [schema for _, schema in schemas(document)]
    calls = [operation.node for operation in operations(document)]
    for word, upper, nodes in (("schemas", _MOST_SCHEMAS, found), ("operations", _MOST_OPERATIONS, calls)):
        if len(nodes) > upper:
            what = f"a contract can have at most {upper:,} {word}, this one has {len(nodes):,}"
            yield nodes[upper].problem(what, "Split it into two services, each with its own contract.")
    for pointer in document.positions:
        node = document.node_at(pointer) if pointer.endswith("/properties") else None
        if node and isinstance(node.value, dict) and len(node.value) > _MOST_PROPERTIES:
            what = (
                f"a schema can have at most {_MOST_PROPERTIES:,} properties, this one has {len(node.value):,}"
            )
            yield document.problem(pointer.rpartition("/")[0], what, "Move some of them to another schema.")


def composition(document: Document) -> Iterator[Problem]:
    """A schema is composed of a limited number of schemas, and never of itself.

    Recursion through a property or the items of an array is allowed: a value ends it.
    """
    yield from _deep_arrays(document)
    sizes: dict[str, int | None] = {}
    for pointer in document.positions:
        holder, _, word = pointer.rpartition("/")
        node = document.node_at(holder) if word in _COMPOSED else None
        if node is None or is_data(holder) or node.pointer in sizes:
            continue
        size = _size(node, sizes)
        if size is None or size > _MOST_PARTS:
            many = f"the schema is composed of more than {_MOST_PARTS} schemas"
            fix = "Put a property between them, or the items of an array, or use fewer schemas."
            yield node.problem("the schema is composed of itself" if size is None else many, fix)
            return


def _deep_arrays(document: Document) -> Iterator[Problem]:
    """Arrays of arrays have a limited depth, except for an array of itself."""
    depths: dict[str, int] = {}
    for pointer in document.positions:
        node = document.node_at(pointer.removesuffix("/items")) if pointer.endswith("/items") else None
        chain: list[str] = []
        while node is not None and node.pointer not in depths:
            depths[node.pointer] = 0  # coming back here is a cycle, which a value ends
            chain.append(node.pointer)
            node = node.get("items")
        below = depths[node.pointer] if node is not None else 0
        depths |= {at: depth for depth, at in enumerate(reversed(chain), below + 1)}
        if below + len(chain) > _MOST_NESTED_ARRAYS:
            what = f"arrays are nested more than {_MOST_NESTED_ARRAYS} deep"
            yield document.problem(pointer, what, "Put a property between them.")
            return


def _size(schema: Node, sizes: dict[str, int | None], depth: int = 0) -> int | None:
    """Return the number of schemas that a schema is composed of, or None if it contains itself."""
    if depth > _MOST_PARTS:
        return depth
    if schema.pointer not in sizes:
        sizes[schema.pointer] = None  # in progress: coming back here means a cycle
        total = 1
        for part in _composing_schemas(schema):
            size = _size(part, sizes, depth + 1)
            if size is None:
                return None
            total = min(total + size, _MOST_PARTS + 1)
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
