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
REVEALED = {
    ("FH312", "FH203"), ("FH604", "FH312"), ("FH321", "FH020"), ("FH111", "FH310"), ("FH706", "FH503"),
    ("FH203", "FH504"), ("FH203", "FH406"), ("FH102", "FH302"), ("FH333", "FH020"), ("FH312", "FH503"),
}  # fmt: skip
"""A problem whose solution lets another rule judge what it could not judge before.

A shared header that is removed is still referred to, which FH020 says with the place. A default goes with its
type, and a parameter of a path with the path.
"""
EXACT = (
    "FH110", "FH203", "FH210", "FH211", "FH321", "FH323", "FH332", "FH333", "FH336", "FH342",
    "FH403", "FH405", "FH409", "FH413", "FH510", "FH701", "FH706",
)  # fmt: skip
"""The codes whose advices all say exactly what to write. Others leave some things to decide."""


def problems(document: Document) -> list[Problem]:
    try:
        registry.check(document)
    except ContractError as error:
        return list(error.problems)
    return []


def named(found: list[Problem]) -> set[tuple[str, str]]:
    return {(problem.code, problem.message) for problem in found}


def places(found: list[Problem]) -> set[tuple[str, str, int, int]]:
    return {(problem.code, problem.message, problem.line, problem.column) for problem in found}


def follow_all(file: Path) -> tuple[int, list[Problem]]:
    """Follow each advice about a contract alone, with all of its alternatives.

    Returns how many advices say exactly what to write, and the problems of the others.
    """
    document = loading.load_tolerantly(file).document
    before = problems(normalize(document.with_root(copy.deepcopy(document.root))))
    followed, others = 0, []
    for problem in {(found.code, found.fix): found for found in before}.values():
        ways = advice.follow(document, problem)
        followed += bool(ways)
        others += [] if ways else [problem]
        for after in ways:
            left = problems(normalize(after))
            assert (problem.code, problem.message, problem.line, problem.column) not in places(left), problem
            new = {pair for pair in named(left) - named(before) if (problem.code, pair[0]) not in REVEALED}
            assert new == set(), problem
    return followed, others


@pytest.mark.parametrize(("base", "mistake"), sampled(_ALL, every=5))
def test_following_the_advice_ends_the_problem(tmp_path: Path, base: str, mistake: Mistake) -> None:
    text, _ = split_marker(changed(*mistake[3:], text=base))
    file = tmp_path / "contract.yaml"
    file.write_text(text, "utf-8")

    _, others = follow_all(file)

    assert [str(problem) for problem in others if problem.code in EXACT] == []


def test_following_the_advice_of_each_code_ends_the_problem() -> None:
    results = [follow_all(file) for file in sampled(BROKEN, every=4)]

    assert sum(followed for followed, _ in results) >= len(results) / 3
    assert [str(found) for _, others in results for found in others if found.code in EXACT] == []
