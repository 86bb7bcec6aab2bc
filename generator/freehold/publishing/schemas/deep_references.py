"""Replaces references into the inside of schemas, which many generators of clients cannot follow.

What `#/components/schemas/Task/properties/title` refers to is copied if it is small, and gets a name if not.
"""

from typing import Any
from urllib.parse import unquote

from freehold.publishing.schemas.component_names import add_component, component_name
from freehold.publishing.schemas.schema_parts import (
    constraints,
    copy_of,
    is_3_0,
    referred_name,
    schema_holders,
)
from freehold.publishing.tree import Part, schemas_in
from freehold.reading.json_pointers import resolve_pointer, unescape_token

_MOST_COPIED = 3  # schemas in a copy; without a limit, copies of copies would be huge
_STRUCTURE = frozenset({"components", "schemas", "properties", "paths", "schema"})


def replace_deep_references(root: Part) -> None:
    """Replace each reference to a schema that has no name, in place."""
    references: dict[str, list[Part]] = {}
    for holder, key in schema_holders(root):
        for part in schemas_in(holder[key]):
            if _is_deep(part):
                references.setdefault(_target_pointer(root, part), []).append(part)
    targets = {pointer: resolve_pointer(root, pointer) for pointer in sorted(references)}
    for pointer, target in targets.items():
        if _can_be_copied(target) and not any(_is_limited(root, part) for part in references[pointer]):
            for part in references[pointer]:
                del part["$ref"]
                part.update(copy_of(_as_object(target)) | part)
        else:
            named = _give_name(root, pointer, target)
            for part in references[pointer]:
                part.update(named)


def _is_deep(schema: Any) -> bool:
    return isinstance(schema, dict) and isinstance(schema.get("$ref"), str) and referred_name(schema) is None


def _target_pointer(root: Part, reference: Any) -> str:
    """Return the pointer behind a chain of references."""
    pointer = ""
    while _is_deep(reference):
        pointer = unquote(reference["$ref"])[1:]
        reference = resolve_pointer(root, pointer)
    return pointer


def _can_be_copied(target: Any) -> bool:
    inside = [*schemas_in(target)]
    return len(inside) <= _MOST_COPIED and not any(_is_deep(part) for part in inside)


def _is_limited(root: Part, reference: Part) -> bool:
    """Whether there are keywords beside a reference that count."""
    return not is_3_0(root) and constraints(reference) != {"$ref"}


def _as_object(schema: Any) -> Part:
    if isinstance(schema, dict):
        return schema
    return {} if schema is True else {"not": {}}


def _give_name(root: Part, pointer: str, target: Part) -> Part:
    """Move a schema to `components`, leave a reference, and return the reference."""
    tokens = [unescape_token(token) for token in pointer.split("/")[1:]]
    name = component_name(*(token for token in tokens if token not in _STRUCTURE))
    moved = dict(target)
    target.clear()
    target |= add_component(root, name, moved)
    return target
