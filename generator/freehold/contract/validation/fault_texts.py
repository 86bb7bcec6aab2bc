"""One sentence for each keyword of JSON Schema that a value can fail, and for each other fault of a request.

No sentence has a text of the client in it, and none has a pattern that the contract does not.
"""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .formats import DECIMAL_PATTERN, KEY_PATTERN

_TYPES = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_EXAMPLES = {
    "byte": "base64 (RFC 4648, section 4)",
    "binary": "base64 (RFC 4648, section 4)",
    "date": "an RFC 3339 date, for example 2030-01-31",
    "date-time": "an RFC 3339 date-time with an offset, for example 2030-01-31T20:15:00+02:00",
    "time": "an RFC 3339 time with an offset, for example 20:15:00+02:00",
    "decimal": "a string with a decimal number, for example 12.50",
    "duration": "an ISO 8601 duration, for example P3DT4H",
    "email": "an email address (RFC 5321)",
    "hostname": "a host name (RFC 1123)",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address (RFC 4291)",
    "uri": "a URI with its scheme (RFC 3986)",
    "uri-reference": "a URI or a relative reference (RFC 3986)",
    "uuid": "a UUID (RFC 9562)",
}
_STORABLE = {
    "byte": "base64 (RFC 4648, section 4)",
    "date": "a date of the years 1 to 9999",
    "date-time": "a date-time to the microsecond, of the years 1 to 9999",
    "double": "a number with at most 17 significant digits",
    "time": "a time to the microsecond",
    "uuid": "a UUID (RFC 9562)",
}
"""What PostgreSQL can store, of a format."""
_MOST_VALUES = 20  # of an enum, in a sentence
_CURSOR = "Must be a cursor of this list in this sort order."
_KEY = "Must be a single value of 1 to 255 printable ASCII characters."
OWN_PATTERNS: dict[str, str] = {
    DECIMAL_PATTERN: f"Must be {_EXAMPLES['decimal']}.",
    KEY_PATTERN: _KEY,
}
"""The sentences for the patterns that the effective contract adds: nobody of the team has written these."""


def _count(limit: Any, one: str, many: str = "") -> str:
    return f"{limit} {one if limit == 1 else many or one + 's'}"


def _number(limit: Any) -> str:
    return f"{limit:f}" if isinstance(limit, Decimal) else f"{limit}"


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=float)


def _types(limit: Any) -> str:
    names = [_TYPES.get(kind, str(kind)) for kind in (limit if isinstance(limit, list) else [limit])]
    return f"Must be {' or '.join([', '.join(names[:-1]), names[-1]] if names[1:] else names)}."


def _enum(limit: Any) -> str:
    if isinstance(limit, str):  # of a hand-written route, as pydantic words it
        return f"Must be {limit}."
    values = ", ".join(map(_value, limit[:_MOST_VALUES]))
    return f"Must be one of {values}{', …' if len(limit) > _MOST_VALUES else ''}."


_TEXTS: Mapping[str, Callable[[Any], str]] = {
    "additionalProperties": lambda _: "This property is not known here.",
    "anyOf": lambda _: "Matches none of the alternatives.",
    "const": lambda limit: f"Must be {_value(limit)}.",
    "characters": lambda _: "Must not contain U+0000 or half of a surrogate pair.",
    "contains": lambda _: "Does not contain the required items.",
    "dependentRequired": lambda _: "Required, because of another property of the object.",
    "discriminator": lambda limit: f"Must be one of {', '.join(map(_value, limit))}.",
    "cursor": lambda _: _CURSOR,
    "encoding": lambda _: "Must be percent-encoded UTF-8.",
    "enum": _enum,
    "exclusiveMaximum": lambda limit: f"Must be less than {_number(limit)}.",
    "exclusiveMinimum": lambda limit: f"Must be greater than {_number(limit)}.",
    "false": lambda _: "No value is allowed here.",
    "format": lambda limit: f"Must be {_EXAMPLES.get(limit, f'of the format {limit}')}.",
    "key": lambda _: _KEY,
    "malformed": lambda _: "Must be valid JSON.",
    "maxItems": lambda limit: f"Must have at most {_count(limit, 'item')}.",
    "maxLength": lambda limit: f"Must be at most {_count(limit, 'character')} long.",
    "maxProperties": lambda limit: f"Must have at most {_count(limit, 'property', 'properties')}.",
    "maximum": lambda limit: f"Must be at most {_number(limit)}.",
    "minItems": lambda limit: f"Must have at least {_count(limit, 'item')}.",
    "minLength": lambda limit: f"Must be at least {_count(limit, 'character')} long.",
    "minProperties": lambda limit: f"Must have at least {_count(limit, 'property', 'properties')}.",
    "minimum": lambda limit: f"Must be at least {_number(limit)}.",
    "multipleOf": lambda limit: f"Must be a multiple of {_number(limit)}.",
    "not": lambda _: "This value is excluded.",
    "oneOf": lambda _: "Must match exactly one of the alternatives.",
    "other_key": lambda _: "Must be the value that the path has.",
    "pattern": lambda limit: OWN_PATTERNS.get(limit) or f"Must match the pattern {limit}",
    "propertyNames": lambda _: "This name is not allowed.",
    "reference": lambda _: "No resource with this id exists.",
    "repeated": lambda _: "Must be sent only once.",
    "required": lambda _: "Required.",
    "reused": lambda _: "This key was used for another request.",
    "storage": lambda limit: f"Cannot be stored{f': must be {_STORABLE[limit]}' if limit else ''}.",
    "schema": lambda _: "Does not match its schema.",
    "too_large": lambda limit: f"The merged value is larger than {limit:,} bytes.",
    "type": _types,
    "unevaluatedItems": lambda _: "This item is not known here.",
    "unevaluatedProperties": lambda _: "This property is not known here.",
    "unknown": lambda _: "This operation has no such parameter.",
    "uniqueItems": lambda _: "Must not have two equal items.",
}


def fault_text(code: str, limit: Any) -> str:
    """The sentence for a failed keyword; `limit` is the keyword's value in the schema."""
    text = _TEXTS.get(code)
    return text(limit) if text else f"Does not satisfy {code}."


def make_fault(code: str, limit: Any = None, **place: str) -> dict[str, Any]:
    """The fault of a `pointer` or a `parameter`; `limit` is None for a code without a limit."""
    with_limit = {} if limit is None else {"limit": limit}
    return {**place, "code": code, **with_limit, "detail": fault_text(code, limit)}
