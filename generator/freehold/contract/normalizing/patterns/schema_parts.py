"""Finds the schemas of a contract that a step reads as others."""

from collections.abc import Callable, Iterator
from typing import Any

from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token
from freehold.reading.referenced_files import is_data

Read = Callable[[dict[str, Any]], dict[str, Any] | None]
"""What returns the keywords that a schema has instead, or None for one that stays."""


def schemas_to_rewrite(root: Any, read: Read) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield the schemas that are read as others, with their pointers, and with what they are read as."""
    left = [("", root)] if isinstance(root, (dict, list)) else []
    while left:
        pointer, part = left.pop()
        if isinstance(part, dict):
            new = read(part)
            if new is not None:
                yield pointer, part, new
                continue
        left += parts_inside(pointer, part)


def mappings_with(document: Document, *words: str) -> Iterator[Node]:
    """Yield the mappings that have one of some keywords: schemas, wherever they are, and what looks so.

    Mappings of names, such as `properties`, are among them if a property is called like a keyword.
    """
    left: list[tuple[str, Any]] = [("", document.root)]
    while left:
        pointer, part = left.pop()
        if isinstance(part, dict) and any(word in part for word in words):
            yield Node(document, pointer, part)
        left += reversed([*parts_inside(pointer, part)])


def parts_inside(pointer: str, part: Any) -> Iterator[tuple[str, Any]]:
    """Yield the mappings and arrays in one, with their pointers, without what is no part of OpenAPI."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(value, (dict, list)):
            place = f"{pointer}/{escape_token(str(key))}"
            if not is_data(place):
                yield place, value
