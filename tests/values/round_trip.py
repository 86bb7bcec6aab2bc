"""What "comes back equal" means: numbers by their value, and three formats by their meaning."""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.values.json_text import Json, same

_DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", flags=re.ASCII
)
_TIME = re.compile(r"(\d\d:\d\d:\d\d)(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", flags=re.ASCII)
_INNER = ("anyOf", "oneOf", "allOf")


def comes_back(sent: Json, got: Json, schema: Json, components: Mapping[str, Json]) -> bool:
    """Whether an answer holds what was sent."""
    found = set(formats(schema, components))
    return same(_normalize(sent, found), _normalize(got, found))


def formats(schema: Json, components: Mapping[str, Json], depth: int = 8) -> Iterator[str]:
    """The formats of a value, or of the items of an array: those that a column can have."""
    if not isinstance(schema, dict) or not depth:
        return
    name = str(schema.get("$ref", "")).removeprefix("#/components/schemas/")
    yield from formats(components.get(name), components, depth - 1)
    if isinstance(schema.get("format"), str):
        yield schema["format"]
    for part in (schema.get("items"), *(part for word in _INNER for part in schema.get(word, ()))):
        yield from formats(part, components, depth - 1)


def instant(text: str) -> tuple[int, Decimal] | None:
    """A date-time as seconds since 1970 and a part of one; nothing when Python has no such moment.

    A leap second is the second after it, as in PostgreSQL.
    """
    found = _DATE_TIME.fullmatch(text)
    if not found:
        return None
    day, hour, minute, second, part, offset = found.groups()
    try:
        start = datetime.fromisoformat(f"{day}T{hour}:{minute}:00+00:00") - _offset(offset)
    except (ValueError, OverflowError):
        return None
    since = start - datetime(1970, 1, 1, tzinfo=UTC)
    return int(since.total_seconds()) + int(second), Decimal(part or 0)


def clock(text: str) -> tuple[Decimal, timedelta] | None:
    """A time of day as seconds in UTC, and its offset, if that is less than 16 hours."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second = (int(part) for part in found[1].split(":"))
    offset = _offset(found[3])
    seconds = 3600 * hour + 60 * minute + second - int(offset.total_seconds())
    near = offset if abs(offset) < timedelta(hours=16) else timedelta()
    return seconds % 86400 + Decimal(found[2] or 0).quantize(Decimal("0.000001")), near


def _offset(text: str) -> timedelta:
    if text in "Zz":
        return timedelta()
    away = timedelta(hours=int(text[1:3]), minutes=int(text[4:]))
    return -away if text[0] == "-" else away


_MEANING: Mapping[str, Callable[[str], Hashable]] = {
    "date-time": instant,
    "time": clock,
    "uuid": str.lower,
}


def _normalize(value: Json, found: set[str]) -> Json:
    if isinstance(value, list):
        return [_normalize(inner, found) for inner in value]
    if isinstance(value, str):
        for name in sorted(found & _MEANING.keys()):
            meaning = _MEANING[name](value)
            if meaning is not None:
                return f"{name}: {meaning}"
    return value
