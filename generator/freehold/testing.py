"""For the tests of a project: its service as it runs in production, and users with tokens.

The database is an embedded PostgreSQL of its own, with every migration; it is gone afterwards.
"""

import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from freehold import pipeline
from freehold.contract import sample_values
from freehold.database import embedded_postgres, migrations
from freehold.ground.project import Project, find_project
from freehold.reading.document import Document
from freehold.workbench import development_tokens, server_process

_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Service:
    """A service that answers at `url`."""

    url: str
    database_url: str
    """Where a test can look into the tables, as the superuser."""
    secret: str = field(repr=False)
    """What its tokens are signed with."""
    contract: Document = field(repr=False)

    def somebody(
        self, subject: str | None = None, claims: Mapping[str, object] | None = None
    ) -> dict[str, str]:
        """The headers of a user with a valid token. Without a subject, each call is somebody else.

        The token has every claim and every scope that the contract asks for; `claims` replace them.
        """
        name = subject or str(uuid4())  # which does where any text does
        said = sample_values.sample_claims(self.contract, name) | dict(claims or {})
        return {"Authorization": f"Bearer {development_tokens.sign(self.secret, name, claims=said)}"}


@contextmanager
def serving(folder: Path) -> Iterator[Service]:
    """The service of the project in `folder`, on a free port.

    Raises UsageError when it does not start, ExternalError when a migration does not run.
    """
    project = find_project(folder)
    with tempfile.TemporaryDirectory(prefix="freehold-") as state, _database(Path(state), project) as url:
        secret, port = secrets.token_urlsafe(32), _free_port()
        settings = {"DATABASE_URL": url, "BETTER_AUTH_SECRET": secret}
        program = [sys.executable, "-m", "uvicorn", f"{project.generated.name}.app:app"]
        options = [f"--port={port}", "--log-level=warning"]
        process = server_process.start([*program, *options], project.root, os.environ | settings)
        try:
            server_process.wait_for(process, f"http://{_HOST}:{port}")
            yield Service(f"http://{_HOST}:{port}", url, secret, pipeline.load_effective_contract(project))
        finally:
            server_process.stop(process)


@contextmanager
def _database(state: Path, project: Project) -> Iterator[str]:
    with embedded_postgres.running(state / "postgres", _FAST) as server:
        embedded_postgres.create_database(server, "test")
        migrations.up(project, server.url("test"))
        yield server.url("test")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port
