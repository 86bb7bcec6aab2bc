"""Maps OpenAPI types and formats to Python types and column types."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jsonschema_rs import ReferencingError

from freehold.contract.validation.validators import ContractSchemas
from freehold.contract.vocabulary import DECIDING_KEYWORDS, MOST_PARTS, composed_size
from freehold.ground.literals import Code, literal
from freehold.reading.document import Document, Node


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
_INTEGERS = {"int32": ColumnType(Code("int"), Code("Integer"))}
_BIG_INTEGER = ColumnType(Code("int"), Code("BigInteger"))
_SCALARS = {
    "number": ColumnType(Code("float"), Code("Double")),
    "boolean": ColumnType(Code("bool"), Code("Boolean")),
}
_LONGEST_VARCHAR = 10_485_760  # characters: the limit of PostgreSQL
_JSON_DOCUMENT = ColumnType(Code("Any"), Code("JSONB"))
_BESIDE_A_CHOICE = frozenset({"allOf", "anyOf", "oneOf", "nullable"})
_CHOICES = ("allOf", "anyOf", "oneOf")
_DEEPEST_CHOICE = 16  # a schema may contain itself
_PLAIN_TYPES = frozenset({"string", "integer", "number", "boolean"})


def column_type(schema: Node) -> ColumnType:
    """Return the types for the schema of a property: JSONB where it has no single plain type."""
    schema = without_null(schema)
    kind, form = base_type(schema), schema.get_value("format")
    if kind == "array":
        return _array_type(schema)
    if kind not in _PLAIN_TYPES:
        return _JSON_DOCUMENT
    if allowed_values(schema):
        return _enum_type(schema, kind)
    if kind == "string":
        return _STRING_FORMATS.get(str(form)) or _text_type(schema.get_value("maxLength"))
    return _INTEGERS.get(str(form), _BIG_INTEGER) if kind == "integer" else _SCALARS[kind]


def _text_type(length: Any) -> ColumnType:
    is_bounded = isinstance(length, int | float) and 0 < length <= _LONGEST_VARCHAR
    return ColumnType(Code("str"), Code(f"String({int(length):d})" if is_bounded else "Text"))


def base_type(schema: Node) -> str | None:
    """Return the only type besides null, or None. For enum and const, it follows from the values.

    A decimal that may be sent as a number, too, is a text.
    """
    declared = schema.get_value("type")
    if declared is None and allowed_values(schema):
        kinds: list[Any] = [_OPENAPI_TYPES.get(type(value)) for value in allowed_values(schema)]
        return kinds[0] if len(set(kinds)) == 1 else None
    kinds = [kind for kind in (declared if isinstance(declared, list) else [declared]) if kind != "null"]
    if is_decimal_or_number(schema.value):
        return "string"
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], str) else None


def is_decimal_or_number(schema: Mapping[str, Any]) -> bool:
    """Whether the values of a schema are decimals as texts, or as numbers: pydantic's `Decimal` in a body."""
    kinds = schema.get("type")
    return schema.get("format") == "decimal" and isinstance(kinds, list) and {*kinds} >= {"number", "string"}


_OPENAPI_TYPES = {str: "string", int: "integer", bool: "boolean", float: "number"}


def is_nullable(schema: Node) -> bool:
    """Whether null is allowed, in any notation."""
    allowed = _judged_null(schema)
    if allowed is not None:
        return allowed
    kinds = schema.get_value("type")
    return schema.get_value("nullable") is True or (isinstance(kinds, list) and "null" in kinds)


def default_value(schema: Node) -> Any:
    """Return the default of a schema as a value of its column: 1 for 1.0, an integer in JSON Schema.

    That of a decimal is its text.
    """
    default, column = schema.get_value("default"), column_type(schema).column
    if column == "Numeric" and isinstance(default, int | float):
        return decimal_text(default)
    return whole_number(default) if "Integer" in column else default


def decimal_text(number: float | Decimal) -> str:
    """Return a number with its digits, and without an exponent."""
    return f"{Decimal(str(number)):f}"


def whole_number(value: Any) -> Any:
    """Return 1 for 1.0, also in an array, and other values as they are."""
    if isinstance(value, list):
        return [whole_number(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def contract_schemas(document: Document) -> ContractSchemas:
    """Return the validators of a contract, which are compiled once."""
    if "validators" not in document.cache:
        document.cache["validators"] = ContractSchemas(document.root)
    schemas: ContractSchemas = document.cache["validators"]
    return schemas


def accepts(schema: Node, value: Any) -> bool:
    """Whether a schema accepts a value; true for an invalid schema, which a rule refuses."""
    try:
        return bool(contract_schemas(schema.document).validator(schema.pointer).is_valid(value))
    except (LookupError, ValueError, ReferencingError):
        return True


def _judged_null(schema: Node) -> bool | None:
    """Whether the validator of a schema accepts null; None if it cannot be compiled, or is too large."""
    size = composed_size(schema, schema.document.cache.setdefault("composed_sizes", {}))
    if size is None or size > MOST_PARTS:
        return None  # a rule refuses it
    schemas = contract_schemas(schema.document)
    try:
        if schemas.at(schema.pointer) is None:
            return None
        return bool(schemas.validator(schema.pointer).is_valid(None))
    except (LookupError, TypeError, ValueError, ReferencingError):
        return None


def without_null(schema: Node) -> Node:
    """Return the schema of values besides null: X for `anyOf: [X, {type: "null"}]` and for `allOf: [X]`."""
    for _ in range(_DEEPEST_CHOICE):
        others = DECIDING_KEYWORDS & schema.value.keys() - _BESIDE_A_CHOICE
        inner = None if others else _only_part(schema)
        if inner is None:
            break
        schema = inner
    return schema


def _only_part(schema: Node) -> Node | None:
    """The only schema besides null in the one choice of a schema."""
    choices = [word for word in _CHOICES if word in schema.value]
    declared = schema.get(choices[0]) if len(choices) == 1 else None
    parts = list(declared.elements()) if declared else []
    if not all(isinstance(part.value, Mapping) for part in parts):
        return None
    left = [part for part in parts if not _is_null(part)]
    nulls = len(parts) - len(left)
    return left[0] if len(left) == 1 and nulls == (choices != ["allOf"]) else None


def allowed_values(schema: Node) -> list[Any]:
    """Return the values of an enum without null, or the value of a constant."""
    if "const" in schema.value:
        return [schema.value["const"]]
    return [value for value in schema.get_value("enum", []) if value is not None]


def _is_null(schema: Node) -> bool:
    return bool(schema.get_value("type") == "null")


def _enum_type(schema: Node, kind: str) -> ColumnType:
    """Map values of one type to a literal, numbers to their plain type, and mixed values to JSONB."""
    values = allowed_values(schema)
    if any(_OPENAPI_TYPES.get(type(value)) != kind for value in values):
        return _SCALARS["number"] if kind == "number" else _JSON_DOCUMENT
    column = {"string": Code("Text"), "integer": Code("BigInteger"), "boolean": Code("Boolean")}.get(kind)
    if column is None:
        return _SCALARS["number"]
    return ColumnType(Code(f"Literal[{', '.join(map(literal, values))}]"), column)


def _array_type(schema: Node) -> ColumnType:
    """Map an array of scalars to a PostgreSQL array, and any other array to JSONB."""
    items = schema.get("items") if "prefixItems" not in schema.value else None
    if items is None or base_type(without_null(items)) == "array" or is_nullable(items):
        return _JSON_DOCUMENT
    inner = column_type(items)
    if inner is _JSON_DOCUMENT:
        return _JSON_DOCUMENT
    return ColumnType(Code(f"list[{inner.python}]"), Code(f"ARRAY({inner.column})"))
