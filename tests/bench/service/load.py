"""Drives the load generator, a process of Node.js that serves one command after another."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .processes import BenchError, stop
from .programs import BENCH

CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    """The load generator."""

    process: subprocess.Popen[bytes]

    def closed(self, port: int, requests: Path, status: int) -> float:
        """Send all requests as fast as the answers come; the time that it took, in seconds."""
        answer = self._ask(status, port=port, file=str(requests))
        return float(answer["seconds"])

    def open(self, port: int, requests: Path, status: int, rate: float) -> list[int]:
        """Send requests at a fixed rate; the latency of each, in microseconds."""
        answer = self._ask(status, port=port, file=str(requests), rate=rate)
        latencies: list[int] = answer["latencies"]
        if len(latencies) / answer["sending"] < rate * 0.95:
            raise BenchError("The load generator does not keep its rate: this machine is too busy.")
        return latencies

    def _ask(self, status: int, **command: object) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({**command, "connections": CONNECTIONS}).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise BenchError("The load generator ended.")
        answer: dict[str, Any] = json.loads(line)
        wrong = {found: number for found, number in answer["statuses"].items() if found != str(status)}
        if wrong or answer["failed"]:
            raise BenchError(f"Expected only {status}, got {wrong} and {answer['failed']} failed requests.")
        return answer


@contextmanager
def load_generator() -> Iterator[Load]:
    """Run the load generator until the end of the block."""
    node = shutil.which("node")
    if node is None or not (BENCH / "node_modules").exists():
        raise BenchError(
            "The load generator needs Node.js 20 or newer with npm: install them, and run make again."
        )
    command = [node, str(BENCH / "load.mjs")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/", start_new_session=True
    ) as process:
        try:
            yield Load(process)
        finally:
            stop(process)
