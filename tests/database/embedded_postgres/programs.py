"""A program that runs a server in a process of its own, to be killed by tests."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from freehold.database import embedded_postgres

PATH = os.pathsep.join([str(Path(embedded_postgres.__file__).parents[2]), *filter(None, sys.path)])
STARTER = """
import signal, sys
from pathlib import Path
from freehold.database import embedded_postgres
signal.signal(signal.SIGINT, signal.default_int_handler)  # which nohup and background jobs ignore
try:
    with embedded_postgres.run_server(Path(sys.argv[1]), {"fsync": "off"}) as server:
        print("running", flush=True)
        {inside}
    print("stopped", flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
except embedded_postgres.PostgresError as error:
    print(error, flush=True)
"""
UNTIL_STDIN_CLOSES = "sys.stdin.read()"

Start = Callable[..., subprocess.Popen[str]]


def launch(
    data: Path,
    *,
    inside: str = UNTIL_STDIN_CLOSES,
    before: str = "",
    python: Sequence[str] = (sys.executable,),
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*python, "-W", "error", "-c", before + STARTER.replace("{inside}", inside), str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env={**os.environ, "PYTHONPATH": PATH},
        start_new_session=True,
    )


def read_line(process: subprocess.Popen[str]) -> str:
    """Read the next line that the program prints."""
    assert process.stdout is not None
    return process.stdout.readline().strip()
