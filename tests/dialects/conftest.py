"""Each dialect's service, started once for all of its tests."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from freehold.database import embedded_postgres
from tests.dialects.projects import HERE, make
from tests.support import two_users
from tests.support.service import Database, Service, serving
from tests.support.two_users import Contract, User


@dataclass(frozen=True)
class Dialect:
    """A dialect that runs: its contract, its folder, its service."""

    name: str
    folder: Path
    contract: Contract
    service: Service

    def user(self, stack: ExitStack, subject: str | None = None) -> User:
        name = subject or self.contract.subject()
        client = self.service.user(name, self.contract.claims(name))
        return User(name, stack.enter_context(client))


@pytest.fixture(scope="session")
def make_dialect(
    server: embedded_postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Path, Database]]:
    """Makes a dialect by its name, with a database of its own, for a test that would disturb the others."""

    def make_it(name: str) -> tuple[Path, Database]:
        database = f"{name}_{secrets.token_hex(4)}"
        embedded_postgres.create_database(server, database)
        found = Database(server.url(database))
        return make(name, tmp_path_factory.mktemp(name), found), found

    return make_it


@pytest.fixture(scope="session")
def run_dialect(
    make_dialect: Callable[[str], tuple[Path, Database]],
) -> Iterator[Callable[[str], Dialect]]:
    """Makes and starts a dialect by its name; each is made once."""
    running: dict[str, Dialect] = {}
    with ExitStack() as stack:

        def run(name: str) -> Dialect:
            if name not in running:
                folder, database = make_dialect(name)
                service = stack.enter_context(serving(folder, database))
                contract = two_users.read(HERE / name / "contract.yaml")
                running[name] = Dialect(name, folder, contract, service)
            return running[name]

        yield run


@pytest.fixture
def people() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack
