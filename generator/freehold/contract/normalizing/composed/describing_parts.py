"""Reads the parts of `allOf` that only describe as words of the schema itself, which say the same.

Libraries write `allOf: [{$ref: ...}, {default: ...}]`, because in OpenAPI 3.0 nothing may stand beside a
`$ref`.
"""

from collections.abc import Iterator
from typing import Any

from freehold.contract.normalizing.patterns.schema_parts import parts_inside
from freehold.contract.vocabulary import DESCRIBING_KEYWORDS
from freehold.reading.document import Document

_DESCRIBING = DESCRIBING_KEYWORDS - {"discriminator"}


def describe_whole(document: Document) -> Document:
    """Return the contract without parts of `allOf` that only describe. What a schema says itself stays."""
    moved = dict(_describe_all(document.root))
    return document.with_root(document.root).moved(moved, replacing=True) if moved else document


def _describe_all(root: Any) -> Iterator[tuple[str, str]]:
    """Describe each schema, in place. Yields the old and the new pointer of each other part of an `allOf`."""
    left = [("", "", root)] if isinstance(root, (dict, list)) else []
    while left:
        old, new, part = left.pop()
        kept = _describe(part) if isinstance(part, dict) else None
        for place, value in parts_inside(new, part):
            key = place[len(new) :]
            if kept is None or key != "/allOf":
                left.append((f"{old}{key}", place, value))
                continue
            for after, before in enumerate(kept):
                here = f"{old}/allOf/{before}", f"{place}/{after}"
                yield here
                left.append((*here, value[after]))


def _describe(schema: dict[str, Any]) -> list[int] | None:
    """Move the words of describing parts into a schema. Returns the indexes of the others, if it has both."""
    parts = schema.get("allOf")
    if not isinstance(parts, list):
        return None
    describing = [isinstance(part, dict) and bool(part) and part.keys() <= _DESCRIBING for part in parts]
    others = [index for index, describes in enumerate(describing) if not describes]
    if not others or len(others) == len(parts):
        return None
    for part, describes in zip(parts, describing, strict=True):
        for word, value in part.items() if describes else ():
            schema.setdefault(word, value)
    schema["allOf"] = [parts[index] for index in others]
    return others
