"""Maps OpenAPI types and formats to Python types and column types."""

from dataclasses import dataclass
from typing import Any

from freehold.ground.literals import Code, literal
from freehold.reading.document import Node


@dataclass(frozen=True)
class ColumnType:
    """The types of a property in Python and in the database."""

    python: Code
    column: Code
    wire: Code | None = None
    """The type that validates the JSON value, if it differs."""


_STRING_FORMATS = {
    "uuid": ColumnType(Code("UUID"), Code("Uuid")),
    "date": ColumnType(Code("dt.date"), Code("Date"), Code("FullDate")),
    "date-time": ColumnType(Code("dt.datetime"), Code("DateTime(timezone=True)"), Code("DateTime")),
    "time": ColumnType(Code("dt.time"), Code("Time(timezone=True)"), Code("FullTime")),
    "byte": ColumnType(Code("bytes"), Code("LargeBinary"), Code("Base64")),
    "binary": ColumnType(Code("bytes"), Code("LargeBinary"), Code("Base64")),
    "decimal": ColumnType(Code("Decimal"), Code("Numeric"), Code("DecimalText")),
}
_TEXT_FORMATS: dict[str | None, Code | None] = {  # the type that validates the JSON value, if any
    None: None,
    "password": None,
    "email": Code("Email"),
    "hostname": Code("Hostname"),
    "uri": Code("Uri"),
    "uri-reference": Code("UriReference"),
}
_SCALARS = {
    ("integer", "int32"): ColumnType(Code("int"), Code("Integer")),
    ("integer", "int64"): ColumnType(Code("int"), Code("BigInteger")),
    ("integer", None): ColumnType(Code("int"), Code("BigInteger")),
    ("number", None): ColumnType(Code("float"), Code("Double")),
    ("number", "double"): ColumnType(Code("float"), Code("Double")),
    ("boolean", None): ColumnType(Code("bool"), Code("Boolean")),
}
FORMATS = (
    *_STRING_FORMATS,
    *(form for form in _TEXT_FORMATS if form),
    *(form for _, form in _SCALARS if form),
)
"""All supported formats."""
_JSON_DOCUMENT = ColumnType(Code("Any"), Code("JSONB"))
_COMPOSITES = ("allOf", "oneOf", "anyOf", "properties", "additionalProperties")


def column_type(schema: Node) -> ColumnType | None:
    """Return the types for the schema of a property, or None if it is not supported."""
    schema = without_null(schema)
    kind, form = base_type(schema), schema.get_value("format")
    if kind == "array":
        return _array_type(schema)
    if kind == "object" or (kind is None and any(schema.get(key) for key in _COMPOSITES)):
        return _JSON_DOCUMENT
    if allowed_values(schema):
        return _enum_type(schema)
    if kind != "string":
        return _SCALARS.get((kind or "", form))
    return (
        _text_type(form, schema.get_value("maxLength"))
        if form in _TEXT_FORMATS
        else _STRING_FORMATS.get(form)
    )


def _text_type(form: str | None, length: int | None) -> ColumnType:
    return ColumnType(Code("str"), Code(f"String({length:d})" if length else "Text"), _TEXT_FORMATS[form])


def base_type(schema: Node) -> str | None:
    """Return the only type besides null, or None. For enum and const, it follows from the values."""
    declared = schema.get_value("type")
    if declared is None and allowed_values(schema):
        kinds: list[Any] = [_OPENAPI_TYPES.get(type(value)) for value in allowed_values(schema)]
        return kinds[0] if len(set(kinds)) == 1 else None
    kinds = [kind for kind in (declared if isinstance(declared, list) else [declared]) if kind != "null"]
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], str) else None


_OPENAPI_TYPES = {str: "string", int: "integer", bool: "boolean", float: "number"}


def is_nullable(schema: Node) -> bool:
    """Whether null is allowed, in any notation of OpenAPI 3.1 or 3.0."""
    declared = schema.get_value("type")
    return (
        schema.get_value("nullable") is True
        or (isinstance(declared, list) and "null" in declared)
        or None in schema.get_value("enum", [])
        or any(_is_null(part) for part in _choices(schema))
    )


def without_null(schema: Node) -> Node:
    """Return the schema without null: X for `anyOf: [X, {type: "null"}]`."""
    choices = _choices(schema)
    left = [part for part in choices if not _is_null(part)]
    return left[0] if len(left) == 1 and len(choices) == len(left) + 1 else schema


def allowed_values(schema: Node) -> list[Any]:
    """Return the values of an enum without null, or the value of a constant."""
    if "const" in schema.value:
        return [schema.value["const"]]
    return [value for value in schema.get_value("enum", []) if value is not None]


def _choices(schema: Node) -> list[Node]:
    declared = schema.get("anyOf") or schema.get("oneOf")
    return list(declared.elements()) if declared else []


def _is_null(schema: Node) -> bool:
    return bool(schema.get_value("type") == "null")


def _enum_type(schema: Node) -> ColumnType | None:
    plain = {"string": Code("Text"), "integer": Code("BigInteger")}.get(base_type(schema) or "")
    values = ", ".join(map(literal, allowed_values(schema)))
    return ColumnType(Code(f"Literal[{values}]"), plain) if plain else None


def _array_type(schema: Node) -> ColumnType | None:
    """Map an array of scalars to a PostgreSQL array, and any other array to JSONB."""
    items = schema.get("items")
    inner = column_type(items) if items and not is_nullable(items) else None
    if inner is None or inner is _JSON_DOCUMENT or inner.column.startswith("ARRAY"):
        return _JSON_DOCUMENT
    return ColumnType(Code(f"list[{inner.python}]"), Code(f"ARRAY({inner.column})"))
