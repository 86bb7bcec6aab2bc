"""Reads the decimals of older pydantic: a number or any text in a body, and a text in the rows."""

from collections.abc import Iterator
from typing import Any

from freehold.contract.normalizing.patterns.decimals import Digits, texted_default
from freehold.contract.operations.inference import operations
from freehold.contract.resources import properties, resources, schemas
from freehold.contract.rows.column_types import is_decimal_or_number
from freehold.contract.rows.shown_rows import shows_properties
from freehold.contract.validation.schema_dialect import NUMBER_LIMITS
from freehold.contract.vocabulary import DESCRIBING_KEYWORDS
from freehold.reading.document import Document, Node

_NULL = "null"
_OF_TEXTS = DESCRIBING_KEYWORDS | {"type", "format"}
_OF_NUMBERS = DESCRIBING_KEYWORDS | {"type", *NUMBER_LIMITS}


def read_decimal_choices(document: Document) -> Document:
    """Return the contract with the format `decimal` where a body has `anyOf` of a number and any text.

    pydantic wrote its decimals so before they had a pattern. It is one if the row has a text, or a number, of
    the same name. OpenAPI 3.0 cannot say that a number is accepted, too.
    """
    if str(document.root.get("openapi")).startswith("3.0"):
        return document
    read = []
    for pointer, new in dict(_decimals(document)).items():
        schema = document.node_at(pointer)
        if schema is not None:
            read += [pointer] if "format" not in schema.value else []
            schema.value.pop("anyOf", None)
            schema.value.update(new)
    if not read:
        return document
    what = f"{len(read)} properties are decimals as pydantic writes them, a number or any text in a body: "
    fix = "Texts that are no numbers are refused. Write `format: decimal` for the texts."
    note = document.problem(min(read), f"{what}they are read as `format: decimal`", fix, "FH908")
    return document.with_notes([note]).with_root(document.root)


def _decimals(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the pointers of properties that are decimals, in bodies and in rows, with their new keywords."""
    known = resources(document)
    for operation in operations(document):
        row, body = known.get(operation.resource or ""), operation.row_body()
        kept = properties(row) if row else {}
        for name, prop in properties(body).items() if body and kept else ():
            is_decimal = is_decimal_or_number(prop.value)
            new = prop.value if is_decimal else _number_or_text(prop.value)
            if row is None or body is None or new is None or name not in kept or not _is_inline(prop, body):
                continue
            if _is_plain(kept[name].value, "number"):  # examples then have numbers in both
                yield prop.pointer, {**new, "type": sorted(new["type"], key="number string null".find)}
            elif _is_plain(kept[name].value, "string") and not is_decimal and _is_inline(kept[name], row):
                yield prop.pointer, new
                yield from _shown_texts(document, row, name)


def _is_inline(prop: Node, schema: Node) -> bool:
    """Whether a property is written in a schema itself, and not in one that others refer to, too."""
    return prop.pointer.startswith(f"{schema.pointer}/")


def _shown_texts(document: Document, row: Node, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a property of a row in each schema that shows the row with a text for it."""
    rows = {resource.pointer for resource in resources(document).values()} - {row.pointer}
    for _, schema in schemas(document):
        prop = properties(schema).get(name)
        is_own = prop is not None and schema.pointer not in rows and _is_inline(prop, schema)
        if prop and is_own and _is_plain(prop.value, "string") and shows_properties(schema, row):
            kinds = ["string", _NULL] if _NULL in _kinds(prop.value) else "string"
            yield prop.pointer, {"type": kinds, "format": "decimal", **texted_default(prop.value)}


def _number_or_text(schema: Any) -> dict[str, Any] | None:
    """Return the keywords of a decimal for a choice of a number and any text, and maybe null."""
    kinds = _kinds(schema)
    number, text = kinds.pop("number", None), kinds.pop("string", None)
    if number is None or text is None or kinds.keys() - {_NULL} or "anyOf" not in schema:
        return None
    if text.keys() - DESCRIBING_KEYWORDS - {"type"} or number.keys() - _OF_NUMBERS:
        return None
    return Digits().beside_number(number, schema, or_null=bool(kinds))


def _is_plain(schema: Any, kind: str) -> bool:
    """Whether a schema is a text without limits, or a number, and maybe null."""
    kinds = _kinds(schema)
    part = kinds.pop(kind, None)
    if part is None or kinds.keys() - {_NULL}:
        return False
    known = _OF_NUMBERS if kind == "number" else _OF_TEXTS
    return not part.keys() - known - {"anyOf"} and part.get("format", "decimal") == "decimal"


def _kinds(schema: Any) -> dict[str, dict[str, Any]]:
    """Return the types of a schema, each with the part of it that says more about its values."""
    if not isinstance(schema, dict):
        return {}
    parts = schema.get("anyOf", [schema])
    if parts != [schema] and schema.keys() - DESCRIBING_KEYWORDS - {"anyOf"}:
        return {}
    found: dict[str, dict[str, Any]] = {}
    for part in parts:
        declared = part.get("type") if isinstance(part, dict) else None
        for kind in declared if isinstance(declared, list) else [declared]:
            if not isinstance(kind, str) or kind in found:
                return {}
            found[kind] = part
    return found
