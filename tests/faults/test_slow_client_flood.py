"""Hundreds of clients that never finish a request do not affect others (G14)."""

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.conftest import Scores
from tests.faults.instances import Guarded, Instance, running, token
from tests.faults.test_aborted_requests import settled, used
from tests.faults.wire import Wire, written
from tests.support.service import ROOT, Database

HALF_OPEN, SLOW = 50, 20  # for each step of CHAOS_SIEGE
LIST = written("GET", "/api/tasks", token())
BEGUN = b"GET /api/tasks HTTP/1.1\r\nHost: he"
SHORT = {"HEADER_TIMEOUT": "1", "BODY_TIMEOUT": "1.5"}
IS_QUIET = "CHAOS_SIEGE" in os.environ  # as the long campaign needs the machine to be
LONGEST = 30.0  # seconds until everybody is cut off


@dataclass
class Siege:
    """Clients that reconnect after each timeout, until the end."""

    port: int
    size: int
    complete: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    there: int = 0
    cut: int = 0

    async def half_open(self) -> None:
        """Headers that never end."""
        await self._again(BEGUN, drip=b"")

    async def slow(self) -> None:
        """A body sent at a byte per second, with a valid token."""
        whole = written("POST", "/api/tasks", token("slow"), {"title": "a" * 190})
        await self._again(whole[: whole.index(b"\r\n\r\n") + 4], drip=b"{")

    async def _again(self, begun: bytes, drip: bytes) -> None:
        while not self.over.is_set():
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            self.there += 1
            if self.there == self.size:
                self.complete.set()
            writer.write(begun)
            await self._until_cut(reader, writer, drip)
            writer.transport.abort()
            self.there -= 1
            self.cut += 1

    async def _until_cut(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, drip: bytes
    ) -> None:
        with suppress(OSError):
            while True:
                with suppress(TimeoutError):
                    if not await asyncio.wait_for(reader.read(4096), 1.0):
                        return
                writer.write(drip)


async def good(port: int, seconds: float) -> tuple[list[int], list[float]]:
    """The statuses and durations of sequential requests."""
    statuses, times = [], []
    end = time.monotonic() + seconds
    async with Wire(port) as client:
        while time.monotonic() < end:
            begun = time.monotonic()
            statuses.append((await client.ask(LIST)).status)
            times.append(time.monotonic() - begun)
    return statuses, times


def p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


@dataclass(frozen=True)
class Outcome:
    """The result of an attack."""

    statuses: list[int]
    before: float
    during: float
    cut: int
    left_after: float
    descriptors: int


async def besieged(instance: Instance, steps: int, seconds: float) -> Outcome:
    await good(instance.port, 1.0)
    _, calm = await good(instance.port, seconds)
    await asyncio.sleep(0.3)
    descriptors = used(instance.process.pid)[1]
    siege = Siege(instance.port, (HALF_OPEN + SLOW) * steps)
    clients = [asyncio.create_task(siege.half_open()) for _ in range(HALF_OPEN * steps)]
    clients += [asyncio.create_task(siege.slow()) for _ in range(SLOW * steps)]
    await siege.complete.wait()

    statuses, times = await good(instance.port, seconds)

    siege.over.set()
    begun = time.monotonic()
    async with asyncio.timeout(LONGEST):
        await asyncio.gather(*clients)
    left_after = time.monotonic() - begun
    more = (await settled(instance.process.pid, descriptors))[1] - descriptors
    return Outcome(statuses, p99(calm), p99(times), siege.cut, left_after, more)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks Linux what a process uses")
@pytest.mark.long
def test_well_behaved_clients_do_not_notice_hundreds_of_bad_ones(
    database: Database, times: Callable[[str], int], scores: Scores
) -> None:
    steps = times("CHAOS_SIEGE")
    seconds, limits = (2.0, SHORT) if steps == 1 else (30.0, {})

    with running(database, ROOT, 10, Guarded, **limits) as instance:
        found = asyncio.run(besieged(instance, steps, seconds))

    crowd = f"{HALF_OPEN * steps} half-open and {SLOW * steps} slow clients"
    p99s = f"p99 {found.before * 1000:.1f} -> {found.during * 1000:.1f} ms"
    what = f"{crowd}: {p99s}, {found.cut:,} cut, gone after {found.left_after:.0f} s"
    wrong = sum(status != 200 for status in found.statuses)
    scores.add(what, len(found.statuses), len(found.statuses) - wrong, wrong)
    assert wrong == 0
    assert found.during <= (max(2 * found.before, 0.1) if IS_QUIET else max(10 * found.before, 1.0))
    assert found.cut >= (HALF_OPEN + SLOW) * steps
    assert found.descriptors <= 0
