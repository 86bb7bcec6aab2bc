"""JSON read and written exactly: a number keeps its digits, and 1 is not true."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Json = Any
"""What `read` returns: dict, list, str, int, Decimal, bool or None."""

MISSING: Json = object()
"""Stands for a property that an answer does not have."""


def read(text: str | bytes) -> Json:
    """Parses JSON; numbers with a point or an exponent become Decimal."""
    return json.loads(text, parse_float=Decimal)


def write(value: Json) -> str:
    """Writes what `read` returns. Letters that YAML or a terminal cannot show are escaped."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {write(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(write, value)) + "]"
    if isinstance(value, Decimal):
        return _number(value)
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _number(value: Decimal) -> str:
    """A number with a point, which YAML 1.1 and 1.2 both read as one, and JSON too."""
    if abs(value.adjusted()) < 40:
        return format(value, "f")
    sign, digits, exponent = value.as_tuple()
    first, *rest = map(str, digits)
    power = int(exponent) + len(rest)
    return f"{'-' * sign}{first}.{''.join(rest) or '0'}E{power:+d}"


def _text(value: str) -> str:
    return '"' + "".join(map(_letter, value)) + '"'


def _letter(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter.isprintable() or letter > "\uffff":
        return letter
    return f"\\u{ord(letter):04x}"


def same(one: Json, other: Json) -> bool:
    """Whether two values are equal in the sense of JSON Schema: 1 equals 1.0, and not true."""
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return Decimal(one) == Decimal(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, str) and isinstance(other, str) and one == other


def texts(value: Json) -> Iterator[str]:
    """Every text in a value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
