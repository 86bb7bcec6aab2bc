"""Names the rows whose schemas stand in answers, as they are named where one of them has `x-resource`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from freehold.contract.normalizing.composed.inline_resources import (
    InlineRow,
    inline_rows,
    with_references,
)
from freehold.contract.operations.inference import operations
from freehold.contract.resources import properties
from freehold.contract.rows.collection_paths import parameters_of, path_shape
from freehold.reading.document import Document
from freehold.reading.json_pointers import escape_token
from freehold.workbench.importing.additions import Addition


@dataclass(frozen=True)
class NamedRows:
    """A contract in which rows have names."""

    document: Document
    places: dict[str, str]
    """The pointer of the schema that can be a resource, by the pointer that it has with its name."""
    views: frozenset[str]
    """The names of the other schemas."""

    def as_written(self, addition: Addition) -> Addition:
        """Return an addition for the place of a schema in the contract as it is written."""
        for named, place in self.places.items():
            if f"{addition.edit.pointer}/".startswith(f"{named}/"):
                pointer = place + addition.edit.pointer.removeprefix(named)
                return replace(addition, edit=replace(addition.edit, pointer=pointer))
        return addition


def named_rows(document: Document) -> NamedRows:
    """Return a contract with a name for the rows of each collection, if it is free."""
    taken = {*document.root.get("components", {}).get("schemas", {})}
    whole: dict[str, InlineRow] = {}
    names: dict[str, str] = {}
    views: dict[tuple[str, str], str] = {}
    for rows in _collections(document):
        best = max(rows, key=lambda row: (len(properties(row.schema)), not row.is_item))
        if best.name in taken or whole.setdefault(best.name, best).identity != best.identity:
            continue
        for row in rows:
            is_whole = row.identity == best.identity
            names[row.schema.pointer] = (
                best.name if is_whole else views.setdefault(row.identity, f"{best.name}.{len(views)}")
            )
    places = {name: row.schema.pointer for name, row in whole.items() if row.schema.pointer in names}
    copied = document.copied()
    _add_schemas(copied, {name: pointer for pointer, name in reversed(names.items())} | places)
    ordered = {pointer: names[pointer] for pointer in dict.fromkeys((*places.values(), *names))}
    named = {f"/components/schemas/{escape_token(name)}": pointer for name, pointer in places.items()}
    return NamedRows(with_references(copied, ordered), named, frozenset(views.values()))


def _add_schemas(document: Document, pointers: dict[str, str]) -> None:
    """Add copies of inline schemas to the named ones, by name."""
    for name, pointer in pointers.items():
        found, components = document.node_at(pointer), document.root.setdefault("components", {})
        components.setdefault("schemas", {})[name] = dict(found.value) if found else {}


def _collections(document: Document) -> Iterator[list[InlineRow]]:
    """Yield the inline rows of each path that lists them, or has operations on one of them."""
    shapes = {path_shape(operation.path) for operation in operations(document)}
    found: dict[str, list[InlineRow]] = {}
    for row in inline_rows(document):
        path = row.operation.path.rstrip("/")
        known = {"id", "_id", *parameters_of(path)} & properties(row.schema).keys()
        if known:
            collection = path.rpartition("/")[0] if path.endswith("}") else path
            found.setdefault(path_shape(collection), []).append(row)
    for shape, rows in found.items():
        is_listed = any(row.operation.method == "get" and row.is_item for row in rows)
        if is_listed or f"{shape}/{{}}" in shapes:
            yield rows
