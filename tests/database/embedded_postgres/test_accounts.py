"""The user that runs the server: the current one, or `nobody` for root."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from freehold.database.embedded_postgres import run_server
from freehold.database.postgres_programs import PostgresError
from tests.database.embedded_postgres.programs import Start, read_line
from tests.database.embedded_postgres.support import (
    AS_NOBODY,
    DAC_OVERRIDE,
    NOBODY,
    PRIVATE,
    ask,
    capabilities,
    eventually,
    has_ended,
    mode,
    only_linux,
    only_root,
    postmaster,
)
from tests.support.clusters import FAST


@only_root
@only_linux
def test_root_runs_it_as_nobody_without_capabilities(open_folder: Path) -> None:
    data = open_folder / "data"
    with run_server(data, FAST) as server:
        assert server.socket_folder == data
        assert Path(f"/proc/{postmaster(data)}").stat().st_uid == NOBODY
        assert capabilities(postmaster(data)) == 0
    assert data.stat().st_uid == NOBODY
    assert open_folder.stat().st_uid == 0


@only_root
@only_linux
def test_root_keeps_a_closed_parent_folder_closed(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "deeper" / "data"
    with run_server(data, FAST) as server:
        assert ask(server, "SELECT 1") == 1
        assert Path(f"/proc/{postmaster(data)}").stat().st_uid == NOBODY
        assert capabilities(postmaster(data)) == DAC_OVERRIDE
    assert (mode(closed), closed.stat().st_uid) == (PRIVATE, 0)
    assert data.parent.stat().st_uid == 0


@only_root
def test_root_without_setpriv_gets_an_error_that_says_what_to_do(
    cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with (
        pytest.raises(PostgresError, match=r"setpriv is missing: install util-linux.*DATABASE_URL"),
        run_server(cluster),
    ):
        pass


@pytest.mark.long
@only_root
@only_linux
def test_an_ordinary_user_runs_it_without_capabilities(open_folder: Path, start: Start) -> None:
    pythons = [sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"]
    check = ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    able = [python for python in pythons if not subprocess.call([*AS_NOBODY, python, *check], cwd="/")]
    if not able:
        pytest.skip("no Python 3.11 that an ordinary user could reach")
    os.chown(open_folder, NOBODY, NOBODY)
    data = open_folder / "data"
    for _ in ("cold", "warm"):
        starter = start(data, python=[*AS_NOBODY, able[0]])
        assert read_line(starter) == "running"
        assert capabilities(postmaster(data)) == 0
        assert data.stat().st_uid == NOBODY
        assert starter.communicate()[0] == "stopped\n"
    starter = start(data, python=[*AS_NOBODY, able[0]])
    assert read_line(starter) == "running"
    starter.kill()
    assert eventually(lambda: has_ended(data))


@only_root
def test_a_cluster_of_another_user_is_refused(cluster: Path) -> None:
    os.chown(cluster, 12345, 12345)
    try:
        with (
            pytest.raises(PostgresError, match=r"belongs to user 12345.*run this as user 12345"),
            run_server(cluster),
        ):
            pass
    finally:
        os.chown(cluster, NOBODY, NOBODY)
