"""The server ends with the process that started it, however that one ends."""

import asyncio
import os
import signal
import time
from pathlib import Path

import asyncpg
import pytest

from freehold.database import embedded_postgres
from freehold.database.embedded_postgres import run_server
from tests.database.embedded_postgres.programs import Start, read_line
from tests.database.embedded_postgres.support import (
    PROMPTLY,
    eventually,
    exists,
    has_ended,
    postmaster,
    was_shut_down_cleanly,
)
from tests.support.clusters import FAST
from tests.support.measuring.waiting import ends_within


def test_the_starter_stops_the_server_although_clients_are_connected(cluster: Path) -> None:
    async def linger() -> None:
        with run_server(cluster, FAST) as server:
            connection = await asyncpg.connect(server.url("postgres"))
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await connection.fetchval("SELECT 1")
        connection.terminate()

    with ends_within(PROMPTLY):
        asyncio.run(linger())
    assert has_ended(cluster)
    assert was_shut_down_cleanly(cluster)


def test_an_exception_stops_the_server(cluster: Path) -> None:
    with pytest.raises(ZeroDivisionError), run_server(cluster, FAST):
        raise ZeroDivisionError
    assert has_ended(cluster)


@pytest.mark.parametrize("fatal", [signal.SIGKILL, signal.SIGTERM])
def test_the_server_ends_when_its_starter_is_killed(
    cluster: Path, start: Start, fatal: signal.Signals
) -> None:
    starter = start(cluster)
    assert read_line(starter) == "running"
    assert not has_ended(cluster)
    pid = postmaster(cluster)
    starter.send_signal(fatal)
    assert starter.wait() == -fatal
    assert eventually(lambda: not exists(pid))
    assert eventually(lambda: has_ended(cluster))


def test_a_starter_killed_while_starting_leaves_no_server(cluster: Path, start: Start) -> None:
    for delay in (0, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05):
        starter = start(cluster)
        assert eventually(lambda: not has_ended(cluster))
        time.sleep(delay)
        starter.kill()
        assert eventually(lambda: has_ended(cluster)), f"killed after {delay} s"


def test_ctrl_c_shuts_the_server_down_cleanly(cluster: Path, start: Start) -> None:
    starter = start(cluster)
    assert read_line(starter) == "running"
    os.killpg(starter.pid, signal.SIGINT)
    assert read_line(starter) == "interrupted"
    assert has_ended(cluster)
    assert was_shut_down_cleanly(cluster)


def test_a_fork_of_the_starter_does_not_keep_the_server_alive(cluster: Path, start: Start) -> None:
    starter = start(cluster, inside="import os, time; os.fork() or (time.sleep(60), os._exit(0))")
    assert read_line(starter) == "running"
    try:
        assert read_line(starter) == "stopped"
        assert has_ended(cluster)
        assert was_shut_down_cleanly(cluster)
    finally:
        os.killpg(starter.pid, signal.SIGKILL)


def test_a_server_that_does_not_react_is_killed(cluster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_postgres, "STOP_TIMEOUT", 0.3)
    with run_server(cluster, FAST):
        pid = postmaster(cluster)
        os.kill(pid, signal.SIGSTOP)
    assert eventually(lambda: not exists(pid) and has_ended(cluster))
