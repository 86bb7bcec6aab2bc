"""The goals of speed: one table, and what a measurement says of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .figures import Latencies, Ratio, Table, cpu_ratio, percentile, ratio
from .programs import FREEHOLD, LIMIT

P99 = "p99 of get"


@dataclass(frozen=True)
class Bound:
    """A bound on Freehold's figure divided by a peer's."""

    largest: float
    text: str


def at_most(times: float) -> Bound:
    """Freehold needs at most `times` as much as the peer."""
    return Bound(times, f"<= {times:g}x")


def less(times: float) -> Bound:
    """The peer needs at least `times` as much as Freehold."""
    return Bound(1 / times, f">= {times:g}x less")


COLUMNS = ("get", "list 20", "list 100", "create")
GOALS: tuple[tuple[str, str, tuple[Bound, ...]], ...] = (
    (LIMIT, "gate", (at_most(1.7), at_most(2.25), at_most(3.8), at_most(2.2))),
    (LIMIT, "stretch", (at_most(1.4), at_most(1.7), at_most(2.5), at_most(1.7))),
    ("litestar_asyncpg", "gate", (less(1.15), less(1.15), less(1), less(1))),
    ("litestar_asyncpg", "stretch", (less(1.4), less(1.4), less(1.3), less(1.2))),
    ("fastapi_asyncpg", "gate", (less(2.8), less(2.7), less(2.5), less(2.3))),
    ("sqlmodel_session", "gate", (less(8.5), less(9), less(8.5), less(10))),
    ("fastify_pg", "gate", (at_most(1.8), at_most(1.3), less(1.2), at_most(2.3))),
)
"""Peer, level, and the bounds of CPU time per request in the order of COLUMNS; the request log is on."""
REFUSALS = (LIMIT, "gate", "401", at_most(1.2))
LATENCY = (LIMIT, "gate", P99, at_most(1.5))


@dataclass(frozen=True)
class Verdict:
    """A goal, and what was measured."""

    peer: str
    level: str
    operation: str
    bound: Bound
    measured: Ratio

    @property
    def holds(self) -> bool:
        """Whether the median keeps the bound."""
        return self.measured.median <= self.bound.largest

    @property
    def close(self) -> bool:
        """Whether some rounds say one thing and some the other."""
        return self.measured.low <= self.bound.largest < self.measured.high


def judge(table: Table, latencies: Latencies) -> list[Verdict]:
    """Judge every goal that was measured."""
    return [*_judge_cpu(table), *_judge_latency(latencies)]


def cpu_goals() -> Iterator[tuple[str, str, str, Bound]]:
    """Peer, level, operation and bound of each goal of CPU time."""
    for peer, level, bounds in GOALS:
        for operation, bound in zip(COLUMNS, bounds, strict=True):
            yield peer, level, operation, bound
    yield REFUSALS


def _judge_cpu(table: Table) -> Iterator[Verdict]:
    for peer, level, operation, bound in cpu_goals():
        rounds = table.get(operation, {})
        if FREEHOLD in rounds and peer in rounds:
            yield Verdict(peer, level, operation, bound, cpu_ratio(rounds, FREEHOLD, peer))


def _judge_latency(latencies: Latencies) -> Iterator[Verdict]:
    peer, level, operation, bound = LATENCY
    if FREEHOLD in latencies and peer in latencies:
        yield Verdict(peer, level, operation, bound, ratio(_p99(latencies, FREEHOLD), _p99(latencies, peer)))


def _p99(latencies: Mapping[str, list[list[int]]], server: str) -> list[float]:
    return [percentile(values, 99) for values in latencies[server]]
