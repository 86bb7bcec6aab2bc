"""Types of fields that convert: the document has judged the text, and PostgreSQL has a type for it.

A conversion raises NotStorable only for what PostgreSQL cannot store.
"""

import base64
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import BeforeValidator, Field, InstanceOf, PlainSerializer

from ..validation.conversion_faults import NotStorable
from ..validation.formats import ALL_DIGITS, parse_date, parse_date_time, parse_time
from ..validation.json_text import ExactNumber, exact_number, is_double

T = TypeVar("T")

_LAST_PLACE = Decimal("1e-100")


def _converted(parse: Callable[[str], T], kind: str) -> BeforeValidator:
    """Convert a text. Raises NotStorable with its kind."""

    def convert(value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return parse(value)
        except ValueError:
            raise NotStorable(kind) from None

    return BeforeValidator(convert)


def _bytes_as_text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _number(value: object) -> object:
    return exact_number(value) if isinstance(value, Decimal) else value


def _decimal(value: object) -> object:
    """A number as the decimal with its digits, rounded to a hundred decimal places: a text has no more."""
    if not isinstance(value, float | ExactNumber):
        return value
    number = Decimal(value.text if isinstance(value, ExactNumber) else str(value))
    rounded = number.quantize(_LAST_PLACE, context=ALL_DIGITS)
    return number if number == rounded else rounded


def _check_double(value: object) -> object:
    """Raise NotStorable for a number that a double cannot represent: it would be stored rounded."""
    if isinstance(value, ExactNumber) or (isinstance(value, int) and not is_double(value)):
        raise NotStorable("double")
    return value


Int32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
"""An integer of 32 bits."""
Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
"""An integer of 64 bits."""
Number = Annotated[int | float | InstanceOf[ExactNumber], BeforeValidator(_number)]
"""A number inside a value: a float where that is exact, else its digits."""
Double = Annotated[float, BeforeValidator(_check_double)]
"""A number that fits a double precision column."""
DecimalText = Annotated[Decimal, BeforeValidator(_decimal), PlainSerializer("{:f}".format, return_type=str)]
"""A number of any length, which JSON's own numbers are not to every reader."""
_ENCODED = PlainSerializer(_bytes_as_text, return_type=str)
Base64 = Annotated[bytes, _converted(base64.b64decode, "byte"), _ENCODED]
"""Bytes (RFC 4648, 4)."""
Uuid = Annotated[UUID, _converted(UUID, "uuid")]
"""An id in any case (RFC 9562, 4); it is answered in lower case."""
FullDate = Annotated[dt.date, _converted(parse_date, "date")]
"""A day (RFC 3339, 5.6)."""
FullTime = Annotated[dt.time, _converted(parse_time, "time")]
"""A time of day with its offset from UTC (RFC 3339, 5.6), to the microsecond."""
DateTime = Annotated[dt.datetime, _converted(parse_date_time, "date-time")]
"""A moment (RFC 3339, 5.6), to the microsecond."""
