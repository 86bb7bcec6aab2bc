"""The two versions of the test suite: `make test` is the short one, `make test-all` the complete one.

`TEST_ALL=1` selects the complete one: the tests with the marker `long` run, and whatever is repeated or
sampled uses its long count. `make fuzz` and `make chaos` set single counts, by the names of their variables.

`MOST_CASES` bounds the cases of each parametrized test, which `make test` does where it runs all areas.
"""

import os
from collections.abc import Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")

ALL = os.environ.get("TEST_ALL") == "1"
MOST_CASES = int(os.environ.get("MOST_CASES") or 0)
"""How many cases of each parametrized test run; 0 for all of them."""


def sampled(items: Iterable[T], *, every: int) -> list[T]:
    """Returns all items in the complete suite, and one of `every` so many in the short one."""
    return list(items)[:: 1 if ALL else every]


def most_cases(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Returns at most `MOST_CASES` cases of each parametrized test, spread over all of them."""
    every = list(items)
    cases: dict[str, list[pytest.Item]] = {}
    for item in every:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    if not MOST_CASES:
        return every
    chosen = {case for found in cases.values() for case in found[:: -(-len(found) // MOST_CASES)]}
    return [item for item in every if item in chosen]


def long(*values: object) -> pytest.ParameterSet:
    """Returns the values of a parametrized test, which only the complete suite runs with them."""
    return pytest.param(*values, marks=pytest.mark.long)


def count(variable: str, *, short: int, long: int) -> int:
    """Returns how often to repeat something, or how many samples to take."""
    return int(os.environ.get(variable) or (long if ALL else short))
