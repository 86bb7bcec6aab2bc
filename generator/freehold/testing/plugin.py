"""The pytest plugin: the service of the project, and clients for its users.

Write `pytest_plugins = ["freehold.testing.plugin"]` in conftest.py. Each fixture can be overridden there.
"""

from collections.abc import Callable, Iterator

import httpx
import pytest

from freehold.testing.contract_tests import NOTHING_TO_TEST
from freehold.testing.service import Service, serving
from freehold.testing.users import TIMEOUT

User = Callable[[], httpx.Client]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the tests of every contract that are about no operation of this one."""
    left_out = [item for item in items if has_nothing_to_test(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def has_nothing_to_test(item: pytest.Item) -> bool:
    """Whether a test of every contract is about no operation of this one."""
    return any(mark.kwargs.get("reason") == NOTHING_TO_TEST for mark in item.iter_markers("skip"))


@pytest.fixture(scope="session")
def service(pytestconfig: pytest.Config) -> Iterator[Service]:
    """The service of the project, on a database of its own, with its answers checked."""
    with serving(pytestconfig.rootpath) as running:
        yield running


@pytest.fixture
def user(service: Service) -> Iterator[User]:
    """Creates clients with a token: each call is a new user."""
    clients: list[httpx.Client] = []

    def create() -> httpx.Client:
        clients.append(httpx.Client(base_url=service.url, headers=service.auth_headers(), timeout=TIMEOUT))
        return clients[-1]

    yield create
    for client in clients:
        client.close()


@pytest.fixture
def anonymous(service: Service) -> Iterator[httpx.Client]:
    """A client without a token."""
    with httpx.Client(base_url=service.url, timeout=TIMEOUT) as client:
        yield client
