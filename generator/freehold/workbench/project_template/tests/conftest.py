"""The service on a separate database, with its answers checked, and clients for its users."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from freehold import testing

User = Callable[[], httpx.Client]


@pytest.fixture(scope="session")
def service() -> Iterator[testing.Service]:
    with testing.serving(Path(__file__).parent.parent) as running:
        yield running


@pytest.fixture
def user(service: testing.Service) -> User:
    """Creates clients: each call is a new user."""

    def make() -> httpx.Client:
        return httpx.Client(base_url=service.url, headers=service.auth_headers())

    return make


@pytest.fixture
def anonymous(service: testing.Service) -> httpx.Client:
    """A client without a token."""
    return httpx.Client(base_url=service.url)
