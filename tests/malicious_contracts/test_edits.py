"""While people edit a contract, each state of it becomes a service, or is refused where something is wrong.

`make fuzz` tries all of them, and those of a larger contract too; the tests try every tenth.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.malicious_contracts import edits, harness
from tests.malicious_contracts.harness import Made
from tests.support.contracts import SAMPLE
from tests.support.service import ROOT

ALL = os.environ.get("HOSTILE_CONTRACTS") == "all"
STEP = 1 if ALL else 10
CONTRACTS = {"the sample": SAMPLE}
if ALL:
    folder = ROOT / "tests" / "dialects"
    CONTRACTS |= {
        file.parent.name: file.read_text("utf-8") for file in sorted(folder.glob("*/contract.yaml"))
    }

EDITS: dict[str, Callable[[str], Iterator[str]]] = {
    "without one of its lines": edits.without_each_line,
    "with a key misspelt": edits.with_each_key_misspelt,
    "with a few letters or lines changed": lambda text: edits.edited(text, 500),
}


@pytest.mark.long
@pytest.mark.parametrize("how", EDITS)
@pytest.mark.parametrize("name", CONTRACTS)
def test_edited_contracts_are_accepted_or_rejected_at_the_edit(tmp_path: Path, name: str, how: str) -> None:
    found = list(EDITS[how](CONTRACTS[name]))[::STEP]
    outcomes = [harness.outcome(text, tmp_path) for text in found]

    nowhere = [
        (text, outcome)
        for text, outcome in zip(found, outcomes, strict=True)
        if not isinstance(outcome, Made) and not harness.located(outcome, text)
    ]
    assert not nowhere
    assert any(isinstance(outcome, Made) for outcome in outcomes)
    assert not all(isinstance(outcome, Made) for outcome in outcomes)
