"""Reads `anyOf` of a schema and `type: "null"`, which OpenAPI 3.0 does not have, as `nullable: true`."""

from typing import Any

from freehold.contract.normalizing.patterns.schema_parts import schemas_to_rewrite
from freehold.reading.document import Document

_NULL = "null"
_CHOICES = ("anyOf", "oneOf")
_DEEPEST = 8  # choices inside of each other


def read_null_types(document: Document) -> Document:
    """Return a contract of OpenAPI 3.0 without the type null, with a note."""
    if not str(document.root.get("openapi")).startswith("3.0"):
        return document
    first, count, moved = "", 0, dict[str, str]()
    for _ in range(_DEEPEST):
        found = list(schemas_to_rewrite(document.root, _read))
        for pointer, schema, new in found:
            for word in _CHOICES:
                parts = schema.pop(word, [])
                only = [f"{pointer}/{word}/{i}" for i, part in enumerate(parts) if not _is_null(part)]
                moved |= dict.fromkeys(only, pointer) if len(only) == 1 and word not in new else {}
            schema.update(new)
            first, count = first or pointer, count + 1
        if not found:
            break
    if not count:
        return document
    what = f"{count} schemas have the type null, which OpenAPI 3.0 does not have: they are read as nullable"
    note = document.problem(first, what, "Write `nullable: true`, or declare OpenAPI 3.1.", "FH908")
    return document.with_notes([note]).moved(moved).with_root(document.root)


def _read(schema: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a choice with the type null has instead, or None if it is none."""
    words = [word for word in _CHOICES if isinstance(schema.get(word), list)]
    if len(words) != 1 or not any(map(_is_null, schema[words[0]])):
        return None
    others = [part for part in schema[words[0]] if not _is_null(part)]
    if not others or not all(isinstance(part, dict) for part in others):
        return None
    if len(others) > 1:
        return {words[0]: others, "nullable": True}
    (only,) = others
    if "$ref" in only or only.keys() & schema.keys():
        return {"allOf": [only], "nullable": True} if "allOf" not in schema else None
    return {**only, "nullable": True}


def _is_null(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == _NULL and "properties" not in part
