"""JSON that means the same to every reader (RFC 7493), with numbers as exact as they are written."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from typing_extensions import override

from .json_values import escape_step

DEEPEST = 32
"""How many objects and arrays may be within each other."""
_LONGEST_INTEGER = 4300  # digits, which is Python's own limit
_ALWAYS_EXACT = 16  # characters: a double has 15 digits and a point at least
_MOST_DIGITS = 40  # of an integer that is written as one; PostgreSQL writes 1e308 with 309 digits
_EXPONENT = re.compile("[eE]")
_NUMERALS = bytes.maketrans(b"123456789.E", b"0000000000e")
_LONG, _WITH_EXPONENT = b"0" * (_ALWAYS_EXACT + 1), b"0e"
"""What a text contains, after its translation, if a number in it may be longer than a double: one of them."""
MOST_PLACES = 20
_CONTAINERS = (dict, list)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_SUSPICIOUS = re.compile(r"[\ud800-\udfff]|\\u0000")
_UNSTORABLE_ESCAPE = re.compile(rb"\\u(0000|[dD][89a-fA-F])")


class JsonError(ValueError):
    """The text is not JSON that every reader understands alike; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class JsonBody(NamedTuple):
    """A parsed text, and what its bytes tell about the value without a look at it."""

    value: Any
    may_have_decimals: bool
    may_be_unstorable: bool


def parse_strict_json(content: bytes) -> JsonBody:
    """Parses JSON strictly. A number that no float has the value of is a Decimal.

    Raises JsonError with one of the codes `malformed` (not JSON, or not UTF-8), `duplicate_name` (readers
    take the first or the last), `number_range` (beyond IEEE 754 doubles) and `too_deep` (over 32 levels).
    """
    precise = _may_be_precise(content)
    try:
        value = (_PRECISE_READER if precise else _READER).decode(content.decode())
    except RecursionError:
        raise JsonError("too_deep") from None
    except JsonError:
        raise
    except ValueError:
        raise JsonError("malformed") from None
    if content.count(b"[") + content.count(b"{") > DEEPEST:
        _check_depth(value)
    return JsonBody(value, precise, bool(_UNSTORABLE_ESCAPE.search(content)))


def _may_be_precise(content: bytes) -> bool:
    """Whether a number in a text can differ from its double: it is long, or has an exponent."""
    translated = content.translate(_NUMERALS)
    return _LONG in translated or _WITH_EXPONENT in translated


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise JsonError("duplicate_name")
    return members


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
    if len(text) <= _ALWAYS_EXACT and not _EXPONENT.search(text):
        return number
    exact = Decimal(text)
    if exact and not number:
        raise JsonError("number_range")
    return number if _is_equal(number, exact) else exact


def _is_equal(number: float, exact: Decimal) -> bool:
    """Whether a double is written with the value of a number. It has at most 17 significant digits then."""
    return math.isfinite(number) and Decimal(repr(number)) == exact


_READER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant)
_PRECISE_READER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=_integer, parse_float=parse_number
)


def is_double(number: int) -> bool:
    """Whether a double represents an integer, so that it comes back equal."""
    try:
        return _is_equal(float(number), Decimal(number))
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


def use_exact_numbers(value: Any) -> Any:
    """A parsed value with an ExactNumber for each Decimal, which pydantic would take for a text.

    Objects and arrays are changed in place.
    """
    if not isinstance(value, _CONTAINERS):
        return exact_number(value) if isinstance(value, Decimal) else value
    for parts in _levels(value):
        for part in parts:
            for place, inner in part.items() if isinstance(part, dict) else enumerate(part):
                if type(inner) is Decimal:
                    part[place] = exact_number(inner)
    return value


def _levels(value: Any) -> Iterator[list[Any]]:
    """The objects and arrays of a parsed value, level by level."""
    level = [value] if isinstance(value, _CONTAINERS) else []
    while level:
        yield level
        level = [
            inner
            for part in level
            for inner in (part.values() if isinstance(part, dict) else part)
            if isinstance(inner, _CONTAINERS)
        ]


def _check_depth(value: Any) -> None:
    for depth, _ in enumerate(_levels(value)):
        if depth == DEEPEST:
            raise JsonError("too_deep")


def from_json_text(text: str) -> Any:
    """Parses JSON of the database. A number that no float has the value of is an ExactNumber."""
    return _STORED_READER.decode(text) if _may_be_precise(text.encode()) else json.loads(text)


def _stored_number(text: str) -> float | ExactNumber:
    number = float(text)  # PostgreSQL has numbers beyond those of a request
    return number if _is_equal(number, Decimal(text)) else ExactNumber(text)


def _stored_integer(text: str) -> int | float:
    """An integer; one of many digits that a double has is a float, which is written with an exponent."""
    number = int(text)
    return float(number) if len(text) > _MOST_DIGITS and is_double(number) else number


_STORED_READER = json.JSONDecoder(parse_float=_stored_number, parse_int=_stored_integer)


def to_json_text(value: Any) -> str:
    """Writes a parsed value as compact JSON; a Decimal and an ExactNumber are numbers with their digits."""
    text = _WRITER.encode(value)
    return _MARKED_TEXT.sub(r"\1", text) if _ESCAPED_MARK in text else text


def _mark_exact(value: object) -> str:
    return mark_number(exact_number(value) if isinstance(value, Decimal) else value)


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_mark_exact)
_MARK = "\0"  # in no text of an answer: PostgreSQL cannot store it
_ESCAPED_MARK = "\\u0000"
_MARKED = re.compile(rb'"\\u0000([^"]*)"')
_MARKED_TEXT = re.compile(_MARKED.pattern.decode())


def mark_number(value: object) -> str:
    """Stands for an ExactNumber while pydantic writes an answer. Raises TypeError for any other value."""
    if not isinstance(value, ExactNumber):
        raise TypeError(f"{type(value).__name__} cannot be written as JSON")
    return _MARK + value.text


def splice_numbers(content: bytes) -> bytes:
    """Puts the digits of marked numbers into an answer."""
    return _MARKED.sub(rb"\1", content) if b"\\u0000" in content else content


def unstorable(value: Any) -> list[str]:
    """The places (RFC 6901) of what PostgreSQL cannot store: U+0000, and surrogates that are no pair.

    At most `MOST_PLACES`; the place of a name is that of its object.
    """
    if not isinstance(value, _CONTAINERS):
        return _places(value)
    return _places(value)[:MOST_PLACES] if _SUSPICIOUS.search(_WRITER.encode(value)) else []


def _places(value: Any) -> list[str]:
    if isinstance(value, str):
        return [""] if _cannot_store(value) else []
    if not isinstance(value, _CONTAINERS):
        return []
    places = [""] if isinstance(value, dict) and any(map(_cannot_store, value)) else []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, str | dict | list) and (below := _places(inner)):
            places += [f"/{escape_step(key)}{place}" for place in below]
            if len(places) >= MOST_PLACES:
                break
    return places


def _cannot_store(text: str) -> bool:
    return "\0" in text if text.isascii() else bool(_UNSTORABLE.search(text))
