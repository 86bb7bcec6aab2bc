"""The parts of the service bench that compute: figures, goals, /proc, tables."""

import pytest

from tests.bench.service import goals, report
from tests.bench.service.figures import Round, Table, cpu_ratio, percentile, ratio
from tests.bench.service.processes import descendants, parse_stat
from tests.bench.service.programs import FREEHOLD, LIMIT, PEERS, PROGRAMS
from tests.bench.service.workload import OPERATIONS


def rounds(*cpu_us: float) -> list[Round]:
    return [Round(requests=1000, seconds=0.5, cpu=us / 1000, database_cpu=0.1) for us in cpu_us]


def table(freehold: list[Round], peer: list[Round], name: str = LIMIT) -> Table:
    return {"get": {FREEHOLD: freehold, name: peer}}


def test_a_round_has_figures_per_request() -> None:
    one = rounds(150)[0]

    assert one.cpu_us == pytest.approx(150)
    assert one.database_cpu_us == pytest.approx(100)
    assert one.per_second == 2000


def test_a_ratio_compares_rounds_in_pairs() -> None:
    found = ratio([100, 300, 220], [100, 100, 110])

    assert (found.median, found.low, found.high) == (2, 1, 3)
    assert found.text == "2.00 (1.00-3.00)"


def test_rounds_that_do_not_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratio([1, 2], [1])


@pytest.mark.parametrize(("percent", "expected"), [(50, 50), (99, 99), (100, 100), (0, 1)])
def test_a_percentile_is_the_nearest_rank(percent: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), percent) == expected


def test_a_process_name_with_spaces_and_parentheses_is_read() -> None:
    text = "42 (a) b (c) S 7 42 42 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 5 0 0"

    found = parse_stat(text)

    assert (found.parent, found.own, found.children) == (7, 33, 77)


def test_a_process_tree_has_grandchildren_and_no_strangers() -> None:
    assert descendants(1, {1: 0, 2: 1, 3: 2, 4: 9, 9: 0}) == {1, 2, 3}


@pytest.mark.parametrize(
    ("bound", "measured", "holds"),
    [
        (goals.at_most(1.7), 1.7, True),
        (goals.at_most(1.7), 1.71, False),
        (goals.less(2.8), 1 / 2.8, True),
        (goals.less(2.8), 1 / 2.7, False),
        (goals.less(1), 1.01, False),
    ],
)
def test_less_means_that_the_peer_needs_more(bound: goals.Bound, measured: float, holds: bool) -> None:
    verdict = goals.Verdict(LIMIT, "gate", "get", bound, ratio([measured], [1]))

    assert verdict.holds is holds


def test_a_verdict_is_close_when_rounds_disagree() -> None:
    judged = goals.judge(table(rounds(150, 160, 180), rounds(100, 100, 100)), {})

    gate = next(verdict for verdict in judged if verdict.level == "gate")
    assert gate.holds
    assert gate.close
    stretch = next(verdict for verdict in judged if verdict.level == "stretch")
    assert not stretch.holds
    assert not stretch.close


def test_goals_of_peers_and_operations_that_were_not_measured_are_left_out() -> None:
    judged = goals.judge(table(rounds(100), rounds(290), "fastapi_asyncpg"), {})

    assert [(verdict.peer, verdict.operation, verdict.holds) for verdict in judged] == [
        ("fastapi_asyncpg", "get", True)
    ]


def test_the_p99_is_judged() -> None:
    judged = goals.judge({}, {FREEHOLD: [[10] * 90 + [40] * 10], LIMIT: [[10] * 90 + [20] * 10]})

    assert [(verdict.operation, verdict.holds) for verdict in judged] == [(goals.P99, False)]


def test_every_goal_is_about_a_peer_and_an_operation_that_there_are() -> None:
    names = {program.name for program in PROGRAMS}
    operations = {operation.name for operation in OPERATIONS}

    for peer, level, operation, _ in goals.cpu_goals():
        assert peer in names
        assert operation in operations
        assert level in {"gate", "stretch"}


def test_the_table_of_peers_and_their_files_agree() -> None:
    files = {file.stem for file in PEERS.iterdir() if file.suffix in {".py", ".js"}}

    assert files == {program.name for program in PROGRAMS if program.folder is None}


def test_the_tables_show_what_was_measured() -> None:
    lines = list(report.closed_loop_tables(table(rounds(300), rounds(100)), FREEHOLD))

    assert lines[:4] == [
        "",
        "CPU time of the server per request, in microseconds",
        "              get",
        "freehold      300",
    ]
    assert "asgi_asyncpg  3.00 (3.00-3.00)" in lines


def test_the_report_counts_the_goals_that_hold() -> None:
    judged = goals.judge(table(rounds(150), rounds(100)), {})

    lines = list(report.verdicts(judged))

    assert lines[-2:] == ["gate: 1 of 1 hold", "stretch: 0 of 1 hold"]


def test_nothing_is_judged_when_no_goal_was_measured() -> None:
    assert list(report.verdicts([])) == ["\nNo goal is about what was measured."]
    assert list(report.layout("Empty", ["get"], {})) == ["", "Empty", "  get"]


def test_cpu_ratios_are_those_of_the_two_servers() -> None:
    assert cpu_ratio({"a": rounds(90), "b": rounds(30)}, "a", "b").median == pytest.approx(3)
