"""The service of each dialect, started once for all tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dialects.projects import HERE
from tests.support import two_users
from tests.support.service import PATIENT, Database, Service, serving
from tests.support.two_users import Contract, User


@dataclass(frozen=True)
class Dialect:
    """A dialect with a running service."""

    name: str
    folder: Path
    contract: Contract
    service: Service

    def user(self, stack: ExitStack, subject: str | None = None) -> User:
        name = subject or self.contract.new_subject()
        client = self.service.user(name, self.contract.token_claims(name))
        return User(name, stack.enter_context(client))


@pytest.fixture(scope="session")
def run_dialect(
    make_dialect: Callable[[str], tuple[Path, Database]],
) -> Iterator[Callable[[str], Dialect]]:
    """Return a function that creates and starts a dialect, once for each name."""
    running: dict[str, Dialect] = {}
    with ExitStack() as stack:

        def run(name: str) -> Dialect:
            if name not in running:
                folder, database = make_dialect(name)
                service = stack.enter_context(serving(folder, database, **PATIENT))
                contract = two_users.load_contract(HERE / name / "contract.yaml")
                running[name] = Dialect(name, folder, contract, service)
            return running[name]

        yield run


@pytest.fixture
def people() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack
