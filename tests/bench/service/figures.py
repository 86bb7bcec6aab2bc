"""Figures of rounds: medians, ratios of two servers, percentiles."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Round:
    """What one server did in one round: CPU and elapsed time in seconds."""

    requests: int
    seconds: float
    cpu: float
    database_cpu: float

    @property
    def per_second(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    @property
    def cpu_us(self) -> float:
        """CPU time of the server per request, in microseconds."""
        return self.cpu / self.requests * 1e6

    @property
    def database_cpu_us(self) -> float:
        """CPU time of PostgreSQL per request, in microseconds."""
        return self.database_cpu / self.requests * 1e6


Table = dict[str, dict[str, list[Round]]]
"""Operation, server, rounds."""
Latencies = dict[str, list[list[int]]]
"""Server, rounds, latencies in microseconds."""


@dataclass(frozen=True)
class Ratio:
    """A ratio of two servers: the median over the rounds, and the smallest and largest of them."""

    median: float
    low: float
    high: float

    @property
    def text(self) -> str:
        """As it stands in a table."""
        return f"{self.median:.2f} ({self.low:.2f}-{self.high:.2f})"


def ratio(ours: Iterable[float], theirs: Iterable[float]) -> Ratio:
    """Compare round by round: what disturbed one server in a round has disturbed the other as well."""
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Ratio(median(ratios), min(ratios), max(ratios))


def cpu_ratio(rounds: Mapping[str, Sequence[Round]], ours: str, theirs: str) -> Ratio:
    """The CPU time per request of one server, divided by that of another."""
    return ratio((one.cpu_us for one in rounds[ours]), (one.cpu_us for one in rounds[theirs]))


def middle(rounds: Iterable[Round], figure: Callable[[Round], float]) -> float:
    """The median of a figure over the rounds."""
    return median(figure(one) for one in rounds)


def percentile(values: Sequence[int], percent: float) -> float:
    """The value that `percent` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)  # rounded up
    return float(ordered[max(int(rank), 1) - 1])
