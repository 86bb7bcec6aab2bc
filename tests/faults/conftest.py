"""The number of rounds of each campaign (`make chaos` runs more), and a summary of the results."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.instances import Cluster, cluster
from tests.support.clusters import copy_cluster
from tests.support.service import ROOT
from tests.support.thoroughness import count

TIMES = {  # in `make test`, and in `make test-all`
    "CHAOS_KILLS": (1, 2),
    "CHAOS_RESTARTS": (1, 1),
    "CHAOS_ABORTS": (80, 300),
    "CHAOS_ROLLS": (1, 1),
    "CHAOS_SIEGE": (1, 1),
}


SINGLE = "return await self._fetch(self._toggle_task(), task_id)"
TOGETHER = """\
async with self.transaction() as tasks:
            task = await tasks._fetch(tasks._toggle_task(), task_id)
            if task.description:
                await tasks._run(tasks._toggle_task(), UUID(task.description))
            return task"""
"""Completes two tasks together: the other one is named in the description."""


@dataclass
class Scores:
    rows: list[tuple[str, int, int, int]] = field(default_factory=list)

    def add(self, what: str, tried: int, survived: int, lost: int) -> None:
        self.rows.append((what, tried, survived, lost))


_SCORES = Scores()


@pytest.fixture
def scores() -> Scores:
    """Adds a line to the table that is printed at the end."""
    return _SCORES


@pytest.fixture
def times() -> Callable[[str], int]:
    """The number of rounds, from an environment variable."""
    return lambda name: count(name, short=TIMES[name][0], long=TIMES[name][1])


@pytest.fixture(scope="module")
def postgresql(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A PostgreSQL that tests may kill, with full durability."""
    with cluster(copy_cluster(pristine, tmp_path_factory.mktemp("cluster") / "data")) as made:
        yield made


@pytest.fixture(scope="session")
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The service with an override that uses a transaction."""
    folder = tmp_path_factory.mktemp("together")
    for name in ("generated", "overrides"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    override = folder / "overrides" / "tasks.py"
    assert SINGLE in override.read_text("utf-8")
    override.write_text(override.read_text("utf-8").replace(SINGLE, TOGETHER), "utf-8")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not any(name in os.environ for name in TIMES) or not _SCORES.rows:
        return
    terminalreporter.section("chaos")
    width = max(len(what) for what, *_ in _SCORES.rows)
    terminalreporter.write_line(f"{'campaign':<{width}}{'tried':>10}{'survived':>10}{'lost':>8}")
    for what, tried, survived, lost in _SCORES.rows:
        terminalreporter.write_line(f"{what:<{width}}{tried:>10,}{survived:>10,}{lost:>8,}")
