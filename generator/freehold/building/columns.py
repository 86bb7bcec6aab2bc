"""From the properties of a resource to the columns of its table."""

import json
from collections.abc import Iterator
from typing import Any

from freehold.building.model import CheckConstraint, Column
from freehold.contract.column_types import ColumnType, allowed_values, column_type, is_nullable
from freehold.contract.resources import (
    HIDDEN_VERSION_COLUMN,
    generated_kind,
    generated_properties,
    id_property,
    owner,
    parent,
    properties,
    resources,
)
from freehold.ground.literals import Code, literal
from freehold.ground.naming import identifier, snake_case
from freehold.reading.document import Node

_ARGUMENTS = {  # what the database sets by itself
    "uuid": (Code("primary_key=True"), Code("server_default=func.gen_random_uuid()")),
    "identity": (Code("Identity(always=True)"), Code("primary_key=True")),
    "created": (Code("server_default=func.now()"),),
    "updated": (Code("server_default=func.now()"),),
    "version": (Code('server_default="1"'),),
}


def columns(schema: Node, version: str | None) -> tuple[Column, ...]:
    """The owner's column, one for each property, and those that no answer shows."""
    first = [Column(identifier(said.column), *_owner_type(said.format))] if (said := owner(schema)) else []
    shown = [_column(schema, name, prop) for name, prop in properties(schema).items()]
    return (*first, *shown, *_hidden(schema, version))


def checks(schema: Node) -> tuple[CheckConstraint, ...]:
    """The owner is somebody, and an enum is one of its values."""
    found = []
    said = owner(schema)
    if said and said.format != "uuid":
        name = identifier(said.column)
        found.append(CheckConstraint(f"{name}_not_empty", Code(f'column("{name}") != ""')))
    for key, prop in properties(schema).items():
        if allowed_values(prop):
            values = ", ".join(literal(value) for value in allowed_values(prop))
            found.append(
                CheckConstraint(
                    f"{snake_case(key)}_allowed", Code(f'column("{identifier(key)}").in_([{values}])')
                )
            )
    return tuple(found)


def touched(schema: Node) -> tuple[str, ...]:
    """The columns that hold the time of the last change."""
    return tuple(snake_case(name) for name in generated_properties(schema, "updated"))


def optional(schema: Node) -> tuple[str, ...]:
    """The properties that a row may lack and that are never null on the wire."""
    found = properties(schema).items()
    return tuple(
        snake_case(name) for name, prop in found if not _always(schema, name, prop) and not is_nullable(prop)
    )


def _owner_type(form: str | None) -> tuple[Code, tuple[Code, ...]]:
    annotation, column = ("Mapped[UUID]", "Uuid") if form == "uuid" else ("Mapped[str]", "String(255)")
    return Code(annotation), (Code(column), Code("primary_key=True"))


def _hidden(schema: Node, version: str | None) -> Iterator[Column]:
    """The parent's id and the version, where no property shows them."""
    shown = {snake_case(name) for name in properties(schema)}
    link = parent(schema)
    if link and link.field not in shown:
        above = resources(schema.document)[link.resource]
        types = _types(properties(above)[id_property(above)], link.field)
        yield Column(identifier(link.field), Code(f"Mapped[{types.python}]"), (types.column,))
    if version == HIDDEN_VERSION_COLUMN:
        yield Column(Code(version), Code("Mapped[int]"), (Code("BigInteger"), *_ARGUMENTS["version"]))


def _column(schema: Node, name: str, prop: Node) -> Column:
    types = _types(prop, name)
    optional = not _always(schema, name, prop)
    annotation = Code(f"Mapped[{types.python}{' | None' if optional else ''}]")
    return Column(identifier(name), annotation, (types.column, *_arguments(name, prop, types)))


def _types(prop: Node, name: str) -> ColumnType:
    types = column_type(prop)
    assert types is not None, f"the rules let {name} through"  # noqa: S101 - the rules have checked it
    return types


def _arguments(name: str, prop: Node, types: ColumnType) -> Iterator[Code]:
    """The key, or what the database sets when nobody says a value."""
    kind = generated_kind(name, prop)
    if kind is not None:
        yield from _ARGUMENTS[kind]
    elif prop.get_value("default") is not None:
        yield _default(prop.get_value("default"), types)


def _default(value: Any, types: ColumnType) -> Code:
    if isinstance(value, bool):
        return Code("server_default=true()" if value else "server_default=false()")
    if types.column == "JSONB":
        text = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, list):
        text = "{" + ",".join(map(_element, value)) + "}"
    else:
        text = str(value)
    return Code(f"server_default={literal(text)}")


def _element(value: Any) -> str:
    """An element of an array, as PostgreSQL reads it: in quotes, a backslash before what is special."""
    text = value if isinstance(value, str) else json.dumps(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _always(schema: Node, name: str, prop: Node) -> bool:
    """Whether each row has a value: it is NOT NULL then."""
    link = parent(schema)
    if generated_kind(name, prop) or (link and link.field == snake_case(name)):
        return True
    if is_nullable(prop):
        return False
    return "default" in prop.value or (
        name in schema.get_value("required", []) and not prop.get_value("readOnly")
    )
