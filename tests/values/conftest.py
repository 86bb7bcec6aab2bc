"""Databases without tables, each for a contract of its own."""

import secrets
from collections.abc import Callable

import pytest

from freehold.database import embedded_postgres
from tests.support.service import Database


@pytest.fixture(scope="session")
def empty_database(server: embedded_postgres.Server) -> Callable[[], Database]:
    def make() -> Database:
        name = f"values_{secrets.token_hex(4)}"
        embedded_postgres.create_database(server, name)
        return Database(server.url(name))

    return make
