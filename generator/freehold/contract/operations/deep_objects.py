"""Objects in a query (`style: deepObject`): `created[gte]=2030-01-31` is `{"gte": "2030-01-31"}`.

A list reads each property of such an object as a parameter of its own, a custom operation the whole object.
"""

from collections.abc import Iterator
from typing import Any

from typing_extensions import override

from freehold.contract.rows.column_types import base_type, without_null
from freehold.reading.document import Node

DEEP_OBJECT = "deepObject"
PART_WORDS = ("x-filter", "x-search", "x-sort", "x-page", "x-max")
"""What a property can say, as a parameter can."""


class ObjectPart(Node):
    """A property of an object in a query, as a parameter: `created[gte]`."""

    schema: Node

    @classmethod
    def of(cls, schema: Node, value: dict[str, Any]) -> "ObjectPart":
        """Return the property with this schema, with the words of a parameter as its value."""
        part = cls(schema.document, schema.pointer, value)
        part.schema = schema
        return part

    @override
    def _part(self, key: str, value: Any) -> Node:
        return self.schema if key == "schema" else super()._part(key, value)


def is_deep_object(parameter: Node) -> bool:
    """Whether a parameter is an object, whose properties stand in brackets behind its name."""
    return bool(parameter.get_value("style") == DEEP_OBJECT and parameter.get_value("in") == "query")


def object_parts(parameter: Node) -> Iterator[Node]:
    """Yield each property of an object in a query as a parameter."""
    declared = parameter.get("schema")
    schema = without_null(declared) if declared else None
    parts = schema.get("properties") if schema else None
    needed = schema.get_value("required", []) if schema and parameter.get_value("required") is True else []
    for name, part in parts.items() if parts else ():
        value = {
            "name": f"{parameter.get_value('name')}[{name}]",
            "in": "query",
            "required": name in needed,
            "schema": part.value,
            **{word: part.value[word] for word in PART_WORDS if word in part.value},
        }
        yield ObjectPart.of(part, value)


def split_objects(parameters: list[Node]) -> list[Node]:
    """Return the parameters with those of the properties in place of each object in a query."""
    return [part for p in parameters for part in (object_parts(p) if is_deep_object(p) else (p,))]


def is_plain_object(schema: Node | None) -> bool:
    """Whether a schema is an object with properties, none of which is an object itself."""
    plain = without_null(schema) if schema else None
    parts = plain.get("properties") if plain and base_type(plain) == "object" else None
    return bool(parts and parts.value)
