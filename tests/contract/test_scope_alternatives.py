"""Entries of `security` are alternatives: a token needs the scopes of one of them."""

from collections.abc import Iterable
from itertools import chain, combinations

import pytest

from freehold.contract.operations.inference import operations
from tests.support.contracts import Load, changed

SECURITY = "security:\n  - bearerAuth: []\n"
SETS = ["a", "b", "a, b", "b, c", ""]


def alternatives(load: Load, ways: Iterable[str]) -> tuple[list[tuple[str, ...]], list[str]]:
    """The alternatives of the first operation, and all of its scopes."""
    declared = ", ".join(f"{{bearerAuth: [{scopes}]}}" for scopes in ways)
    first = next(iter(operations(load(changed((SECURITY, f"security: [{declared}]\n"))))))
    return first.scope_alternatives(), first.scopes()


@pytest.mark.parametrize(
    "ways", [ways for count in (1, 2, 3) for ways in combinations(SETS, count)], ids=" | ".join
)
def test_a_token_suffices_exactly_if_it_has_the_scopes_of_one_entry(
    load: Load, ways: tuple[str, ...]
) -> None:
    needed = [frozenset(filter(None, way.split(", "))) for way in ways]

    found, scopes = alternatives(load, ways)

    for count in range(4):
        for granted in map(frozenset, combinations("abc", count)):
            suffices = not found or any(granted.issuperset(one) for one in found)
            assert suffices == any(granted >= one for one in needed)
    assert set(scopes) == set(chain.from_iterable(found))


def test_the_first_entry_comes_first_and_what_contains_another_says_nothing(load: Load) -> None:
    assert alternatives(load, ["b, c", "a", "a, b", "c, b"]) == ([("b", "c"), ("a",)], ["b", "c", "a"])
