"""Freehold beside programs that serve the same API: `make bench-service`."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from . import options, report
from .agreement import check_agreement
from .database import cluster, create_database
from .figures import middle
from .goals import judge
from .load import load_generator
from .processes import BenchError, Server, serving
from .programs import FREEHOLD, PROGRAMS, ROOT, Program
from .rounds import Bench, Plan
from .workload import OPERATIONS, Workload, new_secret

GET = OPERATIONS[0]


def main() -> None:
    """Check that all servers agree, measure them, and print the tables."""
    chosen = _parse()
    programs = _programs(chosen.peers)
    plan = options.plan(chosen)
    with _prepared(plan, programs) as (bench, servers):
        report.show(report.machine_notes())
        report.show(report.legend())
        table = bench.closed_loop(servers)
        report.show(report.closed_loop_tables(table, FREEHOLD))
        latencies = {}
        if GET.name in table:
            rates = {
                name: middle(rounds, lambda one: one.per_second) / 2 for name, rounds in table["get"].items()
            }
            latencies = bench.open_loop(servers, GET, rates)
            report.show(report.latency(latencies, rates, FREEHOLD))
        report.show(report.verdicts(judge(table, latencies)))


def _parse() -> argparse.Namespace:
    parser = options.parser("Measures the service beside programs that serve the same API.")
    names = ",".join(program.name for program in PROGRAMS)
    parser.add_argument("--peers", help=f"comma-separated, {FREEHOLD} is always measured: {names}")
    return parser.parse_args()


def _programs(names: str | None) -> list[Program]:
    """Those that were chosen and can run here."""
    chosen = {FREEHOLD, *(names.split(",") if names else (program.name for program in PROGRAMS))}
    unknown = chosen - {program.name for program in PROGRAMS}
    if unknown:
        raise BenchError(f"Unknown peers: {', '.join(sorted(unknown))}.")
    found = []
    for program in PROGRAMS:
        if program.name in chosen:
            if program.missing is None:
                found.append(program)
            else:
                print(f"Skipped {program.name}: {program.missing}.")
    return found


@contextmanager
def _prepared(plan: Plan, programs: Sequence[Program]) -> Iterator[tuple[Bench, list[Server]]]:
    """PostgreSQL with its rows, the load generator, and all servers, which agree."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="freehold-bench-")))
        load = stack.enter_context(load_generator())
        postgres = stack.enter_context(cluster(scratch))
        database = create_database(postgres.server, "bench", ROOT)
        secret = new_secret()
        settings = {"DATABASE_URL": database.url, "BETTER_AUTH_SECRET": secret}
        servers = [stack.enter_context(serving(program, scratch, settings)) for program in programs]
        check_agreement(servers, database, secret)
        databases = {program.name: database for program in programs}
        yield Bench(plan, load, postgres, Workload(secret, scratch), databases), servers


if __name__ == "__main__":
    options.run(main)
