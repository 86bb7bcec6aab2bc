"""Texts that stand for something else: what their format allows, and nothing else."""

import base64
import binascii
import datetime as dt
import re
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_DECIMAL = re.compile(r"-?[0-9]{1,100}(\.[0-9]{1,100})?")
_FULL_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")


def _decimal(value: object) -> Decimal:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueError("It must be a text of a decimal number, such as 12.50.")
    return Decimal(value)


def _bytes(value: object) -> bytes:
    try:
        return base64.b64decode(value if isinstance(value, str) else "!", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("It must be base64 (RFC 4648).") from None


def _full_time(value: object) -> dt.time:
    try:
        return dt.time.fromisoformat(value if isinstance(value, str) and _FULL_TIME.fullmatch(value) else "")
    except ValueError:
        raise ValueError("It must be a time that says its distance to UTC, such as 20:15:00+02:00.") from None


DecimalText = Annotated[Decimal, BeforeValidator(_decimal), PlainSerializer("{:f}".format, return_type=str)]
"""A number of any length, which JSON's own numbers are not to every reader."""
Base64 = Annotated[
    bytes, BeforeValidator(_bytes), PlainSerializer(lambda b: base64.b64encode(b).decode(), return_type=str)
]
"""Bytes (RFC 4648, 4)."""
FullTime = Annotated[dt.time, BeforeValidator(_full_time)]
"""A time of day with its distance to UTC (RFC 3339, 5.6)."""
