"""`freehold database` and `freehold seed`: look into the database, begin it anew, fill it."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from freehold.database import embedded_postgres, postgres_programs
from tests.support import warm_python
from tests.support.clusters import copy_cluster
from tests.support.contracts import Run
from tests.support.service import Database
from tests.support.tool import MAIN

INSERT = "INSERT INTO tasks (owner_id, title) VALUES ('alice', 'Water')"
SEEDS = """
import asyncio, os
from generated.runtime import open_service
from generated.schemas import TaskCreate
from overrides.tasks import TaskRepository

async def seed() -> None:
    async with open_service() as service:
        await TaskRepository("alice", service.database).create_task(TaskCreate(title="Seeded"))

asyncio.run(seed())
"""
EXTERNAL = "postgresql://somebody@nowhere.example/app"


@pytest.fixture
def embedded(project: Path, pristine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a database of its own."""
    copy_cluster(pristine, project / ".freehold" / "postgres")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return project


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    done = warm_python.run(["-c", MAIN, *words], folder, os.environ)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.long
def test_the_database_is_filled_looked_into_and_begun_anew(embedded: Path) -> None:
    (embedded / "seeds.py").write_text(SEEDS, "utf-8")
    with embedded_postgres.run_server(embedded / ".freehold" / "postgres") as server:
        assert run(embedded, "seed") == (0, "", "")
        address = run(embedded, "database", "url")[1].strip()
        assert address == server.url("app")
        assert Database(address).rows("SELECT title FROM tasks") == [{"title": "Seeded"}]
        assert run(embedded, "database", "reset", "--yes")[0] == 0
        assert Database(address).rows("SELECT title FROM tasks") == []
    assert run(embedded, "database", "url")[0] == 2


@pytest.mark.long
def test_a_program_runs_with_the_settings_of_the_service(embedded: Path) -> None:
    code = "import os, sys; print(len(os.environ['BETTER_AUTH_SECRET']) > 30, *sys.argv[1:]); sys.exit(3)"
    assert run(embedded, "run", "python", "-c", code, "--yes")[:2] == (3, "True --yes\n")

    (embedded / "job.py").write_text(SEEDS, "utf-8")
    with embedded_postgres.run_server(embedded / ".freehold" / "postgres") as server:
        assert run(embedded, "migrate", "up")[0] == 0
        assert run(embedded, "run", "python", "-m", "job")[0] == 0
        assert len(Database(server.url("app")).rows("SELECT title FROM tasks")) == 1


def test_a_program_that_does_not_exist_is_reported(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", EXTERNAL)

    result = freehold("run", "no-such-program")

    assert (result.exit_code, result.stderr) == (2, "There is no program no-such-program.\n")


@pytest.mark.long
def test_the_shell_is_psql_with_its_options(embedded: Path, capfd: pytest.CaptureFixture[str]) -> None:
    status, printed, _ = run(embedded, "database", "shell", "-Atc", "SELECT 6 * 7")

    assert (status, printed) == (0, "42\n")
    assert run(embedded, "database", "shell", "-c", "SELECT nothing")[0] == 1


def test_a_url_is_printed_only_while_it_leads_to_a_server(project: Path, freehold: Run) -> None:
    result = freehold("database", "url")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "start `freehold dev`" in result.stderr


def test_the_url_of_the_setting_is_printed(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", EXTERNAL)

    assert freehold("database", "url").stdout == f"{EXTERNAL}\n"


def test_a_database_of_others_is_never_reset(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", EXTERNAL)

    result = freehold("database", "reset", "--yes")

    assert result.exit_code == 2
    assert "only the embedded database can be reset" in result.stderr


def test_a_reset_asks_and_does_nothing_without_an_answer(
    project: Path, freehold: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Sequence[object]] = []
    monkeypatch.setattr(embedded_postgres, "run_server", lambda *words: started.append(words))

    assert freehold("database", "reset").exit_code == 1
    assert started == []


def test_without_seeds_the_command_says_what_to_write(project: Path, freehold: Run) -> None:
    result = freehold("seed")

    assert result.exit_code == 2
    assert "seeds.py does not exist. Write it beside pyproject.toml" in result.stderr


def test_psql_of_the_system_is_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert postgres_programs.shell_path() == "/usr/bin/psql"
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert Path(postgres_programs.shell_path()).is_file()
