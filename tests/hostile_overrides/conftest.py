"""Projects of overrides, and their services."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from freehold.database import embedded_postgres
from tests.hostile_overrides import project
from tests.hostile_overrides.entry import Override
from tests.support.service import Database

Create = Callable[[str, Sequence[Override]], tuple[Path, Database]]


@pytest.fixture(scope="session")
def create_project(server: embedded_postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Create:
    """Returns a function that creates the project of some overrides, with a migrated database."""

    def create(name: str, overrides: Sequence[Override]) -> tuple[Path, Database]:
        embedded_postgres.create_database(server, name)
        database = Database(server.url(name))
        return project.create(overrides, tmp_path_factory.mktemp(name) / "project", database), database

    return create
