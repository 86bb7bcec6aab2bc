"""Exporters repeat the parameters of a list at operations on one row, where nothing reads them."""

import pytest

from freehold.contract.operations.inference import operations
from freehold.rules import registry
from tests.support import contracts as c
from tests.support.contracts import Load, after, changed

FILTER = "{name: completed, in: query, schema: {type: boolean}}"


def names_of(load: Load, parameters: str) -> tuple[set[object], int, int]:
    document = load(changed(after(c.GET, f"      parameters: [{parameters}]\n")))
    get = next(o for o in operations(document) if o.id == "getTask")
    names = {p.get_value("name") for p in get.parameters()}
    return names, len(document.notes), len(registry.problems_of("FH510", document))


@pytest.mark.parametrize(
    ("parameters", "names", "notes", "problems"),
    [
        (FILTER, {"task_id"}, 1, 0),
        (f"{FILTER}, {{name: sort, in: query, schema: {{type: string}}}}", {"task_id"}, 2, 0),
        ("{name: verbose, in: query, schema: {type: boolean}}", {"task_id", "verbose"}, 0, 1),
        (
            "{name: completed, in: query, required: true, schema: {type: boolean}}",
            {"task_id", "completed"},
            0,
            1,
        ),
    ],
)
def test_only_optional_parameters_of_the_list_are_left_out(
    load: Load, parameters: str, names: set[object], notes: int, problems: int
) -> None:
    assert names_of(load, parameters) == (names, notes, problems)
