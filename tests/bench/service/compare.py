"""The service of this tree beside that of another revision: `make bench-compare REV=...`.

Only what a user sees of a revision is relied on: `python -m generated`, its settings, and its migrations.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from . import options, report
from .database import cluster, create_database
from .load import load_generator
from .processes import BenchError, Server, serving
from .programs import ROOT, Program, freehold
from .rounds import Bench, Plan
from .workload import Workload, new_secret

HERE = "this tree"
LOCK = "requirements.lock"


def main() -> None:
    """Measure both, and print the tables."""
    chosen = _parse()
    with TemporaryDirectory(prefix="freehold-bench-") as folder:
        scratch = Path(folder)
        there = _revision(chosen.revision, scratch)
        programs = freehold(HERE, "the working tree, changes included", ROOT), there
        with _prepared(options.plan(chosen), programs, scratch) as (bench, servers):
            report.show(report.machine_notes())
            table = bench.closed_loop(servers)
            report.show(report.closed_loop_tables(table, HERE))


def _parse() -> argparse.Namespace:
    parser = options.parser("Measures the service of this tree beside that of a revision.")
    parser.add_argument("revision", nargs="?", help="what git calls it: main, HEAD~10, a commit")
    chosen = parser.parse_args()
    if chosen.revision is None:
        parser.error("which revision? For example: make bench-compare REV=main")
    return chosen


def _revision(name: str, scratch: Path) -> Program:
    """Export a revision; it gets packages of its own only when it locks others."""
    commit = (
        _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").decode().strip()
    )
    if not commit:
        raise BenchError(f"git knows no revision {name}.")
    folder = scratch / "revision"
    folder.mkdir()
    archive = _git("archive", "--format=tar", commit)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    same = (folder / LOCK).read_bytes() == (ROOT / LOCK).read_bytes()
    python = sys.executable if same else _own_python(folder, scratch / "venv")
    return freehold(name, f"commit {commit[:10]}", folder, python)


def _own_python(folder: Path, venv: Path) -> str:
    print("Its requirements.lock differs: setting up an environment for it, half a minute ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = str(venv / "bin" / "python")
    install = ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r", LOCK]
    subprocess.run([python, *install], cwd=folder, check=True)
    return python


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False).stdout


@contextmanager
def _prepared(
    plan: Plan, programs: tuple[Program, ...], scratch: Path
) -> Iterator[tuple[Bench, list[Server]]]:
    """PostgreSQL with a database for each, since their migrations may differ, and both servers."""
    with ExitStack() as stack:
        load = stack.enter_context(load_generator())
        postgres = stack.enter_context(cluster(scratch))
        secret = new_secret()
        databases, servers = {}, []
        for number, program in enumerate(programs):
            assert program.folder is not None
            database = create_database(postgres.server, f"bench_{number}", program.folder, program.command[0])
            settings = {"DATABASE_URL": database.url, "BETTER_AUTH_SECRET": secret}
            servers.append(stack.enter_context(serving(program, scratch, settings)))
            databases[program.name] = database
        yield Bench(plan, load, postgres, Workload(secret, scratch), databases), servers


if __name__ == "__main__":
    options.run(main)
