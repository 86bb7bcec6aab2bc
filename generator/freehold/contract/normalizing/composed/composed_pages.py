"""Merges the parts of a page (`allOf`) into one object: a wrapper with links, and the rows that it wraps.

A page stays as it is if two of its parts say different things about a property; a rule rejects it then.
"""

from collections.abc import Mapping
from typing import Any

from freehold.contract.operations.inference import operations
from freehold.contract.rows.collection_paths import array_item_name
from freehold.contract.vocabulary import DECIDING_KEYWORDS
from freehold.reading.document import Document, Node
from freehold.reading.json_pointers import escape_token, resolve_pointer

_PLAIN = frozenset({"type", "properties", "required", "allOf"})
_DEEPEST = 8


def merge_pages(document: Document) -> Document:
    """Return the contract with each composed answer of a GET that has one array of rows as one object."""
    moved: dict[str, str] = {}
    for operation in operations(document):
        answer = operation.response_schema() if operation.method == "get" else None
        if answer is None or "allOf" not in answer.value or not answer.pointer.startswith("/components/"):
            continue
        parts = _properties(answer)
        rows = [name for name, prop in (parts or {}).items() if array_item_name(prop)]
        if parts is None or len(rows) != 1:
            continue
        merged = _merged(answer, parts)
        place = resolve_pointer(document.root, answer.pointer)
        place.clear()
        place.update(merged)
        below = f"{answer.pointer}/properties/"
        moved |= {prop.pointer: below + escape_token(name) for name, prop in parts.items()}
    return document.with_root(document.root).moved(moved) if moved else document


def _merged(schema: Node, parts: Mapping[str, Node]) -> dict[str, Any]:
    """An object with properties of several places."""
    rest = {word: value for word, value in schema.value.items() if word not in _PLAIN}
    required = list(dict.fromkeys(_required(schema)))
    values = {name: _plain_object(prop) for name, prop in parts.items()}
    return rest | {"type": "object", "properties": values} | ({"required": required} if required else {})


def _plain_object(prop: Node) -> Any:
    """The value of a property: one object, if it is composed of plain ones."""
    raw = prop.document.node_at(prop.pointer)
    parts = _properties(prop) if "allOf" in prop.value else None
    return _merged(prop, parts) if parts else (raw or prop).value


def _properties(schema: Node, depth: int = _DEEPEST) -> dict[str, Node] | None:
    """The properties of an object and its parts, or None if they cannot be those of one object."""
    if DECIDING_KEYWORDS & schema.value.keys() - _PLAIN or schema.get_value("type", "object") != "object":
        return None
    found: dict[str, Node] = {}
    own = schema.get("properties")
    names = [name for name, _ in own.items()] if own else []
    maps = [{name: _own_property(schema, name) for name in names}]
    composed = schema.get("allOf") if depth else None
    for part in composed.elements() if composed else ():
        inner = _properties(part, depth - 1)
        if inner is None:
            return None
        maps.append(inner)
    for name, prop in (entry for properties in maps for entry in properties.items()):
        if name not in found or _is_general(found[name]):
            found[name] = prop
        elif not _is_general(prop) and prop.value != found[name].value:
            return None
    return found


def _own_property(schema: Node, name: str) -> Node:
    prop = schema.get_path("properties", name) or schema
    return Node(schema.document, f"{schema.pointer}/properties/{escape_token(name)}", prop.value)


def _is_general(prop: Node) -> bool:
    """Whether a property only says that it is an object, or an array of objects."""
    items = prop.value.get("items", {})
    is_plain = not DECIDING_KEYWORDS & prop.value.keys() - {"type", "items"}
    return is_plain and items in ({}, {"type": "object"})


def _required(schema: Node, depth: int = _DEEPEST) -> list[str]:
    composed = schema.get("allOf") if depth else None
    parts = list(composed.elements()) if composed else []
    return [
        *schema.get_value("required", []),
        *(name for part in parts for name in _required(part, depth - 1)),
    ]
