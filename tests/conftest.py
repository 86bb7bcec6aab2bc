"""A real PostgreSQL for all tests, a database for each that wants one, and the committed service."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from freehold.cli.console import INTERNAL_ERROR
from freehold.cli.main import main
from freehold.contract import loading
from freehold.database import embedded_postgres, migrations
from freehold.ground.project import find_project
from freehold.reading import yaml_parser
from freehold.reading.document import Document
from freehold.reading.yaml_parser import ParsedFile
from tests.support.contracts import Load, Read, Run
from tests.support.service import ROOT, Database, Service, serving

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
TEMPLATE = "template_app"
FOLDERS = ("generated", "migrations", "openapi", "overrides")
PARTS = ("openapi", "generated", "overrides", "migrations", "pyproject.toml")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded_postgres.Server]:
    with embedded_postgres.run_server(tmp_path_factory.mktemp("postgres") / "data", FAST) as running:
        yield running


@pytest.fixture(scope="session")
def template(server: embedded_postgres.Server) -> str:
    """A database with every migration, for others to be copied from."""
    embedded_postgres.create_database(server, TEMPLATE)
    migrations.up(find_project(ROOT), server.url(TEMPLATE))
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


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a text, or bytes, from a file."""

    def read(content: str | bytes) -> ParsedFile:
        file = tmp_path / "contract.yaml"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return yaml_parser.parse_file(file, "contract.yaml")

    return read


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads a contract from a file."""

    def load(text: str) -> Document:
        file = tmp_path / "contract.yaml"
        file.write_text(text, "utf-8")
        return loading.load(file)

    return load


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of this repository's project, as the folder that commands run in."""
    folder = tmp_path / "project"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("BETTER_AUTH_SECRET", raising=False)
    return folder


@pytest.fixture
def freehold() -> Run:
    """Runs the command `freehold`. A traceback is an error of the test."""

    def run(*arguments: str, color: bool = False) -> Result:
        result = CliRunner().invoke(main, arguments, color=color, catch_exceptions=False)
        assert result.exit_code != INTERNAL_ERROR, result.stderr
        return result

    return run
