"""From the properties of a resource to the columns of its table."""

import json
from collections.abc import Iterator
from typing import Any

from freehold.columns import ColumnType, allowed_values, column_type, nullable
from freehold.contract import Node
from freehold.model import Check, Column, Index
from freehold.naming import identifier, snake
from freehold.safe import Code, literal
from freehold.vocabulary import owner, properties

_CREATED, _UPDATED = "created_at", "updated_at"
_NOW = Code("server_default=func.now()")


def columns(schema: Node) -> tuple[Column, ...]:
    """The owner's column, then one for each property."""
    said = owner(schema)
    uuid = said.format == "uuid"
    annotation, column = ("Mapped[UUID]", "Uuid") if uuid else ("Mapped[str]", "String(255)")
    first = Column(identifier(said.column), Code(annotation), (Code(column), Code("primary_key=True")))
    return (first, *(_column(schema, name, prop) for name, prop in properties(schema).items()))


def checks(schema: Node) -> tuple[Check, ...]:
    """The owner is somebody, and an enum is one of its values."""
    name = identifier(owner(schema).column)
    empty = Check(f"{name}_not_empty", Code(f'column("{name}") != ""'))
    found = [] if owner(schema).format == "uuid" else [empty]
    for key, prop in properties(schema).items():
        if allowed_values(prop):
            values = ", ".join(literal(value) for value in allowed_values(prop))
            found.append(Check(f"{snake(key)}_allowed", Code(f'column("{identifier(key)}").in_([{values}])')))
    return tuple(found)


def indexes(schema: Node, table: str) -> tuple[Index, ...]:
    """Each index begins with the owner, so that it serves one owner's rows."""
    options = schema.value["x-resource"]
    groups = (("ix", options.get("indexes", []), False), ("uq", options.get("unique", []), True))
    return tuple(
        _index(f"{prefix}_{table}", (owner(schema).column, *map(snake, names)), unique=unique)
        for prefix, wanted, unique in groups
        for names in wanted
    )


def _index(prefix: str, names: tuple[str, ...], *, unique: bool) -> Index:
    return Index(f"{prefix}_{'_'.join(names)}"[:63], names, unique)


def touched(schema: Node) -> tuple[str, ...]:
    """The columns that hold the time of the last change."""
    found = properties(schema).items()
    return tuple(snake(name) for name, prop in found if snake(name) == _UPDATED and _is_stamp(prop))


def optional(schema: Node) -> tuple[str, ...]:
    """The properties that a row may lack and that are never null on the wire."""
    found = properties(schema).items()
    return tuple(
        snake(name) for name, prop in found if not _always(schema, name, prop) and not nullable(prop)
    )


def _column(schema: Node, name: str, prop: Node) -> Column:
    types = column_type(prop)
    assert types is not None, f"the rules let {name} through"  # noqa: S101 - the rules have checked it
    optional = not _always(schema, name, prop)
    annotation = Code(f"Mapped[{types.python}{' | None' if optional else ''}]")
    return Column(identifier(name), annotation, (types.column, *_arguments(name, prop, types)))


def _arguments(name: str, prop: Node, types: ColumnType) -> Iterator[Code]:
    """The key, or what the database sets when nobody says a value."""
    if name == "id":
        uuid = prop.plain("format") == "uuid"
        yield from () if uuid else (Code("Identity(always=True)"),)
        yield Code("primary_key=True")
        yield from (Code("server_default=func.gen_random_uuid()"),) if uuid else ()
    elif snake(name) in (_CREATED, _UPDATED) and _is_stamp(prop):
        yield _NOW
    elif prop.plain("default") is not None:
        yield _default(prop.plain("default"), types)


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
    if name == "id" or (snake(name) in (_CREATED, _UPDATED) and _is_stamp(prop)):
        return True
    if nullable(prop):
        return False
    return "default" in prop.value or (name in schema.plain("required", []) and not prop.plain("readOnly"))


def _is_stamp(prop: Node) -> bool:
    return bool(prop.plain("readOnly")) and prop.plain("format") == "date-time"
