"""Processes that tests may kill: the service and PostgreSQL."""

import os
import secrets
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from typing_extensions import override

from freehold.database import embedded_postgres, migrations
from freehold.ground import project
from freehold.workbench import development_tokens
from tests.support import warm_python
from tests.support.service import GUARDED, ROOT, Database, await_answer, free_port
from tests.support.warm_python import Program

SECRET = secrets.token_urlsafe(64)
PATIENCE = 30.0  # seconds for a process to end


class Instance:
    """The service on one port, across restarts."""

    def __init__(self, database: Database, folder: Path, grace: int, /, **settings: str) -> None:
        self.port = free_port()
        self.log: IO[bytes] = tempfile.NamedTemporaryFile()  # noqa: SIM115 - closed by `running`
        self._folder = folder
        self._grace = grace
        secret = {"DATABASE_URL": database.url, "BETTER_AUTH_SECRET": SECRET}
        port = {"PORT": str(self.port), "LOG_REQUESTS": "false"}
        self._variables = os.environ | secret | port | settings
        self._process: Program | None = None

    @property
    def process(self) -> Program:
        assert self._process is not None
        return self._process

    def program(self) -> list[str]:
        """The module to run, and its options."""
        options = [f"--port={self.port}", "--log-level=warning", f"--timeout-graceful-shutdown={self._grace}"]
        return ["uvicorn", "generated.app:app", *options]

    def start(self) -> None:
        log = Path(self.log.name)
        arguments = ["-m", *self.program()]
        self._process = warm_python.start(arguments, self._folder, self._variables, stdout=log, stderr=log)
        await_answer(f"http://127.0.0.1:{self.port}", self._process)

    def kill(self) -> None:
        """Kill the process, as the kernel does when memory is short."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        """Stop the process, as a deployment does. Returns the exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def said(self) -> str:
        """The log of the service so far."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()
        self.log.close()


class Guarded(Instance):
    """The service as in production, with the limits of its server."""

    @override
    def program(self) -> list[str]:
        return [*GUARDED]


@contextmanager
def running(
    database: Database,
    folder: Path = ROOT,
    grace: int = 10,
    kind: type[Instance] = Instance,
    /,
    **settings: str,
) -> Iterator[Instance]:
    """A started instance; `grace` is its shutdown delay in seconds."""
    instance = kind(database, folder, grace, **settings)
    try:
        instance.start()
        yield instance
    finally:
        instance.end()


def token(subject: str = "alice") -> str:
    return development_tokens.sign(SECRET, subject)


class Cluster:
    """A durable PostgreSQL of the test, which can be stopped and started."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._running = ExitStack()
        self.start()
        embedded_postgres.create_database(self._server, "app")
        self.database = Database(self._server.url("app"))
        migrations.up(project.find_project(ROOT), self.database.url)

    def start(self) -> None:
        self._server = self._running.enter_context(embedded_postgres.run_server(self._data))

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT is `pg_ctl stop -m fast`, SIGQUIT is `-m immediate`, without a checkpoint."""
        postmaster = int((self._data / "postmaster.pid").read_text().split("\n")[0])
        os.kill(postmaster, how)
        self._running.close()


@contextmanager
def cluster(data: Path) -> Iterator[Cluster]:
    made = Cluster(data)
    try:
        yield made
    finally:
        made._running.close()
