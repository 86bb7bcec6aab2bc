"""Translates the schemas of an OpenAPI document to JSON Schema 2020-12.

OpenAPI 3.1 uses JSON Schema 2020-12 as it is. OpenAPI 3.0 differs: it has `nullable`, a boolean
`exclusiveMinimum`, and a `$ref` that hides the keywords beside it.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

Schema = dict[str, Any]

SHARED_PATTERN = "x-shared-pattern"
"""Replaces `pattern` if its matcher is large, so that all schemas with the pattern share one matcher."""

DECIMAL_LIMITS = "x-decimal-limits"
"""Repeats the limits of a number, such as `minimum`, for the texts of the format decimal."""

_SIZES = {"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"}
_LARGEST_SIZE = 2**31 - 1  # of any text, array or object; validators count in 64 bits
NUMBER_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_LARGE_PATTERN = re.compile(r"\\[pP]\{|\{\d*,?\d{3,}\}")  # Unicode classes and hundreds of repetitions
INTEGERS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_DATA = frozenset({"example", "examples"})  # their contents are values, not schemas
SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
SCHEMA_MAPPINGS = ("properties", "patternProperties", "$defs", "dependentSchemas")
SINGLE_SCHEMAS = (
    "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames",
    "then", "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
HOLDERS = frozenset({*SCHEMA_LISTS, *SCHEMA_MAPPINGS, *SINGLE_SCHEMAS})
"""The keywords that have schemas."""
_WORDS_OF_3_0 = frozenset(
    """
    $ref additionalProperties allOf anyOf default deprecated description discriminator enum exclusiveMaximum
    exclusiveMinimum format items maxItems maxLength maxProperties maximum minItems minLength minProperties
    minimum multipleOf not oneOf pattern properties readOnly required title type uniqueItems writeOnly
    """.split()  # noqa: SIM905 - easier to read than a list
)


def to_2020_12(document: Mapping[str, Any]) -> dict[str, Any]:
    """Copy an OpenAPI document, with all schemas as JSON Schema 2020-12.

    Pointers into the document stay valid, except below a schema of OpenAPI 3.0 that is nullable and has no
    type: it moves into an `anyOf` with null.
    """
    translate = _from_3_0 if str(document.get("openapi", "")).startswith("3.0") else _from_2020_12
    components = document.get("components", {})
    schemas = components.get("schemas", {})
    others = {name: part for name, part in components.items() if name != "schemas" or not schemas}
    whole: dict[str, Any] = _outside(dict(document, components=others) if schemas else document, translate)
    if schemas:
        whole["components"]["schemas"] = {name: translate(schema) for name, schema in schemas.items()}
    return whole


def _outside(part: Any, translate: Callable[[Any], Any]) -> Any:
    """Copy a part of the document that is not a schema, and translate the schemas in it."""
    if isinstance(part, dict):
        return {
            key: value
            if key in _DATA or key.startswith("x-")
            else translate(value)
            if key == "schema"
            else _outside(value, translate)
            for key, value in part.items()
        }
    return [_outside(item, translate) for item in part] if isinstance(part, list) else part


def _inside(schema: Mapping[str, Any], translate: Callable[[Any], Any]) -> Schema:
    """Copy a schema, and translate its subschemas."""
    copied = dict(schema)
    if HOLDERS.isdisjoint(copied):
        return copied
    for word in SCHEMA_LISTS:
        if isinstance(copied.get(word), list):
            copied[word] = [translate(part) for part in copied[word]]
    for word in SCHEMA_MAPPINGS:
        if isinstance(copied.get(word), dict):
            copied[word] = {name: translate(part) for name, part in copied[word].items()}
    for word in SINGLE_SCHEMAS:
        if word in copied:
            copied[word] = translate(copied[word])
    return copied


def _from_2020_12(schema: Any) -> Any:
    """Copy a schema of JSON Schema 2020-12."""
    return _complete(_inside(schema, _from_2020_12)) if isinstance(schema, dict) else schema


def _complete(schema: Schema) -> Schema:
    """Replace large patterns, and add what the formats int32, int64 and decimal limit."""
    if isinstance(schema.get("pattern"), str) and _LARGE_PATTERN.search(schema["pattern"]):
        schema[SHARED_PATTERN] = schema.pop("pattern")
    for word in _SIZES & schema.keys():
        if isinstance(schema[word], int | float | Decimal):
            schema[word] = min(schema[word], _LARGEST_SIZE)
    form = schema.get("format")
    if isinstance(form, str) and form in INTEGERS:
        least, most = INTEGERS[form]
        schema["minimum"] = max(schema.get("minimum", least), least)
        schema["maximum"] = min(schema.get("maximum", most), most)
    limits = {word: schema[word] for word in NUMBER_LIMITS if word in schema}
    if form == "decimal" and limits:
        schema[DECIMAL_LIMITS] = limits
    return schema


def _from_3_0(schema: Any) -> Any:
    """Translate a schema of OpenAPI 3.0 (3.0.3, 4.7.24)."""
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}
    known = {word: value for word, value in schema.items() if word in _WORDS_OF_3_0}
    copied = _inside(known, _from_3_0)
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if copied.pop(exclusive, False) is True and bound in copied:
            copied[exclusive] = copied.pop(bound)
    complete = _complete(copied)
    return _with_null(complete) if schema.get("nullable") is True else complete


def _with_null(schema: Schema) -> Schema:
    """Allow null. An enum without null still rejects it (OpenAPI 3.0.3, 4.7.24.1)."""
    kind = schema.get("type")
    if isinstance(kind, str):
        return schema | {"type": [kind, "null"]}
    return {"anyOf": [schema, {"type": "null"}]}
