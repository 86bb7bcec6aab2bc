"""Rows T22 to T32 of the matrix: values for every place that accepts their kind.

What the contract takes comes back as it was sent; what it does not take is refused as it says.
"""

import re
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice

import pytest

from freehold.fuzzing.nasty import values as nasty
from tests.hostile.campaign import PLACES, Campaign
from tests.hostile.places import Place
from tests.hostile.wire import Wire
from tests.hostile.workspace import CONTRACT, Workspace
from tests.support.thoroughness import sampled

TEXTS = {"string", "email", "uri"}
MOMENTS = {"date", "time", "date-time"}
PAGING = {"page", "per_page", "page_size", "limit", "offset"}


@dataclass(frozen=True)
class Trial:
    """Named values and the kinds of places that they are sent in."""

    values: str
    kinds: set[str]
    names: set[str] | None = None

    def __call__(self, place: Place, _number: int, name: str) -> bool:
        return self.stands(place) and re.search(self.values, name) is not None

    def stands(self, place: Place) -> bool:
        return place.kind in self.kinds and (self.names is None or place.name in self.names)


TRIALS = {
    "T22-NUL": Trial(r"string NUL|encoded NUL|\\\\u0000|%C0", {*TEXTS, "object", ""}),
    "T23-half-a-surrogate": Trial(r"ud800|udc00|xed.xa0|%ED", {*TEXTS, "object", "array", ""}),
    "T24-no-number": Trial(r"^number .*(NaN|Inf|e999|e309|e400|e308)|NaN|Infinity", {"number"}),
    "T25-large-integers": Trial(
        r"^(number |integer ')-?(214748364[789]|922337203685477580[789]|10{39}|9{39})", {"integer"}
    ),
    "T26-one-spelling": Trial(r"uuid|digit|^number '(\+1|01|1_000|1\.0|0x10)|string space", {"uuid"}),
    "T26-one-spelling-of-numbers": Trial(r"digit|^number '?(\+1|01|1_0|1\.0|0x|1e0)|space", {"integer"}),
    "T27-dates": Trial(r"^(text )?(date|time|moment|duration)|^number [01] ", MOMENTS),
    "T29-two-readings": Trial(
        r"^container .*a.*: .*, |^broken|^bytes|^deep|^text string byte order", {"object"}
    ),
    "T31-strict-types": Trial(
        r"^text (number '1'|string (yes|true))|^number (1|0|1\.0|2\.00|1e0|1\.5) |^container '(true|null)",
        {"integer", "boolean", "string", "number"},
    ),
    "T32-pages": Trial(r"'(0|-1|101|100000000000000000[01]|-?9223372036854775808|1e2)'", {"integer"}, PAGING),
    "T32-orders": Trial(r"string|cursor", {"string"}, {"sort", "orderBy", "cursor"}),
}
OPERATIONS = {operation.id: operation for operation in CONTRACT.operations}


@pytest.mark.parametrize("row", TRIALS)
def test_a_value_is_rejected_or_stored_unchanged(
    workspace: Workspace, wire: Wire, people: ExitStack, row: str
) -> None:
    trial, sent, before = TRIALS[row], 0, len(workspace.log())
    asked = dict.fromkeys(p.operation.id for p in PLACES if trial.stands(p))
    for operation_id in sampled(asked, every=3):
        campaign = Campaign(workspace, wire, OPERATIONS[operation_id], people)
        faults = list(islice(campaign.faults(trial), 20))
        assert not faults, "\n".join(faults)
        sent += campaign.sent

    assert sent >= 20
    assert workspace.log()[before:] == ""


def test_every_trial_has_values() -> None:
    """A pattern that matches no value would test nothing."""
    for row, trial in TRIALS.items():
        names = [name for values in (nasty.TEXTS, nasty.JSON_VALUES) for name in values]
        assert sum(re.search(trial.values, name) is not None for name in names) >= 4, row
