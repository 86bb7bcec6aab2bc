"""A real PostgreSQL for all tests, a database for each that wants one, and the committed service."""

import gc
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from xdist.remote import Producer

from freehold.cli.console import INTERNAL_ERROR
from freehold.cli.main import main
from freehold.contract import loading
from freehold.database import embedded_postgres, migrations
from freehold.ground.project import find_project
from freehold.reading import yaml_parser
from freehold.reading.document import Document
from freehold.reading.yaml_parser import ParsedFile
from freehold.testing import plugin
from tests.dialects import projects
from tests.support import thoroughness, warm_python
from tests.support.clusters import FAST, copy_cluster
from tests.support.contracts import Load, Read, Run
from tests.support.distribution import SEED, Distribution, in_random_order, longest_first
from tests.support.service import ROOT, Database, Service, serving

# each module is compiled once, and not in each of the processes that the tests start
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

TEMPLATE = "template_app"
FOLDERS = ("generated", "migrations", "openapi", "overrides")
NOT_CACHES = shutil.ignore_patterns("__pycache__")
PARTS = ("openapi", "generated", "overrides", "migrations", "pyproject.toml")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """More workers than cores, because some of them wait for a service or a deadline.

    In the short version they wait less, and each one costs the seconds that it takes to collect the tests.
    """
    chosen = "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ
    return None if chosen else len(os.sched_getaffinity(0)) + (2 if thoroughness.ALL else 1)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Distribution:
    """Distributes the tests over the workers."""
    return Distribution(config, log)


def pytest_pycollect_makeitem(obj: object) -> list[pytest.Item] | None:
    """Collects nothing of the long tests in the short version: their contracts need not be read."""
    marks = getattr(obj, "pytestmark", None)
    is_long = isinstance(marks, list) and any(getattr(mark, "name", "") == "long" for mark in marks)
    return [] if is_long and not thoroughness.ALL else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the long tests of the short version; puts the units in their order."""
    left_out = {
        item
        for item in items
        if (not thoroughness.ALL and item.get_closest_marker("long")) or plugin.has_nothing_to_test(item)
    }
    chosen = thoroughness.most_cases(item for item in items if item not in left_out)
    if len(chosen) < len(items):
        config.hook.pytest_deselected(items=[*{*items} - {*chosen}])
    items[:] = chosen
    if SEED:
        items[:] = in_random_order(items, SEED)
    elif hasattr(config, "workerinput"):
        items[:] = longest_first(items)


def pytest_collectstart() -> None:
    """Collects no garbage while modules are imported and tests are collected, which all stay."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leaves what was collected out of garbage collections: it stays, and to look at it takes 0.1 seconds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what the short version left out, so that nobody takes it for all of the tests."""
    if not thoroughness.ALL:
        terminalreporter.write_line("This was the short version; make test-all also runs the long tests.")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Decides how the programs of a test are started, before its fixtures start any."""
    warm_python.choose(item.nodeid)


def pytest_configure(config: pytest.Config) -> None:
    """Ends in order when terminated: with the fixtures, and so with all that they started.

    A worker that ends in any other way, as when the process that distributes the tests is killed, takes with
    it all of its process group. What it starts outside of that is tethered to it.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if hasattr(config, "workerinput"):
        import datamodel_code_generator.config  # noqa: F401, PLC0415 - else each command starts a process

        os.setpgid(0, 0)
        guard = subprocess.Popen(["sh", "-c", "read -r _ || kill -s KILL 0"], stdin=subprocess.PIPE)
        config.add_cleanup(partial(_dismiss, guard))


def _dismiss(guard: "subprocess.Popen[bytes]") -> None:
    guard.communicate(b"ended in order\n")


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster that does not run, to copy: that is faster than initdb."""
    data = tmp_path_factory.mktemp("pristine") / "data"
    with embedded_postgres.run_server(data, FAST):
        pass
    return data


@pytest.fixture(scope="session")
def server(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded_postgres.Server]:
    data = copy_cluster(pristine, tmp_path_factory.mktemp("postgres") / "data")
    with embedded_postgres.run_server(data, FAST) as running:
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
def make_dialect(
    server: embedded_postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Path, Database]]:
    """Makes the project of a dialect by its name: a folder and a database of its own.

    Each dialect is generated and migrated once; then its folder and its database are copied.
    """
    originals: dict[str, Path] = {}

    def make_it(name: str) -> tuple[Path, Database]:
        original, copy = f"dialect_{name}", f"{name}_{secrets.token_hex(4)}"
        if name not in originals:
            embedded_postgres.create_database(server, original)
            folder = tmp_path_factory.mktemp(original)
            originals[name] = projects.create_project(name, folder, Database(server.url(original)))
        embedded_postgres.create_database(server, copy, template=original)
        folder = tmp_path_factory.mktemp(name)
        shutil.copytree(originals[name], folder, ignore=NOT_CACHES, dirs_exist_ok=True)
        return folder, Database(server.url(copy))

    return make_it


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
        shutil.copytree(ROOT / name, folder / name, ignore=NOT_CACHES)
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
