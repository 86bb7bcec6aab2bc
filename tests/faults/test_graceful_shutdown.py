"""Graceful shutdown: open requests are finished, and deployments fail no request."""

import asyncio
import time
from collections.abc import Callable

import asyncpg
import pytest

from tests.faults.balancer import balancing
from tests.faults.conftest import Scores
from tests.faults.instances import PATIENCE, Instance, running, token
from tests.faults.ledger import Ledger, writing
from tests.faults.sessions import waiting
from tests.faults.wire import NoAnswer, Wire, written
from tests.support.measuring.waiting import ends_within, waits
from tests.support.service import ROOT, Database

LIST = written("GET", "/api/tasks", token())
READY = written("GET", "/readyz")
IN_FLIGHT = 50
GRACE = 1  # second
SESSIONS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def rolled(instances: list[Instance], ledger: Ledger, times: int) -> list[int]:
    """Restart one instance after the other under load. Returns their exit statuses."""
    ends = []
    async with balancing([instance.port for instance in instances]) as (balancer, port):
        for instance in instances:
            await balancer.until_ready(instance.port, ready=True)
        async with writing(ledger, port):
            for instance in instances * times:
                await asyncio.sleep(0.2)
                ends.append(await asyncio.to_thread(instance.stop))
                await balancer.until_ready(instance.port, ready=False)
                await asyncio.to_thread(instance.start)
                await balancer.until_ready(instance.port, ready=True)
    return ends


@pytest.mark.long
def test_a_rolling_restart_of_two_instances_fails_no_request(
    make_database: Callable[[], Database], times: Callable[[str], int], scores: Scores
) -> None:
    ledger, database, rolls = Ledger(), make_database(), times("CHAOS_ROLLS")
    settings = {"SHUTDOWN_DELAY": "0.6"}

    with running(database, **settings) as first, running(database, **settings) as second:
        ends = asyncio.run(rolled([first, second], ledger, rolls))
        log = first.said() + second.said()
    lost = ledger.lost(database)

    scores.add("rolling restarts of two instances", rolls, rolls, sum(map(bool, ends)))
    done = len(ledger.acknowledged)
    scores.add("rolling restarts: requests", ledger.tried, done, ledger.tried - done)
    assert ends == [0] * 2 * rolls
    assert (ledger.undone, ledger.unknown, lost) == (set(), set(), [])
    assert set(ledger.statuses) == {201}
    assert log == ""


async def told_to_stop(database: Database, instance: Instance) -> None:
    connection = await asyncpg.connect(database.url)
    pool = 10
    async with Wire(instance.port) as one, Wire(instance.port) as other:
        assert (await one.ask(LIST)).status == 200
        async with connection.transaction():
            await connection.execute("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
            asked = [asyncio.create_task(asking(instance.port)) for _ in range(IN_FLIGHT)]
            await waiting(connection, pool)
            instance.process.terminate()
            await asyncio.sleep(0.2)
            ready = await other.ask(READY)
            alive = await other.ask(written("GET", "/livez"))
            nobody = await one.ask(written("GET", "/api/tasks"))
            await asyncio.sleep(0.8)
            assert instance.process.poll() is None
            assert await refused(instance.port)
        assert await asyncio.gather(*asked) == [200] * IN_FLIGHT
    await connection.close()
    assert (ready.status, alive.status, nobody.status) == (503, 200, 401)
    assert "shutting down" in ready.json()["detail"]
    assert {answer.headers["connection"] for answer in (ready, alive, nobody)} == {"close"}


async def asking(port: int) -> int:
    async with Wire(port) as client:
        return (await client.ask(LIST)).status


async def refused(port: int) -> bool:
    try:
        await asking(port)
    except NoAnswer:
        return True
    return False


def test_open_requests_are_finished_during_shutdown(database: Database) -> None:
    with running(database, SHUTDOWN_DELAY="0.5", DATABASE_PATIENCE="10") as instance:
        asyncio.run(told_to_stop(database, instance))
        with ends_within(0.5):  # and not after the 10 s that open requests would get
            assert instance.process.wait(PATIENCE) == 0
        assert instance.said() == ""
    assert database.rows(SESSIONS) == []


async def stuck(database: Database, instance: Instance) -> int:
    """The exit status of a shutdown with an endless request, which gets as long as requests may go on."""
    connection = await asyncpg.connect(database.url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
        asked = asyncio.create_task(refused(instance.port))
        await waiting(connection)
        with waits(GRACE):
            status = await asyncio.to_thread(instance.stop)
        await connection.execute("SELECT pg_stat_clear_snapshot()")
        assert await connection.fetch(SESSIONS) == []
    await asked
    await connection.close()
    return status


def test_an_endless_request_does_not_block_shutdown(database: Database) -> None:
    with running(database, ROOT, GRACE) as instance:
        assert asyncio.run(stuck(database, instance)) == 0


def test_a_second_signal_skips_the_shutdown_delay(database: Database) -> None:
    with running(database, SHUTDOWN_DELAY="60") as instance:
        instance.process.terminate()
        time.sleep(0.2)
        assert instance.stop() == 0
