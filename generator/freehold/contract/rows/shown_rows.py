"""How an answer shows a row: as its resource, as an object with some of its properties, or in an envelope."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from freehold.contract.resources import has_name, id_property, is_singleton, properties
from freehold.contract.rows.envelopes import (
    envelope_part,
    fixed_value,
    fixed_values,
    is_beside,
    says_status,
)
from freehold.ground.naming import column_name
from freehold.reading.document import Node

_SCHEMAS = "/components/schemas/"


@dataclass(frozen=True)
class ShownRow:
    """A schema that shows a row, and where it is in the answer."""

    schema: Node
    envelope: str = ""
    """The property of the answer that holds the row; "" where the answer itself is the row."""


def shown_row(answer: Node | None, resource: Node) -> ShownRow | None:
    """Return how an answer shows a row of a resource, or None if it does not."""
    if answer is None:
        return None
    if shows_properties(answer, resource):
        return ShownRow(answer)
    name, part = enveloped(answer)
    return ShownRow(part, name) if part is not None and shows_properties(part, resource) else None


def enveloped(answer: Node) -> tuple[str, Node | None]:
    """Return the property of an envelope that can have a row, or many, by name; "" and None without one."""
    parts = all_properties(answer)
    name = envelope_part(parts, required_names(answer))
    return name, parts.get(name)


def is_message(answer: Node) -> bool:
    """Whether an answer says what was done, and nothing of a row: a message, a status, a success."""
    parts, required = all_properties(answer), required_names(answer)
    has_names = len({*map(column_name, parts)}) == len(parts)  # of their own in Python
    return (
        has_names
        and any(fixed_value(name, prop) for name, prop in parts.items())
        and all(is_beside(name, prop, required) for name, prop in parts.items())
    )


def is_same_for_each_status(answer: Node, part: str) -> bool:
    """Whether an answer says the same beside the property that holds its row, whatever its status is."""
    return not part or not says_status(_beside(answer, part))


def values_beside(answer: Node, part: str, success: tuple[str, Node]) -> dict[str, Any]:
    """Return what an answer says beside the property that holds its row, by property.

    `success` has the status of the answer, and its declaration.
    """
    return fixed_values(_beside(answer, part), required_names(answer), success)


def _beside(answer: Node, part: str) -> dict[str, Node]:
    """The properties of an answer beside one of them."""
    return {name: prop for name, prop in all_properties(answer).items() if name != part}


def shows_properties(schema: Node, resource: Node) -> bool:
    """Whether a schema is a resource, or an object with its id and others of its properties.

    What else it lists is optional, and never sent.
    """
    if schema.pointer == resource.pointer:
        return True
    shown, row_id = shown_properties(schema), id_property(resource)
    visible = {name for name, prop in properties(resource).items() if not prop.get_value("writeOnly")}
    known = [name for name in shown if name in visible]
    if row_id not in known and not (known and is_singleton(resource)):
        return False
    required = required_names(schema) - (all_properties(schema).keys() - shown.keys())
    return required <= set(known) and len(known) * 2 > len(shown)


def named_row(answer: Node, known: Mapping[str, Node]) -> str:
    """Return the resource that an answer is, has as a part, or is an envelope of; "" for none."""
    _, part = enveloped(answer)
    inside = [answer, *_parts(answer), *([part] if part is not None else [])]
    names = [part.name for part in inside if has_name(part) and part.name in known]
    return names[0] if names else ""


def all_properties(schema: Node) -> dict[str, Node]:
    """Return the properties of an object and of the parts that it is composed of."""
    found: dict[str, Node] = {}
    for part in (schema, *_parts(schema)):
        found |= {name: prop for name, prop in properties(part).items() if name not in found}
    return found


def shown_properties(schema: Node) -> dict[str, Node]:
    """Return the properties of an object and of its parts that answers have: all but the writeOnly ones."""
    found = all_properties(schema)
    return {name: prop for name, prop in found.items() if prop.get_value("writeOnly") is not True}


def required_names(schema: Node) -> set[str]:
    """Return the properties that an object and its parts require."""
    return {str(name) for part in (schema, *_parts(schema)) for name in part.get_value("required", [])}


def _parts(schema: Node, depth: int = 8) -> list[Node]:
    composed = schema.get("allOf") if depth else None
    direct = list(composed.elements()) if composed else []
    return [*direct, *(part for inner in direct for part in _parts(inner, depth - 1))]
