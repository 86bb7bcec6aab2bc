"""Why a contract with a schema of the JSON-Schema-Test-Suite may be refused: the whole list."""

import re
from collections.abc import Callable, Iterator, Mapping

import jsonschema_rs

from tests.values.json_schema_suite import looks_around, patterns, subschemas
from tests.values.json_text import Json, texts

_DYNAMIC = {"$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor"}
_PLACES = {"$id", "id", "$anchor"}
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.:@$-]+")
_MOST = 1000  # repetitions in a pattern
_WORDS = {
    "$ref", "$defs", "$schema", "$vocabulary", "$comment", "allOf", "anyOf", "oneOf", "not", "if", "then",
    "else", "dependentSchemas", "dependentRequired", "prefixItems", "items", "contains",
    "minContains", "maxContains", "properties", "patternProperties", "additionalProperties", "propertyNames",
    "unevaluatedItems", "unevaluatedProperties", "type", "enum", "const", "multipleOf", "maximum",
    "exclusiveMaximum", "minimum",
    "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems",
    "maxProperties", "minProperties", "required", "title", "description", "default", "deprecated", "readOnly",
    "writeOnly", "examples", "format", "contentEncoding", "contentMediaType", "contentSchema", "definitions",
} | _DYNAMIC | _PLACES  # fmt: skip


def _words(schema: Json) -> set[str]:
    return {word for part in subschemas(schema) for word in part}


def _references(schema: Json) -> Iterator[str]:
    yield from (part["$ref"] for part in subschemas(schema) if isinstance(part.get("$ref"), str))


def _remote(schema: Json) -> bool:
    return any(not reference.startswith("#") for reference in _references(schema))


def _dynamic(schema: Json) -> bool:
    return bool(_words(schema) & _DYNAMIC)


def _placed(schema: Json) -> bool:
    return bool(_words(schema) & _PLACES) or any(re.match("#[^/]", found) for found in _references(schema))


def _dialect(schema: Json) -> bool:
    return any("$vocabulary" in part for part in subschemas(schema)) or any(
        "2020-12/schema" not in part["$schema"] for part in subschemas(schema) if "$schema" in part
    )


def _backtracks(schema: Json) -> bool:
    return any(map(looks_around, patterns(schema)))


def _counts(schema: Json) -> bool:
    counts = (int(count) for pattern in patterns(schema) for count in re.findall(r"[{,](\d+)", pattern))
    return any(count > _MOST for count in counts)


def _no_pattern(schema: Json) -> bool:
    return any(not _compiles(pattern) for pattern in patterns(schema))


def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.validator_for({"pattern": pattern})
    except jsonschema_rs.ValidationError:
        return False
    return True


def _named(schema: Json) -> bool:
    """Names of properties that would not be plain names on the wire."""
    names = (key for part in subschemas(schema) for key in part.get("properties", {}))
    return not all(map(_PLAIN_NAME.fullmatch, names))


def _unknown(schema: Json) -> bool:
    return not _words(schema) <= _WORDS


def _default(schema: Json) -> bool:
    """A default that its own schema does not allow."""
    for part in subschemas(schema):
        if "default" in part and "$ref" not in str(part) and not _accepts(part):
            return True
    return False


def _accepts(part: Mapping[str, Json]) -> bool:
    return jsonschema_rs.is_valid(dict(part), part["default"])


def _beside_reference(schema: Json) -> bool:
    """Keywords that OpenAPI 3.0 would ignore; in 3.1 they are enforced, and no schema is refused for them."""
    return any("$ref" in part and len(part) > 1 for part in subschemas(schema))


def _null_byte(schema: Json) -> bool:
    return any("\0" in text for text in texts(schema))


REASONS: Mapping[str, Callable[[Json], bool]] = {
    "a remote $ref": _remote,
    "$dynamicRef, $dynamicAnchor": _dynamic,
    "$id, $anchor": _placed,
    "another dialect: $schema, $vocabulary": _dialect,
    "a pattern that needs backtracking": _backtracks,
    "a pattern that counts beyond 1,000": _counts,
    "a pattern that no reader of ECMA-262 can read": _no_pattern,
    "a property name that is more than letters of ASCII, digits and _ - . : @ $": _named,
    "a keyword that 2020-12 does not have": _unknown,
    "a default that its own schema does not allow": _default,
    "U+0000, which PostgreSQL cannot keep": _null_byte,
    "keywords beside a $ref in OpenAPI 3.0": _beside_reference,
}


def reason(schema: Json) -> str | None:
    """The first reason on the list that is true of a schema."""
    return next((name for name, holds in REASONS.items() if holds(schema)), None)
