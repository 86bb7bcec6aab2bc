"""The orders that the values of a sort parameter mean: `-created_at`, `createdAt,desc`, `newest`."""

import re
from collections.abc import Iterable

from freehold.contract.resources import generated_properties, id_property, properties
from freehold.ground.naming import snake_case
from freehold.reading.document import Node

_SEPARATORS = re.compile(r"[\s,:.|]+")
_DIRECTED = re.compile(r"(?:.*?([\s,:.|_]+))?(asc|desc)", re.IGNORECASE)
_ASCENDING, _DESCENDING = frozenset({"asc", "ascending"}), frozenset({"desc", "descending"})
_NEWEST = frozenset({"newest", "newest_first", "latest", "recent", "most_recent"})
_OLDEST = frozenset({"oldest", "oldest_first"})


def default_order(resource: Node) -> list[str]:
    """The declared order of a resource, or the newest rows first: property names, with `-` for descending."""
    declared = resource.value["x-resource"].get("order")
    if declared:
        return [str(name) for name in declared]
    return [f"-{name}" for name in generated_properties(resource, "created")]


def first_order(resource: Node) -> str:
    """The property that rows are ordered by at first where nothing else is said, with `-` if descending."""
    return next(iter(default_order(resource)), f"-{id_property(resource)}")


def sort_order(value: object, resource: Node) -> str:
    """Return the property that a value of a sort parameter means, with `-` if descending.

    It is the value itself where it means none. A direction alone is that of the default order.
    """
    text, columns = str(value), properties(resource)
    if text.removeprefix("-") in columns:
        return text
    names = {snake_case(name): name for name in columns}
    sign, word = ("-" if text.startswith("-") else ""), snake_case(_SEPARATORS.sub("_", text.lstrip("+-")))
    if (found := _property(word, names)) is not None:
        return sign + found
    name, _, direction = word.rpartition("_")
    created = next(iter(generated_properties(resource, "created")), None)
    if sign == "" and direction in _ASCENDING | _DESCENDING:
        found = _property(name, names) if name else first_order(resource).removeprefix("-")
        sign = "-" if direction in _DESCENDING else ""
    elif sign == "" and created is not None and word in _NEWEST | _OLDEST:
        found, sign = created, "-" if word in _NEWEST else ""
    return text if found is None else sign + found


def _property(word: str, names: dict[str, str]) -> str | None:
    """The property of this name; `created` means `created_at`, too."""
    return names.get(word) or names.get(f"{word}_at")


def order_words(names: Iterable[str], example: object) -> list[str]:
    """Return a word for each order of some properties, written as an example of one is."""
    found = _DIRECTED.fullmatch(str(example))
    if found is None:
        return [word for name in names for word in (name, f"-{name}")]
    separator, direction = found.groups()
    directions = ["ASC", "DESC"] if direction.isupper() else ["asc", "desc"]
    if separator is None:
        return directions
    plain = list(names)
    directed = [f"{name}{separator}{end}" for name in plain for end in directions]
    return [*plain, *(word for word in directed if word not in plain)]
