"""One sentence for each keyword of JSON Schema that a value can fail, with the keyword's limit in it."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

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
_MOST_VALUES = 20  # of an enum, in a sentence


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
    "encoding": lambda _: "Must be percent-encoded UTF-8.",
    "enum": _enum,
    "exclusiveMaximum": lambda limit: f"Must be less than {_number(limit)}.",
    "exclusiveMinimum": lambda limit: f"Must be greater than {_number(limit)}.",
    "false": lambda _: "No value is allowed here.",
    "format": lambda limit: f"Must be {_EXAMPLES.get(limit, f'of the format {limit}')}.",
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
    "pattern": lambda limit: f"Must match the pattern {limit}",
    "propertyNames": lambda _: "This name is not allowed.",
    "repeated": lambda _: "Must be sent only once.",
    "required": lambda _: "Required.",
    "storage": lambda _: "This value cannot be stored.",
    "schema": lambda _: "Does not match its schema.",
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
