"""PostgreSQL restarts: the service answers 503 meanwhile and recovers by itself."""

import asyncio
import os
import signal
import time
from collections.abc import Callable

import pytest

from tests.faults.conftest import Scores
from tests.faults.instances import Cluster, Instance, running, token
from tests.faults.ledger import Ledger, writing
from tests.faults.wire import Answer, Wire, written
from tests.support.measuring.waiting import latest

RECOVERY = 5.0  # seconds; the short campaign also runs on slow machines
LATEST = RECOVERY if "CHAOS_RESTARTS" in os.environ else latest(RECOVERY)


async def until(port: int, request: bytes, status: int) -> float:
    """The seconds until a request is answered with this status."""
    began = time.monotonic()
    async with Wire(port) as client:
        while True:
            found = (await client.ask(request)).status
            took = time.monotonic() - began
            if found == status or took > latest(RECOVERY):
                return took
            await asyncio.sleep(0.02)


async def restarted(postgresql: Cluster, instance: Instance, ledger: Ledger, times: int) -> list[float]:
    """Restart PostgreSQL under load. Returns the duration of each recovery."""
    recoveries = []
    async with writing(ledger, instance.port):
        for _ in range(times):
            await asyncio.sleep(0.8)
            await asyncio.to_thread(postgresql.stop, signal.SIGQUIT)
            await asyncio.to_thread(postgresql.start)
            recoveries.append(await until(instance.port, written("GET", "/api/tasks", token()), 200))
        await asyncio.sleep(0.3)
    return recoveries


@pytest.mark.long
def test_an_immediate_restart_costs_only_503s(
    postgresql: Cluster, times: Callable[[str], int], scores: Scores
) -> None:
    ledger, restarts = Ledger(), times("CHAOS_RESTARTS")

    with running(postgresql.database) as instance:
        recoveries = asyncio.run(restarted(postgresql, instance, ledger, restarts))
        assert instance.process.poll() is None
        log = instance.said()
    lost = ledger.lost(postgresql.database)

    within = sum(recovery <= LATEST for recovery in recoveries)
    scores.add(f"PostgreSQL restarted: recovered within {LATEST:.0f} s", restarts, within, restarts - within)
    writes = len(ledger.acknowledged)
    scores.add("PostgreSQL restarted: acknowledged writes", writes, writes - len(lost), len(lost))
    scores.add(f"PostgreSQL restarted: slowest recovery {max(recoveries):.2f} s", restarts, restarts, 0)
    assert lost == []
    assert set(ledger.statuses) == {201, 503}
    assert ledger.unannounced == 0
    assert within == restarts
    assert "Traceback" not in log


async def asked(port: int) -> dict[str, Answer]:
    requests = {
        "alive": written("GET", "/livez"),
        "ready": written("GET", "/readyz"),
        "read": written("GET", "/api/tasks", token()),
        "nobody": written("GET", "/api/tasks"),
    }
    async with Wire(port) as client:
        return {name: await client.ask(request) for name, request in requests.items()}


def test_without_a_database_the_service_is_alive_not_ready_and_authenticates(postgresql: Cluster) -> None:
    with running(postgresql.database) as instance:
        before = asyncio.run(asked(instance.port))
        postgresql.stop()
        time.sleep(1.1)  # readiness is asked once a second
        during = asyncio.run(asked(instance.port))
        time.sleep(0.5)
        postgresql.start()
        recovery = asyncio.run(until(instance.port, written("GET", "/readyz"), 200))
        after = asyncio.run(asked(instance.port))

    statuses = [{name: answer.status for name, answer in part.items()} for part in (before, during, after)]
    up = {"alive": 200, "ready": 200, "read": 200, "nobody": 401}
    assert statuses == [up, {"alive": 200, "ready": 503, "read": 503, "nobody": 401}, up]
    assert during["ready"].headers["content-type"] == "application/problem+json"
    assert during["ready"].headers["retry-after"] == during["read"].headers["retry-after"] == "1"
    assert recovery <= LATEST
