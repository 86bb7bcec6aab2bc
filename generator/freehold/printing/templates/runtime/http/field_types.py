"""Pydantic types for the formats of OpenAPI, with strict patterns."""

import base64
import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, TypeVar, get_args
from uuid import UUID

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, PlainSerializer
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")

_ALNUM = r"[A-Za-z0-9]"
_LABEL = (
    rf"(?:{_ALNUM}{{1,63}}|{_ALNUM}{{1,31}}-{_ALNUM}{{1,31}}|{_ALNUM}{{1,12}}(?:-{_ALNUM}{{1,12}}){{2,4}})"
)
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_MAILBOX = (
    rf"(?:{_ATOM}{{1,64}}|{_ATOM}{{1,31}}\.{_ATOM}{{1,31}}|{_ATOM}{{1,12}}(?:\.{_ATOM}{{1,12}}){{2,4}})"
)
_URI_CHARACTER = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_QUERY_AND_FRAGMENT = rf"(?:\?(?:{_URI_CHARACTER}|[/?])*)?(?:#(?:{_URI_CHARACTER}|[/?])*)?"
_AUTHORITY_AND_PATH = rf"//{_HOST}(?::[1-9][0-9]{{0,3}})?(?:/{_URI_CHARACTER}*)*"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*:"

_DECIMAL = re.compile(r"-?[0-9]{1,100}(\.[0-9]{1,100})?")
_BASE64 = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?")
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MINUTE = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_TIME_OF_DAY = rf"{_MINUTE}:[0-5][0-9](\.[0-9]{{1,6}}0*)?"  # PostgreSQL stores microseconds
_FULL_TIME = rf"{_TIME_OF_DAY}([Zz]|[+-](0[0-9]|1[0-5]):[0-5][0-9])"  # and offsets below 16 hours
_DATE_TIME = rf"{_DATE}[Tt]{_TIME_OF_DAY}([Zz]|[+-]{_MINUTE})"
_EDGE_YEARS = (dt.MINYEAR, dt.MAXYEAR)
_INFINITIES = (dt.datetime.min, dt.datetime.max)  # asyncpg sends them as -infinity and infinity


def _parse_decimal(value: object) -> Decimal:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueError("Must be a decimal number in a string, for example 12.50.")
    return Decimal(value)


def _parse_base64(value: object) -> bytes:
    if not isinstance(value, str) or not _BASE64.fullmatch(value):
        raise ValueError("Must be base64 (RFC 4648).")
    return base64.b64decode(value)


def _parse_date_time(text: str) -> dt.datetime:
    """Parse a date-time. Raises ValueError outside of the years 1 to 9999 in UTC, and at both ends."""
    moment = dt.datetime.fromisoformat(text)
    if moment.year in _EDGE_YEARS:
        try:
            in_utc = moment.astimezone(dt.UTC).replace(tzinfo=None)
        except OverflowError as error:
            raise ValueError(error) from None
        if in_utc in _INFINITIES:
            raise ValueError(text)
    return moment


def _pattern_validator(pattern: str, parse: Callable[[str], T], expected: str) -> BeforeValidator:
    """A validator for texts that match the whole pattern. Pydantic alone would accept `0` as a date."""
    compiled = re.compile(pattern)

    def read(value: object) -> T:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError(f"Must be {expected}.")
        try:
            return parse(value.upper())
        except ValueError:
            raise ValueError(f"Must be {expected}.") from None

    return BeforeValidator(read)


def _integral_float_to_int(value: object) -> object:
    """Convert 1.0 to 1: it is an integer in JSON Schema (2020-12, 6.1.1)."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class _CanonicalUuid:
    """Accepts a UUID in lowercase only (RFC 9562, 4); pydantic also accepts braces and `urn:uuid:`."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate the pattern of a JSON string, and the type of a Python value."""
        text = core_schema.str_schema(pattern=_UUID, strict=True)
        return core_schema.json_or_python_schema(
            core_schema.chain_schema([text, core_schema.uuid_schema(strict=False)]), core_schema.uuid_schema()
        )


class Exact:
    """On a `Literal`: distinguishes true from 1 and false from 0, which are equal in Python."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the type before the value."""
        booleans = {isinstance(value, bool) for value in get_args(source)}

        def check_type(value: object) -> object:
            if isinstance(value, bool) not in booleans:
                raise ValueError(f"Must be one of {', '.join(map(json.dumps, get_args(source)))}.")
            return value

        return core_schema.no_info_before_validator_function(check_type, handler(source))


Email = Annotated[str, Field(pattern=rf"^{_MAILBOX}@{_HOST}$", max_length=254)]
"""An email address (RFC 5321, 4.1.2), without quotes."""
Hostname = Annotated[str, Field(pattern=rf"^{_HOST}$", max_length=253)]
"""A hostname (RFC 1123, 2.1)."""
Uri = Annotated[
    str,
    Field(
        pattern=rf"^{_SCHEME}(?:{_AUTHORITY_AND_PATH}|{_URI_CHARACTER}+(?:/{_URI_CHARACTER}*)*)"
        rf"{_QUERY_AND_FRAGMENT}$"
    ),
]
"""An absolute URI (RFC 3986, 3), without IPv6 hosts."""
UriReference = Annotated[
    str, Field(pattern=rf"^(?:{_SCHEME}{_AUTHORITY_AND_PATH}|(?:/{_URI_CHARACTER}+)*){_QUERY_AND_FRAGMENT}$")
]
"""A URI, or a relative reference (RFC 3986, 4.1)."""
Int32 = Annotated[int, BeforeValidator(_integral_float_to_int), Field(ge=-(2**31), le=2**31 - 1)]
"""A 32-bit integer."""
Int64 = Annotated[int, BeforeValidator(_integral_float_to_int), Field(ge=-(2**63), le=2**63 - 1)]
"""A 64-bit integer."""
DecimalText = Annotated[
    Decimal, BeforeValidator(_parse_decimal), PlainSerializer("{:f}".format, return_type=str)
]
"""A decimal number of any precision, as a string: many JSON parsers round numbers."""
Base64 = Annotated[
    bytes,
    BeforeValidator(_parse_base64),
    PlainSerializer(lambda b: base64.b64encode(b).decode(), return_type=str),
]
"""Bytes in base64 (RFC 4648, 4)."""
Uuid = Annotated[UUID, _CanonicalUuid]
"""A UUID (RFC 9562, 4)."""
FullDate = Annotated[
    dt.date, _pattern_validator(_DATE, dt.date.fromisoformat, "an RFC 3339 date, for example 2030-01-31")
]
"""A date (RFC 3339, 5.6)."""
FullTime = Annotated[
    dt.time,
    _pattern_validator(
        _FULL_TIME, dt.time.fromisoformat, "an RFC 3339 time with an offset, for example 20:15:00+02:00"
    ),
]
"""A time of day with an offset (RFC 3339, 5.6), in microseconds."""
DateTime = Annotated[
    dt.datetime,
    _pattern_validator(
        _DATE_TIME,
        _parse_date_time,
        "an RFC 3339 date-time with an offset, for example 2030-01-31T20:15:00+02:00",
    ),
]
"""A date-time with an offset (RFC 3339, 5.6), in microseconds."""
