"""JSON that means the same to every reader (RFC 7493), with numbers as exact as they are written."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from typing_extensions import override

DEEPEST = 32
"""How many objects and arrays may be within each other."""
_LONGEST_INTEGER = 400  # digits: no reader agrees on more, and 4,300 would be Python's own limit
_ALWAYS_EXACT = 16  # characters: a double has 15 digits and a point at least


class JsonError(ValueError):
    """The text is not JSON that every reader understands alike; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_strict_json(content: bytes) -> Any:
    """Parses JSON strictly. A number that no float has the value of is a Decimal.

    Raises JsonError with one of the codes `malformed` (not JSON, or not UTF-8), `duplicate_name` (readers
    take the first or the last), `number_range` (beyond IEEE 754 doubles) and `too_deep` (over 32 levels).
    """
    try:
        value = json.loads(
            content.decode(),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=parse_number,
        )
    except RecursionError:
        raise JsonError("too_deep") from None
    except JsonError:
        raise
    except ValueError:
        raise JsonError("malformed") from None
    _check_depth(value, DEEPEST)
    return value


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonError("duplicate_name")
    return found


def _refuse_constant(_: str) -> Any:
    raise JsonError("malformed")


def _integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise JsonError("number_range")
    return int(text)


def parse_number(text: str) -> float | Decimal:
    """A number with a fraction or an exponent: a float where that has the same value, else a Decimal.

    Raises JsonError for a number beyond IEEE 754 doubles.
    """
    number = float(text)
    if math.isinf(number):
        raise JsonError("number_range")
    if len(text) <= _ALWAYS_EXACT:
        return number
    exact = Decimal(text)
    return number if Decimal(repr(number)) == exact else exact


def is_double(number: int) -> bool:
    """Whether a double represents an integer, so that it comes back equal."""
    try:
        return Decimal(repr(float(number))) == number
    except OverflowError:
        return False


class ExactNumber:
    """A number that no float has the value of. In an answer it is written with its digits."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __float__(self) -> float:
        return float(self.text)

    @override
    def __repr__(self) -> str:
        return f"ExactNumber({self.text!r})"


def exact_number(value: Decimal) -> ExactNumber:
    """The number of a Decimal that `parse_number` has made."""
    return ExactNumber(str(value))


def with_exact_numbers(value: Any) -> Any:
    """A parsed value with each Decimal as an ExactNumber, which pydantic does not take for a text."""
    if isinstance(value, Decimal):
        return exact_number(value)
    if isinstance(value, dict):
        return {name: with_exact_numbers(inner) for name, inner in value.items()}
    return [with_exact_numbers(inner) for inner in value] if isinstance(value, list) else value


def _check_depth(value: Any, left: int) -> None:
    if not isinstance(value, dict | list):
        return
    if not left:
        raise JsonError("too_deep")
    for inner in value.values() if isinstance(value, dict) else value:
        _check_depth(inner, left - 1)


def from_json_text(text: str) -> Any:
    """Parses JSON of the database. A number that no float has the value of is an ExactNumber."""
    return json.loads(text, parse_float=_stored_number)


def _stored_number(text: str) -> float | ExactNumber:
    number = parse_number(text)
    return exact_number(number) if isinstance(number, Decimal) else number


def to_json_text(value: Any) -> str:
    """Writes a parsed value as compact JSON; a Decimal and an ExactNumber are numbers with their digits."""
    return "".join(_pieces(value))


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, Decimal | ExactNumber):
        yield value.text if isinstance(value, ExactNumber) else str(value)
    elif isinstance(value, dict):
        for number, (name, inner) in enumerate(value.items()):
            yield f"{',' if number else '{'}{json.dumps(name, ensure_ascii=False)}:"
            yield from _pieces(inner)
        yield "}" if value else "{}"
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield "," if number else "["
            yield from _pieces(inner)
        yield "]" if value else "[]"
    else:
        yield json.dumps(value, ensure_ascii=False)


_MARK = "\0"  # in no text of an answer: PostgreSQL cannot store it
_MARKED = re.compile(rb'"\\u0000([^"]*)"')


def mark_number(value: object) -> str:
    """Stands for an ExactNumber while pydantic writes an answer. Raises TypeError for any other value."""
    if not isinstance(value, ExactNumber):
        raise TypeError(f"{type(value).__name__} cannot be written as JSON")
    return _MARK + value.text


def splice_numbers(content: bytes) -> bytes:
    """Puts the digits of marked numbers into an answer."""
    return _MARKED.sub(rb"\1", content) if b"\\u0000" in content else content


def unstorable(value: Any, at: str = "") -> Iterator[str]:
    """The places (RFC 6901) of what PostgreSQL cannot store: U+0000, and surrogates that are no pair."""
    if isinstance(value, str):
        if _cannot_store(value):
            yield at
    elif isinstance(value, dict):
        for name, inner in value.items():
            if _cannot_store(name):
                yield at
            else:
                yield from unstorable(inner, f"{at}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from unstorable(inner, f"{at}/{index}")


def _cannot_store(text: str) -> bool:
    return (not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)) or "\0" in text
