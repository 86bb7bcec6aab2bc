"""A scenario for each statement that a contract can make, against the API and the database."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest

from tests.dialects.conftest import Dialect
from tests.dialects.scenarios import Request, Scenario, Step, query_value, run_scenario
from tests.dialects.statements import (
    files,
    headers,
    keys,
    links,
    lists,
    operations,
    press,
    properties,
    real_contracts,
    resources,
    security,
    wire,
)
from tests.support.thoroughness import sampled

TABLES = (
    resources,
    links,
    properties,
    operations,
    lists,
    security,
    headers,
    files,
    real_contracts,
    wire,
    press,
    keys,
)
SCENARIOS = [scenario for table in TABLES for scenario in table.SCENARIOS]
BUGS: dict[str, str] = {}
"""Statements that do not hold yet, with the reason."""


def _parameter(scenario: Scenario) -> object:
    reason = BUGS.get(scenario.statement)
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(scenario, id=f"{scenario.dialect}: {scenario.statement}", marks=marks)


@pytest.mark.parametrize("scenario", [_parameter(scenario) for scenario in sampled(SCENARIOS, every=3)])
def test_the_statement_of_the_contract_holds(
    run_dialect: Callable[[str], Dialect], people: ExitStack, scenario: Scenario
) -> None:
    run_scenario(scenario, run_dialect(scenario.dialect), people)


FAILING_STEPS: tuple[Step, ...] = (
    Request("GET /projects", 404),
    Request("GET /projects", has={"total": 1}),
    Request("GET /projects", has={"colour": None}),
    Request("GET /projects", lacks=("total",)),
    Request("GET /projects", rows=("name", ("House",))),
    Request("GET /projects", response_headers={"Content-Type": None}),
    Request("GET /projects", response_headers={"ETag": '"1"'}),
    Request("POST /projects", 422, {}, error_locations=("/goal",)),
    query_value("SELECT count(*) AS is FROM projects WHERE org_id = $1", "{alice}", expected=1),
)


@pytest.mark.parametrize("step", FAILING_STEPS, ids=str)
def test_a_step_with_a_wrong_expectation_fails(
    run_dialect: Callable[[str], Dialect], people: ExitStack, step: Step
) -> None:
    with pytest.raises(AssertionError):
        run_scenario(Scenario("not so", "workspace", (step,)), run_dialect("workspace"), people)


def test_statements_are_unique() -> None:
    statements = [(scenario.dialect, scenario.statement) for scenario in SCENARIOS]

    assert len(set(statements)) == len(statements)
    assert {scenario.statement for scenario in SCENARIOS} >= BUGS.keys()
