"""Merges the parts of a resource (`allOf`) into it: their properties become columns of its table.

The merged resource means the same. A resource stays as it is if one of its parts says more than which
properties there are, or defines a property that another part defines differently; a rule rejects it then.
"""

from collections.abc import Mapping
from typing import Any

from freehold.contract.operations.contract_operation import BODY_SUFFIXES
from freehold.contract.operations.inference import operations
from freehold.contract.resources import resources
from freehold.contract.vocabulary import DECIDING_KEYWORDS
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token

_SCHEMAS = "/components/schemas/"
_MERGED = frozenset({"allOf", "properties", "required", "type"})


def merge_parts(document: Document) -> Document:
    """Return the contract with each resource, and each body that sets columns, merged with its parts.

    All `$ref` of the contract must exist. A merged body has no readOnly properties, which it cannot set.
    """
    document = _merge_all(document, resources(document), is_body=False)
    found = (o.row_body() for o in operations(document) if o.kind in BODY_SUFFIXES)
    return _merge_all(document, {body.name: body for body in found if body is not None}, is_body=True)


def _merge_all(document: Document, schemas: Mapping[str, Node], *, is_body: bool) -> Document:
    merged: dict[str, dict[str, Any]] = {}
    moved: dict[str, str] = {}
    for name, schema in schemas.items():
        if schema.pointer == _SCHEMAS + name and isinstance(schema.value.get("allOf"), list):
            parts = _parts(schema)
            properties = None if parts is None else _properties(parts)
            if parts is not None and properties is not None:
                if is_body:
                    properties = {k: p for k, p in properties.items() if p.value.get("readOnly") is not True}
                merged[name] = _merge(schema, parts, properties)
                below = f"{schema.pointer}/properties/"
                moved |= {prop.pointer: below + escape_token(key) for key, prop in properties.items()}
    if not merged:
        return document
    root = document.root
    everything = {**root["components"]["schemas"], **merged}
    whole = {**root, "components": {**root["components"], "schemas": everything}}
    return document.with_root(whole).moved(moved)


def _parts(schema: Node) -> list[Node] | None:
    """Return the parts of a resource and the resource itself, each once, or None if they cannot be merged."""
    found: dict[str, Node] = {}
    left = [schema]
    while left:
        part = left.pop()
        if part.pointer in found:
            continue
        if not isinstance(part.value, Mapping) or (part is not schema and not _is_plain(part)):
            return None
        found[part.pointer] = part
        composed = part.get("allOf")
        left += list(composed.elements()) if composed else []
    return [*found.values()][::-1]


def _is_plain(part: Node) -> bool:
    """Whether a part only says which properties there are."""
    others = DECIDING_KEYWORDS & part.value.keys() - _MERGED
    shaped = isinstance(part.value.get("properties", {}), Mapping)
    listed = isinstance(part.value.get("required", []), list)
    return part.value.get("type", "object") == "object" and not others and shaped and listed


def _properties(parts: list[Node]) -> dict[str, Node] | None:
    """Return the properties of all parts, or None if two parts define one differently."""
    found: dict[str, Node] = {}
    for part in parts:
        for name, value in part.value.get("properties", {}).items():
            prop = Node(part.document, f"{part.pointer}/properties/{escape_token(name)}", value)
            if name in found and found[name].value != value:
                return None
            found.setdefault(name, prop)
    return found


def _merge(schema: Node, parts: list[Node], properties: Mapping[str, Node]) -> dict[str, Any]:
    required = dict.fromkeys(name for part in parts for name in part.value.get("required", ()))
    rest = {word: value for word, value in schema.value.items() if word != "allOf"}
    if any(part.value.get("type") == "object" for part in parts):
        rest["type"] = "object"
    values = {name: prop.value for name, prop in properties.items()}
    needed = [name for name in required if name in values or name not in _declared(parts)]
    return rest | {"properties": values} | ({"required": needed} if needed else {})


def _declared(parts: list[Node]) -> set[str]:
    return {name for part in parts for name in part.value.get("properties", {})}
