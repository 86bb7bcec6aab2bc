"""Builds the columns and the CHECK constraints of a table from the properties of a resource."""

import json
from collections.abc import Iterator
from typing import Any

from freehold.building.tables.table_model import CheckConstraint, Column
from freehold.contract.operations.contract_operation import IF_MATCH, ContractOperation
from freehold.contract.resources import (
    HIDDEN_VERSION_COLUMN,
    columns_of,
    embedded,
    generated_kind,
    generated_properties,
    id_property,
    is_not_null,
    is_singleton,
    omitted_when_null,
    owner,
    parent,
    properties,
    resources,
)
from freehold.contract.rows.chosen_keys import key_properties
from freehold.contract.rows.column_types import (
    ColumnType,
    allowed_values,
    column_type,
    default_value,
    without_null,
)
from freehold.ground.literals import Code, literal
from freehold.ground.naming import column_name, identifier
from freehold.reading.document import Node

_OWNER_TYPES = {  # the annotation and the type of the column, by the format of the owner
    "uuid": ("Mapped[UUID]", "Uuid"),
    "int32": ("Mapped[int]", "Integer"),
    "int64": ("Mapped[int]", "BigInteger"),
}
_KEY = Code("primary_key=True")
_GENERATED_ARGUMENTS = {  # of columns whose values the database generates
    "uuid": (_KEY, Code("server_default=func.gen_random_uuid()")),
    "identity": (Code("Identity(always=True)"), _KEY),
    "created": (Code("server_default=func.now()"),),
    "updated": (Code("server_default=func.now()"),),
    "version": (Code('server_default="1"'),),
}


def columns(schema: Node, version_column: str | None) -> tuple[Column, ...]:
    """Build the column of the owner, of each property, and of values that no property holds.

    `version_column` is the name of the column that counts the changes of a row, if there is one.
    """
    declared = owner(schema)
    of_owner = (
        [Column(identifier(declared.column), *_owner_type(declared.format, is_alone=is_singleton(schema)))]
        if declared
        else []
    )
    of_properties = [
        _column(schema, name, prop)
        for name, prop in columns_of(schema).items()
        if generated_kind(name, prop) != "owner"
    ]
    return (*of_owner, *of_properties, *_hidden_columns(schema, version_column))


def check_constraints(schema: Node) -> tuple[CheckConstraint, ...]:
    """Build the constraints that hold an owner to be non-empty, and an enum to one of its values."""
    constraints = []
    declared = owner(schema)
    if declared and declared.format is None:
        name = identifier(declared.column)
        constraints.append(CheckConstraint(f"{name}_not_empty", Code(f'column("{name}") != ""')))
    for key, prop in columns_of(schema).items():
        allowed = allowed_values(without_null(prop))
        if allowed and not column_type(prop).column.startswith(("JSONB", "ARRAY")):
            if any(isinstance(value, float) for value in allowed):
                allowed = [float(value) for value in allowed]  # the first one decides the type in SQL
            values = ", ".join(map(literal, allowed))
            constraints.append(
                CheckConstraint(
                    f"{column_name(key)}_allowed", Code(f'column("{identifier(key)}").in_([{values}])')
                )
            )
    return tuple(constraints)


def updated_at_columns(schema: Node) -> tuple[str, ...]:
    """The columns that hold the time of the last change."""
    return tuple(column_name(name) for name in generated_properties(schema, "updated"))


def omit_when_null(schema: Node) -> tuple[str, ...]:
    """The columns that can be NULL although their property cannot be null: a response omits them then."""
    shown = embedded(schema)
    return tuple(column_name(name) for name in omitted_when_null(schema) if name not in shown)


def _owner_type(declared_format: str | None, *, is_alone: bool) -> tuple[Code, tuple[Code, ...]]:
    """The annotation and the arguments of the owner's column, which `is_alone` in the key of a singleton."""
    annotation, column = _OWNER_TYPES.get(declared_format or "", ("Mapped[str]", "String(255)"))
    plain = [Code("autoincrement=False")] if is_alone and annotation == "Mapped[int]" else []
    return Code(annotation), (Code(column), _KEY, *plain)


def _hidden_columns(schema: Node, version_column: str | None) -> Iterator[Column]:
    """The columns of the parent's id and of the version, where no property holds them."""
    property_columns = {column_name(name) for name in properties(schema)}
    link = parent(schema)
    if link and link.field not in property_columns:
        parent_schema = resources(schema.document)[link.resource]
        types = column_type(properties(parent_schema)[id_property(parent_schema)])
        keys = _key_arguments(schema, link.field, types)
        yield Column(identifier(link.field), Code(f"Mapped[{types.python}]"), (types.column, *keys))
    if version_column == HIDDEN_VERSION_COLUMN:
        yield Column(
            Code(version_column), Code("Mapped[int]"), (Code("BigInteger"), *_GENERATED_ARGUMENTS["version"])
        )


def _column(schema: Node, name: str, prop: Node) -> Column:
    types = column_type(prop)
    none = "" if is_not_null(schema, name, prop) else " | None"
    annotation = Code(f"Mapped[{types.python}{none}]")
    arguments = (*_key_arguments(schema, name, types), *_column_arguments(schema, name, prop, types))
    return Column(identifier(name), annotation, (types.column, *arguments))


def _key_arguments(schema: Node, name: str, types: ColumnType) -> Iterator[Code]:
    """The arguments of a column whose value clients choose to name the row, or which is a part of that."""
    if column_name(name) in map(column_name, key_properties(schema)):
        yield _KEY
        if types.python == "int":
            yield Code("autoincrement=False")


def _column_arguments(schema: Node, name: str, prop: Node, types: ColumnType) -> Iterator[Code]:
    """The primary key or the server default of a column, if it has one."""
    kind = generated_kind(name, prop)
    if kind is not None:
        arguments = _GENERATED_ARGUMENTS[kind]
        yield from (code for code in arguments if code != _KEY or not is_singleton(schema))
    elif prop.get_value("default") is not None:
        yield _server_default(default_value(prop), types)


def _server_default(value: Any, types: ColumnType) -> Code:
    if isinstance(value, bool):
        return Code("server_default=true()" if value else "server_default=false()")
    if types.column == "JSONB":
        text = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, list):
        text = "{" + ",".join(map(_array_element, value)) + "}"
    else:
        text = str(value)
    return Code(f"server_default={literal(text)}")


def _array_element(value: Any) -> str:
    """An element of a PostgreSQL array literal: quoted, with backslash escapes."""
    text = value if isinstance(value, str) else json.dumps(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def version_column(schema: Node, found: list[ContractOperation]) -> str | None:
    """Return the version property, or the hidden version column if entity tags need one, or None."""
    version_properties = generated_properties(schema, "version")
    if version_properties:
        return column_name(version_properties[0])
    own_operations = [operation for operation in found if operation.resource == schema.name]
    return (
        HIDDEN_VERSION_COLUMN
        if any(o.has_etag or o.request_header(IF_MATCH) for o in own_operations)
        else None
    )
