"""Reads the parts of `allOf` that only describe as words of the schema itself, which say the same.

Libraries write `allOf: [{$ref: ...}, {default: ...}]`, because in OpenAPI 3.0 nothing may stand beside a
`$ref`.
"""

from typing import Any

from freehold.contract.normalizing.patterns.schema_parts import schemas_to_rewrite
from freehold.contract.vocabulary import DESCRIBING_KEYWORDS
from freehold.reading.document import Document

_DESCRIBING = DESCRIBING_KEYWORDS - {"discriminator"}


def describe_whole(document: Document) -> Document:
    """Return the contract without parts of `allOf` that only describe. What a schema says itself stays."""
    found = list(schemas_to_rewrite(document.root, _read))
    for _, schema, new in found:
        schema.clear()
        schema.update(new)
    return document.with_root(document.root) if found else document


def _read(schema: dict[str, Any]) -> dict[str, Any] | None:
    parts = schema.get("allOf")
    if not isinstance(parts, list):
        return None
    describing = [part for part in parts if isinstance(part, dict) and part and part.keys() <= _DESCRIBING]
    others = [part for part in parts if part not in describing]
    if not describing or not others:
        return None
    words = {word: value for part in reversed(describing) for word, value in part.items()}
    return {**words, **schema, "allOf": others}
