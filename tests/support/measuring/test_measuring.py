"""The measures of this folder see what is too expensive, too early or too late."""

import time
from functools import partial

import pytest

from tests.support.measuring import waiting
from tests.support.measuring.cpu import calls_of, unit, units_of
from tests.support.measuring.waiting import ends_within, latest, waits


class Clock:
    """A clock that a test advances."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(waiting, "time", made)
    return made


@pytest.mark.parametrize("seconds", [1.7, 2.0, 3.0, 14.9])
def test_a_limit_is_met_also_on_a_slow_machine(clock: Clock, seconds: float) -> None:
    with waits(2.0):
        clock.now += seconds


@pytest.mark.parametrize(("seconds", "message"), [(1.5, "before the limit"), (15.1, "are meant")])
def test_a_block_that_ends_too_early_or_never_fails(clock: Clock, seconds: float, message: str) -> None:
    with pytest.raises(AssertionError, match=message), waits(2.0):
        clock.now += seconds


def test_a_part_of_a_limit_may_have_passed(clock: Clock) -> None:
    with waits(2.0, already=1.0):
        clock.now += 0.7
    with pytest.raises(AssertionError, match="before the limit"), waits(2.0, already=1.0):
        clock.now += 0.5


def test_a_block_without_a_least_time_has_a_latest_one(clock: Clock) -> None:
    with ends_within(1.0):
        clock.now += latest(1.0) - 0.1
    with pytest.raises(AssertionError, match="are meant"), ends_within(1.0):
        clock.now += latest(1.0) + 0.1


def test_an_error_of_the_block_is_not_hidden(clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError), waits(2.0):
        raise ZeroDivisionError


def test_units_grow_with_the_work() -> None:
    def loops(count: int) -> None:
        for number in range(count):
            str(number)

    small, large = (units_of(partial(loops, count)) for count in (100_000, 2_000_000))

    assert large > 4 * small  # 20 times as much


def test_waiting_costs_no_units() -> None:
    waited = 20 * unit()

    assert units_of(lambda: time.sleep(waited)) < 5


def test_calls_are_counted_exactly() -> None:
    def call(times: int) -> None:
        for _ in range(times):
            len("a")

    assert calls_of(lambda: call(1000)) - calls_of(lambda: call(0)) == 1000
