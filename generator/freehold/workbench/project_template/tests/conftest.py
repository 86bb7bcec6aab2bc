"""The service as it runs in production, on a database of its own, and users with tokens."""

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
    """Makes users: each call is somebody else."""

    def make() -> httpx.Client:
        return httpx.Client(base_url=service.url, headers=service.somebody())

    return make


@pytest.fixture
def anybody(service: testing.Service) -> httpx.Client:
    """Somebody without a token."""
    return httpx.Client(base_url=service.url)
