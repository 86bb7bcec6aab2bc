"""Field types convert what the contract has accepted to what PostgreSQL stores."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from generated.runtime.http import field_types
from generated.runtime.validation.json_text import (
    ExactNumber,
    mark_number,
    parse_strict_json,
    splice_numbers,
    use_exact_numbers,
)

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
UTC = dt.UTC


def convert(kind: Any, value: object) -> Any:
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (field_types.Uuid, ID, UUID(ID)),
        (field_types.Uuid, ID.upper(), UUID(ID)),
        (field_types.Base64, "AA==", b"\0"),
        (field_types.DecimalText, "12.50", Decimal("12.50")),
        (field_types.FullDate, "2030-01-31", dt.date(2030, 1, 31)),
        (field_types.FullTime, "20:15:00Z", dt.time(20, 15, tzinfo=UTC)),
        (field_types.FullTime, "23:59:60Z", dt.time(0, 0, tzinfo=UTC)),
        (field_types.FullTime, "12:00:00+16:00", dt.time(20, 0, tzinfo=UTC)),
        (field_types.FullTime, "00:00:00-23:59", dt.time(23, 59, tzinfo=UTC)),
        (field_types.DateTime, "2030-01-31T20:15:00z", dt.datetime(2030, 1, 31, 20, 15, tzinfo=UTC)),
        (field_types.Int32, 2.0, 2),
        (field_types.Double, 10**21, 1e21),
    ],
)
def test_a_value_is_converted(kind: Any, text: object, value: object) -> None:
    assert convert(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (field_types.FullTime, "12:00:60Z"),
        (field_types.FullTime, "12:00:00.1234567Z"),
        (field_types.DateTime, "0000-01-01T00:00:00Z"),
        (field_types.DateTime, "0001-01-01T00:00:00Z"),
        (field_types.DateTime, "9999-12-31T23:59:59-00:01"),
        (field_types.FullDate, "0000-01-01"),
        (field_types.Int32, 2**31),
        (field_types.Int64, 2**63),
        (field_types.Double, 2**53 + 1),
        (field_types.Double, 10**400),
        (field_types.Double, ExactNumber("0.10000000000000000001")),
    ],
)
def test_a_value_that_cannot_be_stored_is_rejected(kind: Any, value: object) -> None:
    with pytest.raises(ValidationError):
        convert(kind, value)


def test_an_override_can_set_the_value_of_python() -> None:
    assert convert(field_types.Uuid, UUID(ID)) == UUID(ID)
    assert convert(field_types.DateTime, dt.datetime(2030, 1, 1, tzinfo=UTC)).year == 2030


@pytest.mark.parametrize("text", ["1", "1.5", "0.10000000000000000001", "123456789012345678901234567890"])
def test_a_number_inside_a_value_comes_back_with_its_digits(text: str) -> None:
    adapter = TypeAdapter[Any](field_types.Number)

    number = adapter.validate_python(use_exact_numbers(parse_strict_json(text.encode()).value))

    assert splice_numbers(adapter.dump_json(number, fallback=mark_number)).decode() == text
