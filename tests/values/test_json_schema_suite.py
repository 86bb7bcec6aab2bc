"""Values of the JSON-Schema-Test-Suite are answered as it says, or their schema is refused for a reason."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.support.service import Database
from tests.support.thoroughness import sampled
from tests.values import json_schema_suite as suite
from tests.values import storage_limits
from tests.values.json_schema_suite import Case, Group
from tests.values.json_text import write
from tests.values.refusals import Sieved, sieved_service
from tests.values.round_trip import comes_back
from tests.values.served import Answer, Question, ask
from tests.values.suite_reasons import reason
from tests.values.tally import Tally

_MOST_REFUSED = 0.10

pytestmark = pytest.mark.skipif(not suite.available(), reason=suite.MISSING_SUITE)


@pytest.mark.long
def test_3_1_answers_as_the_suite_for_2020_12(
    tmp_path: Path, empty_database: Callable[[], Database], capsys: pytest.CaptureFixture[str]
) -> None:
    tally = _measure(_sample(suite.draft_2020_12()), "3.1.0", tmp_path, empty_database)

    _show(tally, "JSON-Schema-Test-Suite 2020-12 in OpenAPI 3.1", capsys)
    _agrees(tally)
    assert tally.refusals <= _MOST_REFUSED * tally.cases


def test_3_0_answers_as_the_suite_for_draft_4(
    tmp_path: Path, empty_database: Callable[[], Database], capsys: pytest.CaptureFixture[str]
) -> None:
    tally = _measure(_sample(suite.draft_4()), "3.0.3", tmp_path, empty_database)

    _show(tally, "JSON-Schema-Test-Suite draft 4 in OpenAPI 3.0", capsys)
    _agrees(tally)


def _sample(groups: Sequence[Group]) -> list[Group]:
    """Each eighth group in the short version."""
    return sampled(groups, every=8)


def _show(tally: Tally, title: str, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("\n".join(tally.lines(title)))


def _agrees(tally: Tally) -> None:
    assert not tally.failed, f"{len(tally.failed)} answers of 5xx"
    assert not tally.differing, f"{len(tally.differing)} of {tally.cases} cases differ"
    assert not tally.unlisted, f"{tally.unlisted.total()} cases are refused for no reason on the list"


def _measure(groups: Sequence[Group], version: str, folder: Path, make: Callable[[], Database]) -> Tally:
    tally = Tally()
    with sieved_service([group.entry for group in groups], folder, make, version) as (sieved, service):
        asked = [
            (group, case) for group in groups if not _left_out(tally, group, sieved) for case in group.cases
        ]
        paths = sieved.contract.paths
        answers = ask(service, [Question(paths[g.entry.name], g.entry.name, case.value) for g, case in asked])
    for (group, case), answer in zip(asked, answers, strict=True):
        _judge(tally, group, case, answer)
    return tally


def _left_out(tally: Tally, group: Group, sieved: Sieved) -> bool:
    """Counts the cases of a schema that has no service."""
    name = group.entry.name
    if name in sieved.crashed:
        tally.refuse(len(group.cases), None, sieved.crashed[name])
    elif name in sieved.refused:
        tally.refuse(len(group.cases), reason(group.written), sieved.refused[name])
    return name in sieved.crashed or name in sieved.refused


def _judge(tally: Tally, group: Group, case: Case, answer: Answer) -> None:
    entry, components = group.entry, group.entry.components
    name = f"{answer.status}  {group.title}: {case.name}: {write(case.value)[:80]}"
    beyond = storage_limits.limit(case.value, entry.schema, components) if case.valid else None
    if answer.accepted and case.valid:
        back = [
            comes_back(case.value, got, entry.schema, components) for got in (answer.created, answer.found)
        ]
        if all(back):
            tally.agreed += 1
        else:
            tally.differ(f"{name} comes back as {answer.text[:120]}", failed=False)
    elif answer.status == 422 and not case.valid:
        tally.agreed += 1
    elif beyond and answer.status in (400, 422):
        tally.beyond_storage[beyond] += 1
    else:
        tally.differ(f"{name} should be {201 if case.valid else 422}", failed=answer.status >= 500)
