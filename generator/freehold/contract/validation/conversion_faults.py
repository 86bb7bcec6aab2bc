"""Faults from the errors of pydantic: it converts what was judged, and it validates hand-written routes.

Its messages are dropped, because they may quote the value: the type of an error becomes the keyword of JSON
Schema that means the same, with a sentence of ours.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .fault_texts import make_fault
from .json_values import pointer_to

_TYPES = {
    "string": "string",
    "int": "integer",
    "int_from_float": "integer",
    "float": "number",
    "decimal": "number",
    "bool": "boolean",
    "list": "array",
    "tuple": "array",
    "set": "array",
    "frozen_set": "array",
    "iterable": "array",
    "dict": "object",
    "mapping": "object",
    "model": "object",
    "model_attributes": "object",
    "dataclass": "object",
}
_FORMATS = {
    "bytes_invalid_encoding": "byte",
    "date": "date",
    "date_from_datetime": "date",
    "datetime": "date-time",
    "datetime_from_date": "date-time",
    "time": "time",
    "time_delta": "duration",
    "url": "uri",
    "uuid": "uuid",
}
_LIMITS = {
    "enum": ("enum", "expected"),
    "greater_than": ("exclusiveMinimum", "gt"),
    "greater_than_equal": ("minimum", "ge"),
    "less_than": ("exclusiveMaximum", "lt"),
    "less_than_equal": ("maximum", "le"),
    "literal_error": ("enum", "expected"),
    "multiple_of": ("multipleOf", "multiple_of"),
    "string_pattern_mismatch": ("pattern", "pattern"),
    "string_too_long": ("maxLength", "max_length"),
    "string_too_short": ("minLength", "min_length"),
    "too_long": ("maxItems", "max_length"),
    "too_short": ("minItems", "min_length"),
}
"""The keyword that means the same as a type of error, and where the error has its limit."""
_PLAIN = {"extra_forbidden": "additionalProperties", "json_invalid": "malformed", "missing": "required"}
OTHER = "schema"
"""The code of an error that no keyword means."""


class NotStorable(ValueError):
    """PostgreSQL has no such value; `kind` is what it has, as `fault_texts` knows it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def describe_error(error: Mapping[str, Any]) -> tuple[str, Any]:
    """The code and the limit of an error of pydantic; the limit is None where there is none."""
    kind, context = str(error["type"]), error.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, NotStorable):
        return "storage", cause.kind
    if kind in _LIMITS:
        code, name = _LIMITS[kind]
        limit = context.get(name)
        return (code, limit) if isinstance(limit, int | float | Decimal | str) else (OTHER, None)
    plain = kind.removesuffix("_type").removesuffix("_parsing")
    if plain in _TYPES:
        return "type", _TYPES[plain]
    if plain in _FORMATS:
        return "format", _FORMATS[plain]
    return _PLAIN.get(kind, OTHER), None


def request_fault(error: Mapping[str, Any]) -> dict[str, Any]:
    """The fault for an error of FastAPI, whose location begins with `body`, `query`, `path` or `header`."""
    source, *steps = error["loc"]
    place = {"parameter": str(steps[0])} if source != "body" and steps else {"pointer": pointer_to(steps)}
    return make_fault(*describe_error(error), **place)
