"""Contracts that other teams published get in untouched, and as much of them as possible is served.

`python -m tests.real_contracts -v` prints the table, and what is left to do in each.
"""

from pathlib import Path

import pytest

from tests.real_contracts import measure

REACHED = {  # generated at least, generated or custom at least, problems at most
    "babybuddy.yml": (0, 0, 455),
    "conduit.yml": (0, 0, 54),
    "fastapi-template.json": (0, 0, 63),
    "flashnotes.json": (0, 0, 81),
    "museum.yaml": (0, 0, 0),
    "petstore.yaml": (0, 0, 78),
    "train-travel.yaml": (0, 0, 32),
}
NOT_IN = {"museum.yaml"}
"""The contracts that `init --from` still rejects as a whole."""


@pytest.mark.parametrize("name", REACHED)
def test_a_published_contract_gets_as_far_as_before(tmp_path: Path, name: str) -> None:
    source = measure.CONTRACTS / name
    if not source.exists():
        pytest.skip("the published contracts are not beside this repository, in ../shared/contracts")

    reached = measure.measure(source, tmp_path)

    print(f"{measure.HEADING}\n{reached}")
    generated, served, problems = REACHED[name]
    assert reached.problems is not None or name in NOT_IN
    assert reached.generated >= generated
    assert reached.generated + reached.custom >= served
    assert len(reached.problems or ()) <= problems
