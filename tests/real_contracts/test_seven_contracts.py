"""Contracts that other teams published get in untouched, and as much of them as possible is served.

`python -m tests.real_contracts -v` prints the table, and what is left to do in each.
"""

from pathlib import Path

import pytest

from tests.real_contracts import measure
from tests.support.thoroughness import long

LARGEST = "babybuddy.yml"
REACHED = {  # generated at least, generated or custom at least
    "babybuddy.yml": (79, 92),
    "conduit.yml": (0, 19),
    "fastapi-template.json": (6, 22),
    "flashnotes.json": (13, 20),
    "museum.yaml": (5, 8),
    "petstore.yaml": (7, 19),
    "train-travel.yaml": (5, 7),
}


@pytest.mark.parametrize("name", [long(name) if name == LARGEST else name for name in REACHED])
def test_a_published_contract_gets_as_far_as_before(tmp_path: Path, name: str) -> None:
    source = measure.CONTRACTS / name
    if not source.exists():
        pytest.skip("the published contracts are not beside this repository, in ../shared/contracts")

    reached = measure.measure(source, tmp_path)

    print(f"{measure.HEADING}\n{reached}")
    generated, served = REACHED[name]
    assert reached.problems is not None
    assert reached.generated >= generated
    assert reached.generated + reached.custom >= served
    assert reached.unexplained == ()
