"""A row for each statement of a contract: what it says, and what the API and the database do."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from tests.dialects.conftest import Dialect
from tests.dialects.script import Ask, Row, Step, look, play
from tests.dialects.statements import headers, links, lists, operations, properties, resources, security

TABLES = (resources, links, properties, operations, lists, security, headers)
ROWS = [row for table in TABLES for row in table.ROWS]
BUGS: dict[str, str] = {}
"""Statements that do not hold yet, and why."""


def _parameter(row: Row) -> object:
    why = BUGS.get(row.says)
    marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
    return pytest.param(row, id=f"{row.dialect}: {row.says}", marks=marks)


@pytest.mark.parametrize("row", [_parameter(row) for row in ROWS])
def test_what_the_contract_says_is_so(
    run_dialect: Callable[[str], Dialect], people: ExitStack, row: Row
) -> None:
    play(row, run_dialect(row.dialect), people)


WRONG: tuple[Step, ...] = (
    Ask("GET /projects", 404),
    Ask("GET /projects", has={"total": 1}),
    Ask("GET /projects", has={"colour": None}),
    Ask("GET /projects", lacks=("total",)),
    Ask("GET /projects", rows=("name", ("House",))),
    Ask("GET /projects", answers={"Content-Type": None}),
    Ask("GET /projects", answers={"ETag": '"1"'}),
    Ask("POST /projects", 422, {}, wrong=("/goal",)),
    look("SELECT count(*) AS is FROM projects WHERE org_id = $1", "{alice}", is_=1),
)


@pytest.mark.parametrize("step", WRONG, ids=str)
def test_what_is_not_so_is_found(
    run_dialect: Callable[[str], Dialect], people: ExitStack, step: Step
) -> None:
    with pytest.raises(AssertionError):
        play(Row("not so", "workspace", (step,)), run_dialect("workspace"), people)


def test_no_statement_stands_there_twice() -> None:
    said = [(row.dialect, row.says) for row in ROWS]

    assert len(set(said)) == len(said)
    assert {row.says for row in ROWS} >= BUGS.keys()
