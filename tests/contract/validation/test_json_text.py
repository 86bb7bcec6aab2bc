"""JSON is parsed strictly, and numbers keep their digits."""

from decimal import Decimal
from typing import Any

import pytest

from freehold.contract.validation.json_text import (
    ExactNumber,
    JsonError,
    from_json_text,
    is_double,
    parse_strict_json,
    splice_numbers,
    to_json_text,
    unstorable,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "malformed"),
        (b"{", "malformed"),
        (b'"\xff"', "malformed"),
        (b"NaN", "malformed"),
        (b"-Infinity", "malformed"),
        (b'{"a": 1, "a": 2}', "duplicate_name"),
        (b"1e400", "number_range"),
        (b"123.456e-789", "number_range"),
        (b"1" * 4301, "number_range"),
        (b"[" * 33 + b"]" * 33, "too_deep"),
        (b"[" * 100_000, "too_deep"),
    ],
)
def test_ambiguous_json_is_rejected_with_a_code(text: bytes, code: str) -> None:
    with pytest.raises(JsonError) as error:
        parse_strict_json(text)

    assert error.value.code == code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.5", 1.5),
        ("1e2", 100.0),
        ("0e-999", 0.0),
        ("1.5e-300", 1.5e-300),
        ("0.30000000000000004", 0.30000000000000004),
        ("0.30000000000000000001", Decimal("0.30000000000000000001")),
    ],
)
def test_a_number_is_a_float_only_if_that_is_exact(text: str, value: object) -> None:
    found = parse_strict_json(text.encode()).value

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    [
        '{"a":[1,2.5,"x",null,true,{}],"b":[]}',
        "0.30000000000000000001",
        "1234567890123456789012345678901",
        "1.5e-999",
    ],
)
def test_json_of_the_database_comes_back_as_it_was(text: str) -> None:
    assert to_json_text(from_json_text(text)) == text


def test_a_long_integer_that_is_a_double_is_written_with_an_exponent() -> None:
    assert to_json_text(from_json_text(f"[1{'0' * 308}]")) == "[1e+308]"


def test_decimals_are_written_as_numbers() -> None:
    assert to_json_text({"a": Decimal("0.10"), "b": ExactNumber("1.000000000000000000001")}) == (
        '{"a":0.10,"b":1.000000000000000000001}'
    )


def test_only_marked_numbers_are_spliced() -> None:
    assert splice_numbers(b'{"a":"\\u00001.50","b":"1.50"}') == b'{"a":1.50,"b":"1.50"}'


@pytest.mark.parametrize(
    ("value", "pointers"),
    [
        ({"a": "b"}, []),
        ({"a": "\0"}, ["/a"]),
        ({"a": {"b/c": [1, "x\0"]}, "d": "\ud83d"}, ["/a/b~1c/1", "/d"]),
        ({"a": {"\0": 1}}, ["/a"]),
        ("\U0001f600", []),
    ],
)
def test_characters_that_postgresql_cannot_store_are_found(value: Any, pointers: list[str]) -> None:
    assert sorted(unstorable(value)) == pointers


@pytest.mark.parametrize(
    ("number", "expected"), [(0, True), (2**53, True), (2**53 + 1, False), (10**21, True), (10**400, False)]
)
def test_an_integer_fits_a_double_if_it_comes_back_equal(number: int, expected: bool) -> None:
    assert is_double(number) is expected
