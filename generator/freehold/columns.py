"""One table from an OpenAPI type to a Python type and a column's type."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from freehold.safe import Code, literal


@dataclass(frozen=True)
class ColumnType:
    """How a property is written in Python and in the database."""

    python: Code
    column: Code


_STRINGS = {
    "uuid": ColumnType(Code("UUID"), Code("Uuid")),
    "date": ColumnType(Code("date"), Code("Date")),
    "date-time": ColumnType(Code("datetime"), Code("DateTime(timezone=True)")),
    "time": ColumnType(Code("time"), Code("Time(timezone=True)")),
}
_TEXTS = frozenset({None, "email", "uri", "uri-reference", "hostname", "password"})
_NUMBERS = {
    ("integer", "int32"): ColumnType(Code("int"), Code("Integer")),
    ("integer", "int64"): ColumnType(Code("int"), Code("BigInteger")),
    ("integer", None): ColumnType(Code("int"), Code("BigInteger")),
    ("number", None): ColumnType(Code("float"), Code("Double")),
    ("number", "double"): ColumnType(Code("float"), Code("Double")),
    ("boolean", None): ColumnType(Code("bool"), Code("Boolean")),
}


def column_type(schema: Mapping[str, Any]) -> ColumnType | None:
    """The types for a property's schema, or None when there are none for it."""
    kind, form = base_type(schema), schema.get("format")
    if kind != "string":
        return _NUMBERS.get((kind or "", form))
    if "enum" in schema:
        return ColumnType(Code(f"Literal[{', '.join(map(literal, allowed_values(schema)))}]"), Code("Text"))
    if form in _STRINGS:
        return _STRINGS[form]
    length = schema.get("maxLength")
    return (
        ColumnType(Code("str"), Code(f"String({length:d})" if length else "Text")) if form in _TEXTS else None
    )


def base_type(schema: Mapping[str, Any]) -> str | None:
    """The one type besides null, if there is one."""
    said = schema.get("type")
    kinds = [kind for kind in (said if isinstance(said, list) else [said]) if kind != "null"]
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], str) else None


def nullable(schema: Mapping[str, Any]) -> bool:
    """Whether null is allowed, in the words of OpenAPI 3.1 or of 3.0."""
    said = schema.get("type")
    return schema.get("nullable") is True or (isinstance(said, list) and "null" in said)


def allowed_values(schema: Mapping[str, Any]) -> list[Any]:
    """The values of an enum, without null."""
    return [value for value in schema.get("enum", []) if value is not None]
