"""Test support for projects: runs their service with CHECK_ANSWERS, and signs tokens for users.

The database is a separate embedded PostgreSQL with all migrations applied; it is removed afterwards.
"""

import os
import random
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from freehold import pipeline
from freehold.contract.samples import identities
from freehold.database import embedded_postgres, migrations
from freehold.ground.project import Project, find_project
from freehold.reading.document import Document
from freehold.workbench import development_tokens, server_process

_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Service:
    """A running service."""

    url: str
    database_url: str
    """Connects as superuser, for tests that inspect tables."""
    secret: str = field(repr=False)
    """Signs the tokens that the service accepts (HS256)."""
    contract: Document = field(repr=False)
    """The effective contract."""

    def auth_headers(
        self, subject: str | None = None, claims: Mapping[str, object] | None = None
    ) -> dict[str, str]:
        """Return request headers with a valid token for a user. Without a subject, it is a new user.

        The token has every claim and every scope that the contract requires; `claims` override them.
        """
        name = subject or identities.new_subject(self.contract, random.SystemRandom())
        payload = identities.sample_claims(self.contract, name) | dict(claims or {})
        return {"Authorization": f"Bearer {development_tokens.sign(self.secret, name, claims=payload)}"}


@contextmanager
def serving(folder: Path, log: IO[bytes] | None = None) -> Iterator[Service]:
    """Run the service of the project in `folder` on a free port. It answers 500 for what the contract lacks.

    Its output, such as the reason of a 500, goes to `log` or else where that of this process goes. Raises
    UsageError when it does not start, ExternalError when a migration fails.
    """
    project = find_project(folder)
    with tempfile.TemporaryDirectory(prefix="freehold-") as state, _database(Path(state), project) as url:
        secret, port = secrets.token_urlsafe(32), _free_port()
        settings = {"DATABASE_URL": url, "BETTER_AUTH_SECRET": secret, "CHECK_ANSWERS": "true"}
        program = [sys.executable, "-m", "uvicorn", f"{project.generated.name}.app:app"]
        options = [f"--port={port}", "--log-level=warning"]
        process = server_process.start([*program, *options], project.root, os.environ | settings, log)
        try:
            server_process.wait_until_live(process, f"http://{_HOST}:{port}")
            yield Service(f"http://{_HOST}:{port}", url, secret, pipeline.load_effective_contract(project))
        finally:
            server_process.stop(process)


@contextmanager
def _database(state: Path, project: Project) -> Iterator[str]:
    with embedded_postgres.run_server(state / "postgres", _FAST) as server:
        embedded_postgres.create_database(server, "test")
        migrations.up(project, server.url("test"))
        yield server.url("test")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port
