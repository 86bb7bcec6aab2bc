"""Formats that JSON Schema does not define, and parsers for those whose values PostgreSQL stores as a type.

The library asserts the formats of JSON Schema 2020-12 by their RFCs. An unknown format is an annotation.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Context, Decimal

from jsonschema_rs import EmailOptions

MAX_LENGTHS = {"email": 254, "hostname": 253}
"""Maximum lengths in characters (RFC 5321, 4.5.3.1; RFC 1035, 2.3.4)."""
EMAIL = EmailOptions(allow_display_text=False)
"""An address of RFC 5321, without a display name."""

DECIMAL_PATTERN = r"^-?[0-9]{1,100}(\.[0-9]{1,100})?$"
"""What the format decimal means, for readers that do not know it."""
KEY_PATTERN = "^[!-~]+$"
"""Of an idempotency key."""
_DECIMAL = re.compile(DECIMAL_PATTERN)
_BASE64 = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?")
_DATE = r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"(?P<clock>[0-9]{2}:[0-9]{2}):(?P<second>[0-5][0-9]|60)(\.[0-9]{1,6}0*)?"  # microseconds are stored
_OFFSET = r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_DATE_TIME = re.compile(rf"(?P<date>{_DATE})[Tt]{_CLOCK}(?P<offset>{_OFFSET})")
_FURTHEST = dt.timedelta(hours=16)  # offsets of PostgreSQL's `timetz` are smaller
_DAY = re.compile(_DATE)
_LAST_SECOND = 60
_EDGES = (
    dt.datetime.min.replace(tzinfo=dt.UTC),
    dt.datetime.max.replace(tzinfo=dt.UTC),
)  # asyncpg's infinity


def parse_date_time(text: str) -> dt.datetime:
    """Parse an RFC 3339 date-time (5.6) of the years 1 to 9999; a leap second is the second after it.

    Raises ValueError for what PostgreSQL cannot store: more than six digits of a second, year 0000.
    """
    parts = _DATE_TIME.fullmatch(text)
    if not parts:
        raise ValueError("not a date-time")
    if int(parts["second"]) == _LAST_SECOND:
        return _after_leap_second(text, parts)
    moment = dt.datetime.fromisoformat(text.upper())
    return _within_range(moment)


def _after_leap_second(text: str, parts: re.Match[str]) -> dt.datetime:
    start = parts.start("second")
    moment = dt.datetime.fromisoformat(f"{text[:start]}59{text[start + 2 :]}".upper())
    in_utc = moment.astimezone(dt.UTC)
    if (in_utc.hour, in_utc.minute) != (23, 59):
        raise ValueError("a leap second is the last one of a day in UTC (RFC 3339, 5.7)")
    return _within_range(moment + dt.timedelta(seconds=1))


def _within_range(moment: dt.datetime) -> dt.datetime:
    try:
        in_utc = moment.astimezone(dt.UTC)
    except OverflowError:
        raise ValueError("beyond the years 1 to 9999") from None
    if in_utc in _EDGES:
        raise ValueError("PostgreSQL would take it for infinity")
    return moment


def parse_time(text: str) -> dt.time:
    """Parse an RFC 3339 time (5.6); a leap second is the second after it.

    A time 16 hours or more from UTC, which is farther than any place, becomes the same time in UTC. Raises
    ValueError for more than six digits of a second.
    """
    moment = parse_date_time(f"2000-01-02T{text}")
    offset = moment.utcoffset() or dt.timedelta()
    return (moment if abs(offset) < _FURTHEST else moment.astimezone(dt.UTC)).timetz()


def parse_date(text: str) -> dt.date:
    """Parse an RFC 3339 date (5.6). Raises ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError("not a date")
    return dt.date.fromisoformat(text)


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or bool(pattern.fullmatch(value))


FORMATS: Mapping[str, Callable[[object], bool]] = {
    "byte": _matches(_BASE64),
    "binary": _matches(_BASE64),
    "decimal": _matches(_DECIMAL),
}
"""The validator of each format, which accepts every value that is not a string."""

ALL_DIGITS = Context(prec=500)
"""Computes exactly with decimals, which have at most 100 digits on each side."""
_LIMITS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "minimum": lambda value, limit: value >= limit,
    "maximum": lambda value, limit: value <= limit,
    "exclusiveMinimum": lambda value, limit: value > limit,
    "exclusiveMaximum": lambda value, limit: value < limit,
    "multipleOf": lambda value, limit: ALL_DIGITS.remainder(value, limit) == 0,
}


def exceeded_limits(limits: Mapping[str, object], text: object) -> list[str]:
    """Return the names of the limits that a text of the format decimal exceeds; none for any other value."""
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        return []
    value = Decimal(text)
    return [word for word, limit in limits.items() if not _LIMITS[word](value, Decimal(str(limit)))]
