"""A database to inspect, the service in its own process, and users with real tokens."""

import asyncio
import os
import re
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from freehold.ground import tethered_process
from freehold.workbench import development_tokens
from tests.support import warm_python
from tests.support.warm_python import Program, WarmProcess

ROOT = Path(__file__).parents[2]
START_LIMIT = 60.0  # seconds, for machines that are busy
STOP_LIMIT = 30.0  # seconds
PLAIN = False  # no certificates are read for plain HTTP: each client would take 20 ms to do so
BARE = ("uvicorn", "generated.app:app", "--log-level=warning")
GUARDED = ("generated",)  # with the limits of the server
PATIENT = {"DATABASE_PATIENCE": "30"}
"""For services that get many requests at once: on a slow machine, the last waits long for a connection."""
_OF_INTERPRETERS = re.compile("PYTHON|WORKERS")
"""Settings that an interpreter reads when it starts, or that have the service start others."""


@dataclass(frozen=True)
class Database:
    """A database of the embedded PostgreSQL, accessed as superuser."""

    url: str

    def rows(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        async def run() -> list[dict[str, Any]]:
            connection = await asyncpg.connect(self.url)
            try:
                return [dict(record) for record in await connection.fetch(sql, *arguments)]
            finally:
                await connection.close()

        return asyncio.run(run())


@dataclass(frozen=True)
class Service:
    """The service over HTTP."""

    url: str
    secret: str
    database: Database

    def user(self, subject: str | None = None, claims: Mapping[str, object] | None = None) -> httpx.Client:
        """A client with a valid token; each call is another user by default."""
        name = subject or f"user-{uuid4()}"
        headers = {"Authorization": f"Bearer {development_tokens.sign(self.secret, name, claims=claims)}"}
        return httpx.Client(base_url=self.url, headers=headers, verify=PLAIN)

    def anybody(self, **headers: str) -> httpx.Client:
        """A client without a token."""
        return httpx.Client(base_url=self.url, headers=headers, verify=PLAIN)


@contextmanager
def serving(
    folder: Path,
    database: Database,
    python: str | None = None,
    *,
    program: Sequence[str] = BARE,
    **settings: str,
) -> Iterator[Service]:
    """Run the service in `folder`, in its own process; `settings` are environment variables.

    It has an interpreter of its own if `python` names one, or where programs start as in production.
    """
    secret, port = secrets.token_urlsafe(64), free_port()
    required = {"DATABASE_URL": database.url, "BETTER_AUTH_SECRET": secret, "CHECK_ANSWERS": "true"}
    variables = os.environ | required | settings
    variables["PORT"] = str(port)
    arguments = ["-m", *program, *([f"--port={port}"] if program is BARE else [])]
    warm = warm_python.is_used() and python is None and not any(map(_OF_INTERPRETERS.match, settings))
    start = _warm if warm else _cold
    with start([python or sys.executable, *arguments], folder, variables) as process:
        url = f"http://127.0.0.1:{port}"
        await_answer(url, process)
        yield Service(url, secret, database)


@contextmanager
def _cold(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> Iterator[Program]:
    process = tethered_process.start(tethered_process.supervised(command), folder, variables)
    try:
        yield process
    finally:
        tethered_process.stop(process, STOP_LIMIT)


@contextmanager
def _warm(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> Iterator[Program]:
    process = WarmProcess(command[1:], folder, variables)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(STOP_LIMIT)


def await_answer(url: str, process: Program) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{url}/openapi.json", verify=PLAIN)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the service at {url} does not answer")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
