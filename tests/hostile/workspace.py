"""The workspace service in its own process, with an operation that fails and a readable log."""

import secrets
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from freehold.workbench import development_tokens
from tests.dialects.projects import HERE
from tests.hostile.wire import Request
from tests.support import two_users
from tests.support.service import PATIENT, Database, Service, serving
from tests.support.thoroughness import count
from tests.support.two_users import Contract

CONTRACT = two_users.load_contract(HERE / "workspace" / "contract.yaml")
_RIGHT = "        return await self._fetch(self._put_aside(), project_id)"
_BREAKS = """        found = await self.get_project(project_id)
        if found.name.startswith("Break"):
            raise RuntimeError(f"{found.goal} {found!r}") from ValueError(str(found.goal))
"""


@dataclass(frozen=True)
class Workspace:
    """The service, its folder and its log."""

    folder: Path
    service: Service
    complaints: Path

    @property
    def contract(self) -> Contract:
        return CONTRACT

    def log(self) -> str:
        """The warnings and errors in the log; duplicates are only informational."""
        lines = self.complaints.read_text("utf-8", "replace").splitlines(keepends=True)
        return "".join(line for line in lines if '"level": "info"' not in line)

    def token(self, subject: str) -> str:
        return development_tokens.sign(self.service.secret, subject, claims=CONTRACT.token_claims(subject))

    def request(
        self, subject: str, method: str, target: str | bytes, body: bytes | None = None, **headers: str
    ) -> Request:
        """A request with a token; the body is JSON unless `headers` differ."""
        said = {"Authorization": f"Bearer {self.token(subject)}"} | ({} if body is None else _JSON)
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = tuple((name.encode(), value.encode("latin-1")) for name, value in said.items() if value)
        return Request(method, target if isinstance(target, bytes) else target.encode(), lines, body)


_JSON = {"Content-Type": "application/json"}


@contextmanager
def working(folder: Path, database: Database, **settings: str) -> Iterator[Workspace]:
    """Add a way to fail to the workspace in a folder, and run it."""
    override = folder / "overrides" / "projects.py"
    text = override.read_text("utf-8")
    assert _RIGHT in text
    override.write_text(text.replace(_RIGHT, _BREAKS + _RIGHT), "utf-8")
    database.rows("INSERT INTO plans (name, price) VALUES ('Small', 1.50), ('Large', 9)")
    with running(folder, database, **settings) as workspace:
        yield workspace


@contextmanager
def running(folder: Path, database: Database, **settings: str) -> Iterator[Workspace]:
    """Run an existing workspace."""
    complaints = folder / f"complaints-{secrets.token_hex(4)}"
    python = folder / f"python-{complaints.name}"
    python.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@" 2>>{shlex.quote(str(complaints))}\n', "utf-8"
    )
    python.chmod(0o700)
    complaints.touch()
    with serving(folder, database, str(python), **{"LOG_REQUESTS": "false"} | PATIENT | settings) as service:
        yield Workspace(folder, service, complaints)


SHARE = count("NASTY_SHARE", short=160, long=40)
"""At each place, one of so many values is tried, and other ones at the next place; `make fuzz` tries all."""
