"""The server ends with the one who started it, however that one ends."""

import asyncio
import os
import signal
import time
from pathlib import Path

import asyncpg
import pytest

from freehold.database import embedded_postgres
from freehold.database.embedded_postgres import running
from tests.database.embedded_postgres.programs import Start, line
from tests.database.embedded_postgres.support import (
    FAST,
    PROMPTLY,
    eventually,
    exists,
    in_order,
    is_over,
    postmaster,
)


def test_the_one_who_started_stops_it_at_the_end_with_clients_connected(cluster: Path) -> None:
    async def linger() -> None:
        with running(cluster, FAST) as server:
            connection = await asyncpg.connect(server.url("postgres"))
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await connection.fetchval("SELECT 1")
        connection.terminate()

    began = time.monotonic()
    asyncio.run(linger())
    assert time.monotonic() - began < PROMPTLY
    assert is_over(cluster)
    assert in_order(cluster)


def test_an_exception_inside_stops_it_too(cluster: Path) -> None:
    with pytest.raises(ZeroDivisionError), running(cluster, FAST):
        raise ZeroDivisionError
    assert is_over(cluster)


@pytest.mark.parametrize("fatal", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_starter_takes_the_server_along(cluster: Path, start: Start, fatal: signal.Signals) -> None:
    starter = start(cluster)
    assert line(starter) == "running"
    assert not is_over(cluster)
    pid = postmaster(cluster)
    starter.send_signal(fatal)
    assert starter.wait() == -fatal
    assert eventually(lambda: not exists(pid))
    assert eventually(lambda: is_over(cluster))


def test_a_starter_killed_at_any_moment_of_starting_leaves_nothing(cluster: Path, start: Start) -> None:
    for delay in (0, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05):
        starter = start(cluster)
        assert eventually(lambda: not is_over(cluster))
        time.sleep(delay)
        starter.kill()
        assert eventually(lambda: is_over(cluster)), f"killed after {delay} s"


def test_ctrl_c_in_the_terminal_stops_it_in_order(cluster: Path, start: Start) -> None:
    starter = start(cluster)
    assert line(starter) == "running"
    os.killpg(starter.pid, signal.SIGINT)
    assert line(starter) == "interrupted"
    assert is_over(cluster)
    assert in_order(cluster)


def test_a_fork_of_the_starter_does_not_keep_it_alive(cluster: Path, start: Start) -> None:
    starter = start(cluster, inside="import os, time; os.fork() or (time.sleep(60), os._exit(0))")
    assert line(starter) == "running"
    try:
        assert line(starter) == "stopped"
        assert is_over(cluster)
        assert in_order(cluster)
    finally:
        os.killpg(starter.pid, signal.SIGKILL)


def test_stopping_never_hangs_on_a_server_that_does_not_react(
    cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_postgres, "STOP_LIMIT", 0.3)
    with running(cluster, FAST):
        pid = postmaster(cluster)
        os.kill(pid, signal.SIGSTOP)
    assert eventually(lambda: not exists(pid) and is_over(cluster))
