"""A folder for each code: a contract that it refuses, at the places in its first line, and one that is fine.

Where a code has only a file of many megabytes, a disk or overrides/ to show, there is no folder.
"""

from pathlib import Path

import pytest

from freehold.cli import error_codes
from freehold.contract import effective_contract, loading
from freehold.ground.problems import ContractError, Problem
from freehold.rules import registry, warnings
from tests.cli.test_error_pages import READ, RULED

HERE = Path(__file__).parent
FOLDERS = sorted(path.name for path in HERE.iterdir() if path.name in error_codes.titles())
PARTLY = {"FH031", "FH032"}  # fine as far as files go: the rest of these two is no whole contract


@pytest.mark.parametrize("code", FOLDERS)
def test_wrong_contracts_are_rejected_with_code_and_position(code: str) -> None:
    file = HERE / code / "wrong.yaml"

    told = [f"{problem.code} {problem.line}:{problem.column}" for problem in problems(file)]

    assert f"# {', '.join(told)}" == file.read_text("utf-8").partition("\n")[0]
    assert code in {place.partition(" ")[0] for place in told}


@pytest.mark.parametrize("code", FOLDERS)
def test_fixed_contracts_are_accepted(code: str) -> None:
    told = problems(HERE / code / "fine.yaml")

    assert code not in {problem.code for problem in told}
    assert code in PARTLY or not [problem for problem in told if problem.level == "error"]


def test_every_contract_code_has_an_example() -> None:
    assert sorted({*READ, *RULED}) == FOLDERS
    assert len(FOLDERS) >= 80


def problems(file: Path) -> tuple[Problem, ...]:
    """What a contract is refused for or, when it is not, what it is warned of."""
    try:
        document = loading.load(file)
        registry.check(document)
    except ContractError as error:
        return error.problems
    return tuple(sorted(warnings.find_warnings(effective_contract.build_effective_contract(document))))
