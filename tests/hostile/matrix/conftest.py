"""The workspace service, started once for all rows of the matrix."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from freehold.database import embedded_postgres
from tests.hostile.wire import Wire, wired
from tests.hostile.workspace import Workspace, working
from tests.support.service import Database


@pytest.fixture(scope="session")
def workspace(
    server: embedded_postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workspace]:
    name = f"hostile_{secrets.token_hex(4)}"
    embedded_postgres.create_database(server, name)
    with working(tmp_path_factory.mktemp("workspace"), Database(server.url(name))) as running:
        yield running


@pytest.fixture
def wire(workspace: Workspace) -> Iterator[Wire]:
    with wired(workspace.service.url) as wire:
        yield wire


@pytest.fixture
def people() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack
