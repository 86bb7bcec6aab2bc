"""Rules about the size of a contract, which run before rules that traverse it."""

from collections.abc import Iterator

from freehold.contract.operations.inference import operations
from freehold.contract.resources import schemas
from freehold.contract.vocabulary import COMPOSING_KEYWORDS, MOST_PARTS, composed_size
from freehold.ground.problems import Problem
from freehold.reading.document import Document
from freehold.reading.referenced_files import is_data

_MOST_SCHEMAS = _MOST_OPERATIONS = 1000
_MOST_PROPERTIES = 1000  # a PostgreSQL table can have 1,600 columns
_MOST_NESTED_ARRAYS = 32  # as deep as a request body may be


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
        node = document.node_at(holder) if word in COMPOSING_KEYWORDS else None
        if node is None or is_data(holder) or node.pointer in sizes:
            continue
        size = composed_size(node, sizes)
        if size is None or size > MOST_PARTS:
            many = f"the schema is composed of more than {MOST_PARTS} schemas"
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
