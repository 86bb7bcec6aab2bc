"""How often each campaign goes on (`make chaos` goes on longer), and what came of it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.instances import Cluster, cluster

TIMES = {"CHAOS_KILLS": 2, "CHAOS_RESTARTS": 1, "CHAOS_ABORTS": 300, "CHAOS_ROLLS": 1}


@dataclass
class Scores:
    rows: list[tuple[str, int, int, int]] = field(default_factory=list)

    def add(self, what: str, tried: int, survived: int, lost: int) -> None:
        self.rows.append((what, tried, survived, lost))


_SCORES = Scores()


@pytest.fixture
def scores() -> Scores:
    """Each campaign adds a line to the table that is printed at the end."""
    return _SCORES


@pytest.fixture
def times() -> Callable[[str], int]:
    """How often, by the name of the environment variable that may say so."""
    return lambda name: int(os.environ.get(name, TIMES[name]))


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A PostgreSQL that may be killed, with all its promises about what is written."""
    with cluster(Path(tmp_path_factory.mktemp("cluster"), "data")) as made:
        yield made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not any(name in os.environ for name in TIMES) or not _SCORES.rows:
        return
    terminalreporter.section("chaos")
    terminalreporter.write_line(f"{'campaign':<60}{'tried':>10}{'survived':>10}{'lost':>8}")
    for what, tried, survived, lost in _SCORES.rows:
        terminalreporter.write_line(f"{what:<60}{tried:>10,}{survived:>10,}{lost:>8,}")
