"""A real PostgreSQL for all tests, a database for each that wants one, and the committed service."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from freehold.database import embedded_postgres, migrations
from freehold.ground import project
from tests.support import ROOT, Database, Service, serving

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
TEMPLATE = "template_app"
PARTS = ("openapi", "generated", "overrides", "migrations", "pyproject.toml")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded_postgres.Server]:
    with embedded_postgres.running(tmp_path_factory.mktemp("postgres") / "data", FAST) as running:
        yield running


@pytest.fixture(scope="session")
def template(server: embedded_postgres.Server) -> str:
    """A database with every migration, for others to be copied from."""
    embedded_postgres.create_database(server, TEMPLATE)
    migrations.up(project.find(ROOT), server.url(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def make_database(server: embedded_postgres.Server, template: str) -> Callable[[], Database]:
    def make() -> Database:
        name = f"test_{secrets.token_hex(6)}"
        embedded_postgres.create_database(server, name, template=template)
        return Database(server.url(name))

    return make


@pytest.fixture
def database(make_database: Callable[[], Database]) -> Database:
    """A database of this test's own, with every migration and no rows."""
    return make_database()


@pytest.fixture(scope="session")
def service(make_database: Callable[[], Database]) -> Iterator[Service]:
    """The committed service. Tests share it: each makes users of its own."""
    with serving(ROOT, make_database(), DOCS="true") as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the project, to work in as a person does."""
    for name in PARTS:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    return tmp_path
