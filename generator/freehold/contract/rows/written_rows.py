"""How a body has the row that it writes: as it is, or in an envelope such as `{"article": {...}}`."""

from collections.abc import Collection
from dataclasses import dataclass

from freehold.contract.resources import properties
from freehold.contract.rows.column_types import base_type
from freehold.contract.rows.shown_rows import all_properties, required_names
from freehold.reading.document import Node

_COMPOSED = ("allOf", "oneOf", "anyOf")


@dataclass(frozen=True)
class WrittenRow:
    """The schema of the row that a body writes, and where it is in the body."""

    schema: Node
    envelope: str = ""
    """The only property of the body, which has the row; "" where the body itself is the row."""
    is_item: bool = False
    """Whether the body is an array of such rows."""


def written_row(body: Node, resource: Node) -> WrittenRow:
    """Return how a body of a standard operation has the row.

    Its envelope is an object with one property, which is no column: an object that is the resource, or has
    properties of it.
    """
    parts = list(properties(body).items())
    if body.pointer == resource.pointer or len(parts) != 1 or any(word in body.value for word in _COMPOSED):
        return WrittenRow(body)
    ((name, part),) = parts
    column = properties(resource).get(name)
    if column is not None and column.get_value("readOnly") is not True:
        return WrittenRow(body)
    return WrittenRow(part, name) if is_row(part, resource) else WrittenRow(body)


def is_row(schema: Node, resource: Node) -> bool:
    """Whether a schema is that of a row: an object that is the resource, or has properties of it."""
    is_object = base_type(schema) == "object" or "allOf" in schema.value
    is_own = schema.pointer == resource.pointer or bool(all_properties(schema).keys() & properties(resource))
    return is_object and is_own


def is_partial(row: Node, resource: Node, created: Collection[str]) -> bool:
    """Whether the row in the body of a PUT has only what changes: nothing is required that a row needs.

    `created` are the properties that a new row must be sent with.
    """
    sent, needed = all_properties(row), {*resource.get_value("required", []), *created}
    if not sent.keys() & properties(resource).keys():
        return True
    if row.pointer == resource.pointer or required_names(row):
        return False
    return any(
        name in needed and "default" not in {**prop.value, **(sent[name].value if name in sent else {})}
        for name, prop in properties(resource).items()
        if prop.get_value("readOnly") is not True
    )
