"""Finds the schemas of a contract that a step reads as others."""

from collections.abc import Callable, Iterator
from typing import Any

from freehold.reading.json_pointers import escape_token
from freehold.reading.referenced_files import is_data

Read = Callable[[dict[str, Any]], dict[str, Any] | None]
"""What returns the keywords that a schema has instead, or None for one that stays."""


def schemas_to_rewrite(root: Any, read: Read) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield the schemas that are read as others, with their pointers, and with what they are read as."""
    left = [("", root)]
    while left:
        pointer, part = left.pop()
        if isinstance(part, dict):
            new = read(part)
            if new is not None:
                yield pointer, part, new
                continue
            inside = ((str(key), value) for key, value in part.items() if isinstance(value, (dict, list)))
            places = ((f"{pointer}/{escape_token(key)}", value) for key, value in inside)
            left += [(place, value) for place, value in places if not is_data(place)]
        elif isinstance(part, list):
            left += [
                (f"{pointer}/{number}", value)
                for number, value in enumerate(part)
                if isinstance(value, (dict, list))
            ]
