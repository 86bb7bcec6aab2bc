"""Several processes share the server of one data folder."""

import os
import signal
from pathlib import Path

import pytest

from freehold.database import embedded_postgres
from freehold.database.embedded_postgres import run_server
from tests.database.embedded_postgres.programs import Start, read_line
from tests.database.embedded_postgres.support import (
    ask,
    eventually,
    exists,
    has_ended,
    postmaster,
    was_shut_down_cleanly,
)


def test_a_second_process_attaches_and_does_not_stop_the_server(cluster: Path, start: Start) -> None:
    first = start(cluster)
    assert read_line(first) == "running"
    pid = postmaster(cluster)
    with run_server(cluster, {"work_mem": "7MB"}) as server:
        assert ask(server, "SHOW work_mem") == "4MB"
        assert postmaster(cluster) == pid
    with run_server(cluster) as server:
        assert ask(server, "SELECT 1") == 1
    first.communicate()
    assert not exists(pid)
    assert has_ended(cluster)


def test_concurrent_starts_on_an_empty_folder_share_one_server(tmp_path: Path, start: Start) -> None:
    data = tmp_path / "data"
    starters = [start(data) for _ in range(3)]
    assert [read_line(starter) for starter in starters] == ["running"] * 3
    pid = postmaster(data)
    for starter in starters:
        assert starter.communicate()[0] == "stopped\n"
    assert not exists(pid)
    assert has_ended(data)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL, None])
def test_the_server_outlives_its_starter_while_another_process_uses_it(
    cluster: Path, start: Start, end: signal.Signals | None
) -> None:
    starter = start(cluster)
    assert read_line(starter) == "running"
    pid = postmaster(cluster)
    with run_server(cluster) as server:
        if end is None:
            starter.communicate()
        else:
            starter.send_signal(end)
            starter.wait()
        assert ask(server, "SELECT 1") == 1
        assert postmaster(cluster) == pid
    assert not exists(pid)
    assert has_ended(cluster)
    assert was_shut_down_cleanly(cluster)


def test_the_server_ends_when_all_processes_are_killed(cluster: Path, start: Start) -> None:
    starter, other = start(cluster), start(cluster)
    assert [read_line(starter), read_line(other)] == ["running", "running"]
    pid = postmaster(cluster)
    starter.kill()
    starter.wait()
    assert exists(pid)
    other.kill()
    assert eventually(lambda: not exists(pid))
    assert eventually(lambda: has_ended(cluster))


def test_the_last_process_kills_a_server_of_another_that_does_not_react(
    cluster: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_postgres, "STOP_TIMEOUT", 0.3)
    starter = start(cluster)
    assert read_line(starter) == "running"
    with run_server(cluster):
        starter.communicate()
        pid = postmaster(cluster)
        os.kill(pid, signal.SIGSTOP)
    assert eventually(lambda: not exists(pid) and has_ended(cluster))
