"""Writes the enums and constants of integers without a fraction: `1.0` is the integer 1 in JSON Schema."""

from typing import Any

from freehold.contract.normalizing.patterns.schema_parts import mappings_with
from freehold.contract.rows.column_types import whole_number
from freehold.reading.document import Document, resolve_ref


def write_whole_values(document: Document) -> Document:
    """Return the contract with integers in the enums and constants of integers (2020-12, 4.2.3)."""
    found = [
        part for part in mappings_with(document, "enum", "const") if _is_integer(resolve_ref(part).value)
    ]
    for part in found:
        part.value.update(
            {word: whole_number(part.value[word]) for word in ("enum", "const") if word in part.value}
        )
    return document.with_root(document.root) if found else document


def _is_integer(schema: Any) -> bool:
    declared = schema.get("type") if isinstance(schema, dict) else None
    kinds = declared if isinstance(declared, list) else [declared]
    return [kind for kind in kinds if kind != "null"] == ["integer"]
