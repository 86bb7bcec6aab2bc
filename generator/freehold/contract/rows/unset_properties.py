"""The properties that each answer must have, and that only an override sets: no client and no default."""

from collections.abc import Iterator

from freehold.contract.resources import columns_of, generated_kind, parent
from freehold.contract.rows.column_types import is_nullable
from freehold.ground.naming import column_name
from freehold.reading.document import Node


def required_from_code(schema: Node) -> Iterator[tuple[str, Node]]:
    """Yield the properties of a resource that only an override can set, with their names."""
    link = parent(schema)
    required = schema.get_value("required", [])
    for name, prop in columns_of(schema).items():
        is_set = generated_kind(name, prop) or "default" in prop.value
        is_set = is_set or (link is not None and link.field == column_name(name))
        is_answered = name in required and not prop.get_value("writeOnly")
        if is_answered and prop.get_value("readOnly") and not is_set and not is_nullable(prop):
            yield name, prop
