"""Following the advice of a problem ends the problem, and makes no new one."""

import copy
from pathlib import Path

import pytest

from freehold.contract import loading
from freehold.contract.normalizing.steps import normalize
from freehold.ground.problems import ContractError, Problem
from freehold.reading.document import Document
from freehold.rules import registry
from tests.rules import advice
from tests.rules.mistakes import Mistake
from tests.rules.test_rules import _ALL
from tests.support.contracts import changed, split_marker
from tests.support.thoroughness import sampled

BROKEN = sorted((Path(__file__).parent / "broken").glob("FH[1-7]*/wrong.yaml"))
REVEALED = {("FH312", "FH203"), ("FH604", "FH312"), ("FH321", "FH020")}
"""A problem whose solution lets another rule judge what it could not judge before.

A shared header that is removed is still referred to, which FH020 says with the place.
"""


def problems(document: Document) -> list[Problem]:
    try:
        registry.check(document)
    except ContractError as error:
        return list(error.problems)
    return []


def named(found: list[Problem]) -> set[tuple[str, str]]:
    return {(problem.code, problem.message) for problem in found}


def follow_all(file: Path) -> int:
    """Follow each advice about a contract alone. Returns how many say exactly what to write."""
    document = loading.load_tolerantly(file).document
    before = problems(normalize(document.with_root(copy.deepcopy(document.root))))
    followed = 0
    for problem in before:
        after = advice.follow(document, problem)
        if after is None:
            continue
        followed += 1
        left = named(problems(normalize(after)))
        assert (problem.code, problem.message) not in left, problem
        new = {(code, what) for code, what in left - named(before) if (problem.code, code) not in REVEALED}
        assert new == set(), problem
    return followed


@pytest.mark.parametrize(("base", "mistake"), _ALL)
def test_following_the_advice_ends_the_problem(tmp_path: Path, base: str, mistake: Mistake) -> None:
    text, _ = split_marker(changed(*mistake[3:], text=base))
    file = tmp_path / "contract.yaml"
    file.write_text(text, "utf-8")

    follow_all(file)


def test_following_the_advice_of_each_code_ends_the_problem() -> None:
    files = sampled(BROKEN, every=2)

    assert sum(map(follow_all, files)) >= len(files) / 8
