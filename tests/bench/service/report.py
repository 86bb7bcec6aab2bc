"""The tables that are printed."""

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version

from .figures import Latencies, Round, Table, cpu_ratio, middle, percentile, ratio
from .goals import Verdict
from .load import CONNECTIONS
from .programs import FREEHOLD, PROGRAMS


def machine_notes() -> Iterator[str]:
    """What the figures depend on, without a path or a name of this machine."""
    load = os.getloadavg()[0]
    yield f"{os.cpu_count()} cores, load {load:.1f}, {platform.system()} {platform.machine()}"
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    names = ("fastapi", "asyncpg", "uvicorn")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    if load > (os.cpu_count() or 1):
        yield "This machine is busy: CPU times are inflated, ratios are noisy, and latencies mean little."
    yield f"Python {platform.python_version()}, Node.js {node}, {packages}"


def figures(table: Table, title: str, figure: Callable[[Round], float]) -> Iterator[str]:
    """A figure of each server for each operation: the median over the rounds."""
    rows = {
        server: [f"{middle(rounds[server], figure):,.0f}" for rounds in table.values()]
        for server in _servers(table)
    }
    yield from layout(title, list(table), rows)


def ratios(table: Table, title: str, ours: str) -> Iterator[str]:
    """CPU time per request of one server divided by that of each of the others."""
    rows = {
        server: [cpu_ratio(rounds, ours, server).text for rounds in table.values()]
        for server in _servers(table)
        if server != ours
    }
    yield from layout(title, list(table), rows)


def latency(latencies: Latencies, rates: Mapping[str, float], ours: str) -> Iterator[str]:
    """p50 and p99 of each server, in milliseconds."""
    rows = {}
    for server, rounds in latencies.items():
        every = [value for values in rounds for value in values]
        ninety_ninth = [percentile(values, 99) for values in rounds]
        ours_too = [percentile(values, 99) for values in latencies[ours]]
        spread = f"{min(ninety_ninth) / 1000:.1f}-{max(ninety_ninth) / 1000:.1f}"
        rows[server] = [
            f"{rates[server]:,.0f}",
            f"{percentile(every, 50) / 1000:.2f}",
            f"{percentile(every, 99) / 1000:.1f}",
            spread,
            ratio(ours_too, ninety_ninth).text,
        ]
    title = "Latency of get in an open loop at half of the saturating load, in ms"
    columns = ["requests/s", "p50", "p99", "p99 of rounds", f"p99 of {ours} / its p99"]
    yield from layout(title, columns, rows)


def verdicts(judged: Sequence[Verdict]) -> Iterator[str]:
    """Whether each goal holds, and how many of them do."""
    if not judged:
        yield "\nNo goal is about what was measured."
        return
    rows = {}
    for verdict in judged:
        answer = "holds" if verdict.holds else "FAILS"
        key = f"{verdict.level:7} {verdict.peer:16} {verdict.operation}"
        rows[key] = [
            verdict.bound.text,
            verdict.measured.text,
            f"{answer}{', close' if verdict.close else ''}",
        ]
    yield from layout(f"Goals: {FREEHOLD} / peer", ["goal", "measured", ""], rows)
    for level in ("gate", "stretch"):
        these = [verdict.holds for verdict in judged if verdict.level == level]
        yield f"{level}: {sum(these)} of {len(these)} hold"


def legend() -> Iterator[str]:
    """What each server is."""
    for program in PROGRAMS:
        yield f"{program.name:16}  {program.title}"


def layout(title: str, columns: Sequence[str], rows: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A table with aligned columns."""
    first = max((len(name) for name in rows), default=0)
    widths = [
        max([len(column), *(len(cells[number]) for cells in rows.values())])
        for number, column in enumerate(columns)
    ]
    yield ""
    yield title
    yield "  ".join(
        ["".ljust(first), *(name.rjust(width) for name, width in zip(columns, widths, strict=True))]
    ).rstrip()
    for name, cells in rows.items():
        padded = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        yield "  ".join([name.ljust(first), *padded]).rstrip()


def show(lines: Iterator[str]) -> None:
    """Print them at once: a run takes minutes, and its tables should not be lost to an interrupt."""
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def closed_loop_tables(table: Table, ours: str) -> Iterator[str]:
    """All tables of the closed loop."""
    yield from figures(table, "CPU time of the server per request, in microseconds", lambda one: one.cpu_us)
    yield from ratios(
        table, f"CPU time per request: {ours} / server of the row, median (min-max over rounds)", ours
    )
    yield from figures(
        table, f"Requests per second with {CONNECTIONS} connections", lambda one: one.per_second
    )
    title = "CPU time of PostgreSQL per request, in microseconds"
    yield from figures(table, title, lambda one: one.database_cpu_us)


def _servers(table: Table) -> list[str]:
    return list(next(iter(table.values()), {}))
