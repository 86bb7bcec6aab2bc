"""Patterns of other regular expressions are told apart, and translated where ECMA-262 can say the same."""

import re

import pytest

from freehold.rules.foreign_patterns import ecma_pattern


@pytest.mark.parametrize(
    ("foreign", "plain"),
    [
        (r"\A[a-z]+\z", "^[a-z]+$"),
        (r"^[-\w]+\Z", r"^[-\w]+$"),
        (r"^[[:alpha:]_]+$", "^[A-Za-z_]+$"),
        (r"^[^[:space:]]*\z", r"^[^\s]*$"),
        (r"\A\\A\z", r"^\\A$"),
    ],
)
def test_a_pattern_is_translated(foreign: str, plain: str) -> None:
    assert ecma_pattern(foreign) == plain
    assert re.compile(plain).pattern == plain


@pytest.mark.parametrize(
    "pattern", ["^a$", r"^[\\A]$", r"\Ga", r"\Aa++", r"\A[[:punct:]]", r"\A[a[b]]", r"\pL\z"]
)
def test_a_pattern_that_has_no_translation_stays(pattern: str) -> None:
    assert ecma_pattern(pattern) is None
