"""Starts on an empty folder, on an existing cluster, and after a kill or a crash."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from freehold.database.embedded_postgres import run_server
from tests.database.embedded_postgres.programs import Start, read_line
from tests.database.embedded_postgres.support import (
    AS_NOBODY,
    IS_ROOT,
    ask,
    eventually,
    exists,
    has_ended,
    postmaster,
)
from tests.support.clusters import FAST, copy_cluster


def test_the_first_start_creates_a_utf8_cluster_with_a_portable_collation(tmp_path: Path) -> None:
    with run_server(tmp_path / "data", FAST) as server:
        assert str(ask(server, "SELECT version()")).startswith("PostgreSQL 18.")
        assert ask(server, "SELECT pg_encoding_to_char(encoding) FROM pg_database LIMIT 1") == "UTF8"
        assert ask(server, "SELECT datlocale FROM pg_database LIMIT 1") == "C.UTF-8"
        assert ask(server, "SELECT lower('ÄÉ')") == "äé"
        assert not Path(f"{tmp_path}/data.new").exists()
    assert has_ended(tmp_path / "data")


def test_settings_reach_the_server(cluster: Path) -> None:
    with run_server(cluster, {**FAST, "work_mem": "5MB", "application_name": "it's, so"}) as server:
        assert ask(server, "SHOW work_mem") == "5MB"
        assert ask(server, "SHOW fsync") == "off"


def test_a_start_right_after_a_kill_waits_until_the_old_server_ends(cluster: Path, start: Start) -> None:
    with ExitStack() as stack:
        starter = start(cluster)
        assert read_line(starter) == "running"
        with run_server(cluster) as server:
            ask(server, "CREATE TABLE IF NOT EXISTS restarts (at timestamptz)")
        starter.kill()
        time.sleep(0.01)
        server = stack.enter_context(run_server(cluster, FAST))
        assert eventually(lambda: starter.poll() is not None)
        ask(server, "INSERT INTO restarts VALUES (now())")
        assert ask(server, "SELECT count(*) >= 1 FROM restarts") is True


def test_a_crash_of_postgres_loses_no_rows(pristine: Path, tmp_path: Path) -> None:
    data = copy_cluster(pristine, tmp_path / "data")
    with run_server(data, {"fsync": "off"}) as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        pid = postmaster(data)
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not exists(pid))
        with run_server(data, FAST) as second:
            assert postmaster(data) != pid
            assert ask(second, "SELECT answer = 42 FROM kept") is True
    assert has_ended(data)


def test_a_stale_pid_file_does_not_prevent_a_start(cluster: Path) -> None:
    with run_server(cluster, FAST):
        os.kill(postmaster(cluster), signal.SIGKILL)
    assert eventually(lambda: has_ended(cluster))
    other = subprocess.Popen([*(AS_NOBODY if IS_ROOT else []), "sleep", "60"])
    try:
        recorded = (cluster / "postmaster.pid").read_text().split("\n")
        (cluster / "postmaster.pid").write_text("\n".join([str(other.pid), *recorded[1:]]))
        with run_server(cluster, FAST) as server:
            assert ask(server, "SELECT 1") == 1
    finally:
        other.kill()
        other.wait()


@pytest.mark.long
@pytest.mark.parametrize("kill", [os.kill, os.killpg], ids=["starter", "starter and initdb"])
def test_an_interrupted_initdb_leaves_no_incomplete_cluster(
    tmp_path: Path, start: Start, kill: Callable[[int, int], None]
) -> None:
    data = tmp_path / "data"
    starter = start(data)
    assert eventually(Path(f"{data}.new/PG_VERSION").exists)
    kill(starter.pid, signal.SIGKILL)
    starter.wait()
    assert not data.exists()
    with run_server(data, FAST) as server:
        assert ask(server, "SELECT 1") == 1
    assert not Path(f"{data}.new").exists()
