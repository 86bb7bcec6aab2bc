"""Errors point into the body without echoing it."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from generated.runtime.http.field_types import Base64, DateTime, Exact, FullTime, Uuid
from generated.runtime.http.request_bodies import find_nuls, locate, parse_strict_json

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
BODY = {"channel": {"type": "phone"}, "tags": ["a", {"b": 1}]}


@pytest.mark.parametrize(
    ("steps", "location"),
    [
        (["title"], ["title"]),
        (["channel", "phone", "number"], ["channel", "number"]),
        (["channel", "phone"], ["channel", "phone"]),
        (["tags", 1, "b"], ["tags", 1, "b"]),
        (["tags", 0, "str"], ["tags", 0]),
        (["tags", 5], ["tags", 5]),
        (["x" * 64], ["x" * 64]),
        (["x" * 65], []),
        ([], []),
    ],
)
def test_a_pointer_locates_a_value_of_the_body(steps: list[int | str], location: list[int | str]) -> None:
    assert locate(BODY, steps) == location


@pytest.mark.parametrize(
    ("content", "locations"),
    [
        (rb'{"a": "b"}', []),
        (rb'{"a": "\\u0000"}', []),
        (rb'{"a": "\u0000"}', [("a",)]),
        (rb'{"a": {"b": [1, "x\u0000"]}, "c": "\u0000"}', [("a", "b", 1), ("c",)]),
        (rb'{"a": {"\u0000": 1}}', [("a",)]),
    ],
)
def test_u_0000_is_found_wherever_it_is(content: bytes, locations: Sequence[object]) -> None:
    assert list(find_nuls(parse_strict_json(content))) == locations


class Choice(BaseModel):
    number: Annotated[Literal[0, 1], Exact] = 0
    answer: Annotated[Literal[True], Exact] = True


@pytest.mark.parametrize(("text", "fits"), [("0", True), ("1.0", True), ("true", False), ("2", False)])
def test_true_is_not_a_number(text: str, fits: bool) -> None:
    assert is_valid(Choice, f'{{"number": {text}}}') is fits


@pytest.mark.parametrize(("text", "fits"), [("true", True), ("1", False), ("1.0", False), ("false", False)])
def test_1_is_not_true(text: str, fits: bool) -> None:
    assert is_valid(Choice, f'{{"answer": {text}}}') is fits


@pytest.mark.parametrize(
    ("kind", "text", "fits"),
    [
        (Uuid, ID, True),
        (Uuid, ID.upper(), False),
        (Uuid, f"{{{ID}}}", False),
        (Uuid, f"urn:uuid:{ID}", False),
        (Uuid, ID.replace("-", ""), False),
        (Uuid, f"{ID} ", False),
        (FullTime, "12:00:00+15:59", True),
        (FullTime, "12:00:00+16:00", False),
        (FullTime, "24:00:00Z", False),
        (FullTime, "23:59:60Z", False),
        (FullTime, "12:00:00.123456000Z", True),
        (FullTime, "12:00:00.1234567Z", False),
        (DateTime, "2030-01-31T12:00:00+23:59", True),
        (DateTime, "2030-01-31T12:00:00+01:60", False),
        (DateTime, "0001-01-01T00:00:00.000001Z", True),
        (DateTime, "0001-01-01T00:00:00Z", False),
        (DateTime, "0001-01-01T00:00:00+00:01", False),
        (DateTime, "9999-12-31T23:59:59Z", True),
        (DateTime, "9999-12-31T23:59:59.999999Z", False),
        (DateTime, "9999-12-31T23:59:59-00:01", False),
        (Base64, "AA==", True),
        (Base64, "AB==", False),
        (Base64, "AAAA=", False),
        (Base64, "AA", False),
    ],
)
def test_only_canonical_texts_are_accepted(kind: Any, text: str, fits: bool) -> None:
    assert is_valid(kind, f'"{text}"') is fits


def test_code_may_set_a_uuid_object() -> None:
    assert TypeAdapter(Uuid).validate_python(UUID(ID)) == UUID(ID)


def is_valid(kind: Any, text: str) -> bool:
    try:
        TypeAdapter(kind).validate_json(text, strict=True)
    except ValidationError:
        return False
    return True
