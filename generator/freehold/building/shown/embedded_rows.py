"""Builds what shows rows of one resource inside those of another."""

from freehold.building.lists import order_columns
from freehold.building.shown.embedded_model import EachStatement, EmbeddedModel
from freehold.contract.operations.sort_words import default_order
from freehold.contract.resources import embedded, properties, resources
from freehold.contract.rows.column_types import is_nullable
from freehold.ground.literals import Code
from freehold.ground.naming import class_name, column_name, identifier
from freehold.reading.document import Node


def embedded_rows(schema: Node) -> tuple[EmbeddedModel, ...]:
    """Build the fields of a resource that show rows of others."""
    return tuple(
        EmbeddedModel(
            field=column_name(name),
            repository_class=Code(f"{class_name(part.resource)}Repository"),
            statement=_name(part.field),
            key=column_name(part.key),
            limit=part.limit,
            is_omitted=part.limit is None and not is_nullable(properties(schema)[name]),
        )
        for name, part in embedded(schema).items()
    )


def each_statements(schema: Node) -> tuple[EachStatement, ...]:
    """Build the statements by which other resources show rows of this one."""
    everywhere = (part for other in resources(schema.document).values() for part in embedded(other).values())
    fields = sorted({part.field for part in everywhere if part.resource == schema.name})
    return tuple(
        EachStatement(
            name=_name(field),
            column=Code(f"{class_name(schema.name)}Row.{identifier(field)}"),
            order=order_columns(schema, default_order(schema)),
        )
        for field in fields
    )


def _name(field: str) -> Code:
    return Code(f"_each_{column_name(field)}")
