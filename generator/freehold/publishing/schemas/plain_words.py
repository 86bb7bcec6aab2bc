"""Says the same in the words that generators of clients know: null as a type, and types beside values."""

from typing import Any

from freehold.publishing.schemas.schema_parts import change_all_schemas, constraints, is_3_0
from freehold.publishing.tree import Part

_SCALARS = ("string", "integer", "number", "boolean")
_NOT_PLAIN = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref", "enum", "const", "nullable"}
)
_JSON_TYPES = {
    bool: "boolean",
    int: "integer",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}
_NULL: Part = {"type": "null"}
_NULL_OF_3_0: Part = {"nullable": True, "enum": [None]}


def use_plain_words(root: Part) -> None:
    """Rewrite the schemas of a document, in place. Each accepts what it accepted before."""
    simplify = _simplified_3_0 if is_3_0(root) else _simplified_3_1
    change_all_schemas(root, simplify)


def _simplified_3_1(schema: Part) -> Part:
    inner = _besides_null(schema, _NULL)
    if inner is not None:
        nullable = _constraints(inner) | {"type": [inner["type"], "null"]}
        schema = _annotations(inner) | _annotations(schema) | nullable
    if "const" in schema and "enum" not in schema:
        schema = _before(schema, "const", {"enum": [schema["const"]]})
    if "enum" in schema and "type" not in schema:
        schema = _before(schema, "enum", {"type": _types_of(schema["enum"])})
    kinds = schema.get("type")
    if not isinstance(kinds, list):
        return schema if kinds == "null" else _without_null(schema)
    plain = [kind for kind in kinds if kind != "null"]
    if "enum" in schema and plain and len(plain) < len(kinds):
        return _split(schema, plain)
    return schema | {"type": kinds[0] if len(kinds) == 1 else kinds}


def _split(schema: Part, kinds: list[str]) -> Part:
    """Return an enum with null as an alternative to null: many generators take null for a text."""
    plain = _without_null(_constraints(schema) | {"type": kinds[0] if len(kinds) == 1 else kinds})
    if None not in schema["enum"]:
        return _annotations(schema) | plain
    if schema["enum"] == [None] or "const" in schema:
        return schema
    return _annotations(schema) | {"anyOf": [plain, dict(_NULL)]}


def _simplified_3_0(schema: Part) -> Part:
    inner = _besides_null(schema, _NULL_OF_3_0)
    if inner is not None:
        schema = _annotations(inner) | _annotations(schema) | _constraints(inner) | {"nullable": True}
    if "enum" in schema and "$ref" not in schema:
        schema = _enum_of_3_0(schema)
    return schema


def _enum_of_3_0(schema: Part) -> Part:
    """Return an enum with a type, and with `nullable` and null together or not at all (3.0.3, 4.7.24.1)."""
    kinds = _types_of(schema["enum"])
    if "type" not in schema and "nullable" not in schema and isinstance(kinds, str) and kinds != "null":
        return _before(schema, "enum", {"type": kinds})
    if "type" not in schema:
        return schema
    if schema.get("nullable") is not True:
        return _without_null(schema)
    is_nullable = None in schema["enum"]
    return {word: part for word, part in schema.items() if word != "nullable" or is_nullable}


def _without_null(schema: Part) -> Part:
    """Return an enum without null, which its type refuses."""
    values = [value for value in schema.get("enum", ()) if value is not None]
    return schema | {"enum": values} if values else schema


def _besides_null(schema: Part, null: Part) -> Part | None:
    """Return X of `anyOf: [X, null]`, if X is a scalar whose other keywords say nothing about null."""
    words = constraints(schema)
    word = next(iter(words)) if len(words) == 1 else ""
    choices = schema[word] if word in ("anyOf", "oneOf") else []
    others = [choice for choice in choices if not (isinstance(choice, dict) and _constraints(choice) == null)]
    inner = others[0] if len(choices) == 2 and len(others) == 1 else None  # noqa: PLR2004 - it and null
    if not isinstance(inner, dict) or inner.get("type") not in _SCALARS:
        return None
    return None if _NOT_PLAIN & inner.keys() else inner


def _before(schema: Part, word: str, added: Part) -> Part:
    """Return a schema with keywords in front of another."""
    made: Part = {}
    for key, part in schema.items():
        made |= (added if key == word else {}) | {key: part}
    return made


def _types_of(values: list[Any]) -> str | list[str]:
    kinds = [*dict.fromkeys(_JSON_TYPES.get(type(value), "number") for value in values)]
    kinds = [kind for kind in kinds if kind != "integer" or "number" not in kinds]
    return kinds[0] if len(kinds) == 1 else kinds


def _annotations(schema: Part) -> Part:
    return {word: part for word, part in schema.items() if word not in constraints(schema)}


def _constraints(schema: Part) -> Part:
    return {word: part for word, part in schema.items() if word in constraints(schema)}
