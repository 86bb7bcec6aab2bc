"""Which parameters of a path name the parents of its rows, also by another name than that of the column."""

import re
from collections.abc import Iterable, Mapping, Sequence

from freehold.contract.resources import Link, embedded, id_property, links, properties, resources
from freehold.contract.rows.collection_paths import path_shape
from freehold.ground.naming import column_name, plural_name, snake_case
from freehold.reading.document import Document, Node

_COLLECTIONS = "collections"
_PARAMETER = re.compile(r"\{([^{}]*)\}")


def keep_collections(document: Document, collections: Mapping[str, str]) -> None:
    """Keep the resource of each collection path, for `parent_fields`."""
    document.cache[_COLLECTIONS] = {path_shape(path): name for path, name in collections.items()}


def parent_fields(
    path: str, names: Iterable[str], resource: Node, ancestors: Sequence[tuple[Link, Node]]
) -> dict[str, str]:
    """Return the column that refers to the parent of each of these parameters that names one.

    It is the column with the name of the parameter. Otherwise the collection before the parameter says whose
    rows it names: `/boards/{board}/cards`. Then its name must mean nothing else, and the row have
    no other reference to this resource.
    """
    fields = {link.field for link, _ in ancestors}
    named = {name: str(column_name(name)) for name in names}
    found = {name: column for name, column in named.items() if column in fields}
    below = named_below(path, resource) if ancestors else {}
    children = [node for _, node in ancestors[1:]] + [resource]
    for (link, target), child in zip(ancestors, children, strict=False):
        others = [name for name in named if below.get(name) == target.name and name not in found]
        if link.field in found.values() or len(others) != 1:
            continue
        if other_meaning(others[0], link, child, target) is None:
            found[others[0]] = link.field
    return {name: found[name] for name in named if name in found}


def named_below(path: str, resource: Node) -> dict[str, str]:
    """Return the resource of each parameter that is above the collection of a resource in its path.

    Where no operation lists or creates at the path before a parameter, its last word can be a plural.
    """
    known: dict[str, str] = resource.document.cache.get(_COLLECTIONS, {})
    ends = [slash.start() for slash in re.finditer("/", f"{path.rstrip('/')}/")]
    own = max((end for end in ends if known.get(path_shape(path[:end])) == resource.name), default=0)
    above = [(match[1], path[: match.start()]) for match in _PARAMETER.finditer(path[:own])]
    plurals = {plural_name(name): name for name in resources(resource.document)}
    words = {name: before.rstrip("/") for name, before in above if before.endswith("/")}
    return {
        name: known.get(path_shape(before)) or plurals.get(snake_case(before.rpartition("/")[2]), "")
        for name, before in words.items()
    }


def other_meaning(name: str, link: Link, child: Node, target: Node) -> str | None:
    """Return what else than the id of the parent a parameter could mean, or None."""
    column = column_name(name)
    shown = [part for part, row in embedded(child).items() if row.key == link.field and row.limit is None]
    own = [part for part in properties(child) if part not in (id_property(child), *shown)]
    there = [part for part in properties(target) if part != id_property(target)]
    for part, schema in [*((part, target) for part in there), *((part, child) for part in own)]:
        if column_name(part) == column:
            return f"{part} of {schema.name}"
    others = [other for other in links(child) if other.resource == target.name and other.field != link.field]
    return f"{others[0].field} of {child.name}" if others else None
