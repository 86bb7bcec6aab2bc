"""Types that take exactly what their format says, where pydantic would take more.

Dates and times are those of RFC 3339, section 5.6: `0` is no date, and a date-time has an offset.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import BeforeValidator

T = TypeVar("T")

_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})"


def _exactly(pattern: str, parse: Callable[[str], T], name: str) -> BeforeValidator:
    """Read a text that matches the whole pattern. It raises ValueError for any other value."""
    compiled = re.compile(pattern, re.ASCII)

    def read(value: object) -> T:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError(f"It must be {name}.")
        try:
            return parse(value.upper())
        except (ValueError, ArithmeticError):
            raise ValueError(f"It must be {name}.") from None

    return BeforeValidator(read)


FullDate = Annotated[dt.date, _exactly(_DATE, dt.date.fromisoformat, "a date such as 2030-01-31")]
FullTime = Annotated[dt.time, _exactly(_TIME, dt.time.fromisoformat, "a time such as 12:30:00Z")]
DateTime = Annotated[
    dt.datetime,
    _exactly(rf"{_DATE}[Tt]{_TIME}", dt.datetime.fromisoformat, "a date-time such as 2030-01-31T12:30:00Z"),
]
DecimalText = Annotated[
    Decimal, _exactly(r"-?[0-9]{1,100}(\.[0-9]{1,100})?", Decimal, "a decimal number such as 12.50")
]
