"""Leaves out what schemas say about themselves: their `$id`, and that they are JSON Schema."""

from collections.abc import Iterator
from typing import Any

from freehold.contract.normalizing.patterns.schema_parts import parts_inside
from freehold.contract.normalizing.plain_values import NAMES
from freehold.ground.problems import and_more
from freehold.reading.document import Document

_CODE = "FH908"
_DIALECTS = (
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/base",
    "http://json-schema.org/draft-07/schema",
)
"""What means the same as nothing for the keywords that are held."""


def leave_out_ids(document: Document) -> Document:
    """Return the contract without `$id` and `$schema` in schemas, with one note for all of them.

    References are by pointer. With an `$id` beside them they would be relative to it (JSON Schema 2020-12,
    8.2.1), which the frameworks that write both do not mean.
    """
    found = [*_leave_out(document.root)]
    if not found:
        return document
    key, more = found[0].rpartition("/")[2], and_more(len(found) - 1)
    note = document.problem(found[0], f"{key} of a schema is not served{more}", f"Remove {key}.", _CODE)
    return document.with_notes([note]).with_root(document.root)


def _leave_out(root: Any) -> Iterator[str]:
    """Take the keywords out of the schemas, in place, and yield their pointers."""
    left: list[tuple[str, Any, bool]] = [("", root, False)]
    while left:
        pointer, part, has_names = left.pop()
        for key in [] if has_names or not isinstance(part, dict) else _keywords(part):
            yield f"{pointer}/{key}"
            del part[key]
        for place, value in parts_inside(pointer, part):
            left.append((place, value, not has_names and place.rpartition("/")[2] in NAMES))


def _keywords(part: dict[Any, Any]) -> list[str]:
    found = ["$id"] if isinstance(part.get("$id"), str) else []
    dialect = part.get("$schema")
    is_known = isinstance(dialect, str) and dialect.removesuffix("#") in _DIALECTS
    return [*found, *(["$schema"] if is_known else [])]
