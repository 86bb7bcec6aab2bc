"""The service enforces the formats of the effective contract."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from freehold.contract.format_patterns import MAX_LENGTHS, PATTERNS
from generated.runtime.http import field_types

TYPES: dict[str, Any] = {
    "email": field_types.Email,
    "hostname": field_types.Hostname,
    "uri": field_types.Uri,
    "uri-reference": field_types.UriReference,
}
FINE = {
    "email": ["a@b", "ada.lovelace@example.com", "a+b@mail.example-one.co.uk", "o'brien@example.org"],
    "hostname": ["localhost", "api.example.com", "a-b.example"],
    "uri": [
        "https://example.com/",
        "http://a:8080/x?y=z#w",
        "urn:isbn:123",
        "mailto:a@b.de",
        "https://a/%20",
    ],
    "uri-reference": ["/a/b?c=d", "https://example.com/x", "#top"],
}
WRONG = {
    "email": [
        "",
        "a",
        "@b",
        "a@",
        "a b@c",
        "a@b c",
        ".a@b",
        "a..b@c",
        "a@-b",
        "a@b--c",
        "a@b.",
        "é@b",
        "a@b\n",
    ],
    "hostname": ["", ".", "a..b", "-a", "a b", "a_b"],
    "uri": ["", "example.com", "//a", "http://", "http://a b", "http://[", "https://a/%2", "https://a:b/"],
    "uri-reference": ["a b", "http://", "%", "\u0000"],
}


@pytest.mark.parametrize("form", TYPES)
def test_the_service_and_the_contract_use_the_same_formats(form: str) -> None:
    schema = TypeAdapter(TYPES[form]).json_schema()

    assert schema["pattern"] == PATTERNS[form]
    assert schema.get("maxLength") == MAX_LENGTHS.get(form)


@pytest.mark.parametrize(("form", "text"), [(form, text) for form, texts in FINE.items() for text in texts])
def test_common_values_are_accepted(form: str, text: str) -> None:
    assert TypeAdapter(TYPES[form]).validate_python(text) == text


@pytest.mark.parametrize(("form", "text"), [(form, text) for form, texts in WRONG.items() for text in texts])
def test_invalid_values_are_rejected(form: str, text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(TYPES[form]).validate_python(text)


@pytest.mark.parametrize(("value", "expected"), [(1, 1), (1.0, 1), (-2.0, -2), (2**31 - 1, 2**31 - 1)])
def test_a_number_without_a_fraction_is_an_integer(value: float, expected: int) -> None:
    found = TypeAdapter(field_types.Int32).validate_python(value, strict=True)

    assert (found, type(found)) == (expected, int)


@pytest.mark.parametrize("value", [True, "1", 1.5, 2**31, -(2**31) - 1, float("inf"), float("nan"), None])
def test_other_numbers_are_not_integers(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(field_types.Int32).validate_python(value, strict=True)
