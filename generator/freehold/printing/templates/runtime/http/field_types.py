"""Texts that stand for something else: what their format allows, and nothing else."""

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

_X = r"[A-Za-z0-9]"
_LABEL = rf"(?:{_X}{{1,63}}|{_X}{{1,31}}-{_X}{{1,31}}|{_X}{{1,12}}(?:-{_X}{{1,12}}){{2,4}})"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_S = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_MAILBOX = rf"(?:{_S}{{1,64}}|{_S}{{1,31}}\.{_S}{{1,31}}|{_S}{{1,12}}(?:\.{_S}{{1,12}}){{2,4}})"
_STEP = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_REST = rf"(?:\?(?:{_STEP}|[/?])*)?(?:#(?:{_STEP}|[/?])*)?"
_ADDRESS = rf"//{_HOST}(?::[1-9][0-9]{{0,3}})?(?:/{_STEP}*)*"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*:"

_DECIMAL = re.compile(r"-?[0-9]{1,100}(\.[0-9]{1,100})?")
_BASE64 = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?")
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MINUTE = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_CLOCK = rf"{_MINUTE}:[0-5][0-9](\.[0-9]{{1,6}}0*)?"  # PostgreSQL keeps microseconds
_TIME = rf"{_CLOCK}([Zz]|[+-](0[0-9]|1[0-5]):[0-5][0-9])"  # and less than 16 hours of distance
_MOMENT = rf"{_DATE}[Tt]{_CLOCK}([Zz]|[+-]{_MINUTE})"
_EDGES = (dt.MINYEAR, dt.MAXYEAR)
_ENDS = (dt.datetime.min, dt.datetime.max)


def _decimal(value: object) -> Decimal:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueError("Must be a decimal number in a string, for example 12.50.")
    return Decimal(value)


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or not _BASE64.fullmatch(value):
        raise ValueError("Must be base64 (RFC 4648).")
    return base64.b64decode(value)


def _moment(text: str) -> dt.datetime:
    """Raises ValueError beyond the years 1 to 9999 in UTC, and at their ends: asyncpg means infinity."""
    found = dt.datetime.fromisoformat(text)
    if found.year in _EDGES:
        try:
            in_utc = found.astimezone(dt.UTC).replace(tzinfo=None)
        except OverflowError as error:
            raise ValueError(error) from None
        if in_utc in _ENDS:
            raise ValueError(text)
    return found


def _exactly(pattern: str, parse: Callable[[str], T], expected: str) -> BeforeValidator:
    """Read a text that matches the whole pattern. Pydantic would take `0` for a date."""
    compiled = re.compile(pattern)

    def read(value: object) -> T:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError(f"Must be {expected}.")
        try:
            return parse(value.upper())
        except ValueError:
            raise ValueError(f"Must be {expected}.") from None

    return BeforeValidator(read)


def _integral(value: object) -> object:
    """JSON has one kind of number: 1.0 is an integer (JSON Schema 2020-12, 6.1.1)."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class _OneSpelling:
    """A UUID as RFC 9562 writes it, in small letters; pydantic alone takes braces and `urn:uuid:` too."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Of a text its pattern, of a value in Python its type."""
        text = core_schema.str_schema(pattern=_UUID, strict=True)
        return core_schema.json_or_python_schema(
            core_schema.chain_schema([text, core_schema.uuid_schema(strict=False)]), core_schema.uuid_schema()
        )


class Exact:
    """On a `Literal`: true is not 1, and 0 is not false, though Python says so."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The literal, behind a look at the type."""
        booleans = {isinstance(value, bool) for value in get_args(source)}

        def look(value: object) -> object:
            if isinstance(value, bool) not in booleans:
                raise ValueError(f"Must be one of {', '.join(map(json.dumps, get_args(source)))}.")
            return value

        return core_schema.no_info_before_validator_function(look, handler(source))


Email = Annotated[str, Field(pattern=rf"^{_MAILBOX}@{_HOST}$", max_length=254)]
"""The address of a mailbox (RFC 5321, 4.1.2), without quotes."""
Hostname = Annotated[str, Field(pattern=rf"^{_HOST}$", max_length=253)]
"""The name of a host (RFC 1123, 2.1)."""
Uri = Annotated[str, Field(pattern=rf"^{_SCHEME}(?:{_ADDRESS}|{_STEP}+(?:/{_STEP}*)*){_REST}$")]
"""An address with its scheme (RFC 3986, 3), without IPv6 hosts."""
UriReference = Annotated[str, Field(pattern=rf"^(?:{_SCHEME}{_ADDRESS}|(?:/{_STEP}+)*){_REST}$")]
"""An address, or a path and what follows it (RFC 3986, 4.1)."""
Int32 = Annotated[int, BeforeValidator(_integral), Field(ge=-(2**31), le=2**31 - 1)]
"""An integer of 32 bits."""
Int64 = Annotated[int, BeforeValidator(_integral), Field(ge=-(2**63), le=2**63 - 1)]
"""An integer of 64 bits."""
DecimalText = Annotated[Decimal, BeforeValidator(_decimal), PlainSerializer("{:f}".format, return_type=str)]
"""A number of any length, which JSON's own numbers are not to every reader."""
Base64 = Annotated[
    bytes, BeforeValidator(_bytes), PlainSerializer(lambda b: base64.b64encode(b).decode(), return_type=str)
]
"""Bytes (RFC 4648, 4)."""
Uuid = Annotated[UUID, _OneSpelling]
"""An id (RFC 9562, 4)."""
FullDate = Annotated[
    dt.date, _exactly(_DATE, dt.date.fromisoformat, "an RFC 3339 date, for example 2030-01-31")
]
"""A day (RFC 3339, 5.6)."""
FullTime = Annotated[
    dt.time,
    _exactly(_TIME, dt.time.fromisoformat, "an RFC 3339 time with an offset, for example 20:15:00+02:00"),
]
"""A time of day with its distance to UTC (RFC 3339, 5.6), to the microsecond."""
DateTime = Annotated[
    dt.datetime,
    _exactly(_MOMENT, _moment, "an RFC 3339 date-time with an offset, for example 2030-01-31T20:15:00+02:00"),
]
"""A moment (RFC 3339, 5.6), to the microsecond."""
