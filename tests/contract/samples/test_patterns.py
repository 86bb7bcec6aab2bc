"""A sample of a pattern is readable, and matches it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.contract.samples.patterns import matching_text
from freehold.contract.validation.validators import matcher


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^#[0-9a-f]{6}$", "#abcdef"),
        ("^[A-Z]{3}$", "ABC"),
        ("^[A-Z]{2,5}-[0-9]+$", "ABC-123"),
        (r"^\d{5}$", "12345"),
        (r"^\w+$", "abc"),
        ("^(red|green)$", "red"),
        ("^a*b?c+$", "c"),
        (r"^\+?[1-9]\d{1,14}$", "1123"),
        (r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", "abc@abc.abc"),
        ("^(?:a|b)(?<year>[0-9]{4})$", "a1234"),
        (r"^\p{Lu}\p{L}+$", "Aabc"),
        (r"^\x41B\u{43}$", "ABC"),
        ("^[-_.]$", "-"),
        ("^[一-龥]{2}$", "一丁"),
        ("^$", ""),
        ("a|b", "a"),
        ("^[!-~]+$", "abc"),
    ],
)
def test_a_pattern_has_a_readable_text(pattern: str, text: str) -> None:
    assert matching_text(pattern) == text


def test_the_text_is_as_long_as_it_must_be() -> None:
    assert matching_text("^[a-z]+$", 10, 12) == "abcdefghij"
    assert matching_text("^[a-z]+$", 0, 2) == "ab"
    assert matching_text("^[a-z]{3}$", 4) is None


@pytest.mark.parametrize(
    "pattern", [r"^(a)\1$", r"^(?<x>a)\k<x>$", "^[a-z]{2000}$", "^(", "^(?=b)a$", "[", "^(?!b)a$"]
)
def test_a_pattern_that_is_not_understood_has_no_text(pattern: str) -> None:
    assert matching_text(pattern) is None


_ATOMS = st.sampled_from(["a", "[a-f]", "[^a-f]", r"\d", r"\W", ".", "-", r"\.", "(?:x|y)", r"\s"])
_COUNTS = st.sampled_from(["", "?", "*", "+", "{2}", "{1,3}", "{2,}", "+?"])


@given(st.lists(st.tuples(_ATOMS, _COUNTS), min_size=1, max_size=6))
def test_simple_patterns_always_have_a_text(parts: list[tuple[str, str]]) -> None:
    pattern = f"^{''.join(atom + count for atom, count in parts)}$"

    text = matching_text(pattern)

    assert text is not None
    assert matcher(pattern).is_valid(text)
    assert text.isprintable()


@given(st.text(alphabet="ab01[]()|*+?{},^$\\-.dwps<>=!", max_size=12))
def test_no_pattern_breaks_it(pattern: str) -> None:
    text = matching_text(pattern, 0, 20)

    assert text is None or matcher(pattern).is_valid(text)
