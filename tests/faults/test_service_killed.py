"""The service is killed during writes: acknowledged writes exist exactly once."""

import asyncio
import random
from collections.abc import Callable

from tests.faults.conftest import Scores
from tests.faults.instances import Instance, running
from tests.faults.ledger import Ledger, writing
from tests.support.service import Database


async def killed(instance: Instance, ledger: Ledger, times: int) -> None:
    async with writing(ledger, instance.port):
        for _ in range(times):
            await asyncio.sleep(random.uniform(0.4, 1.2))
            await asyncio.to_thread(instance.kill)
            await asyncio.to_thread(instance.start)
        await asyncio.sleep(0.3)


def test_acknowledged_writes_survive_kill_9(
    make_database: Callable[[], Database], times: Callable[[str], int], scores: Scores
) -> None:
    ledger, database, kills = Ledger(), make_database(), times("CHAOS_KILLS")

    with running(database) as instance:
        asyncio.run(killed(instance, ledger, kills))
    lost = ledger.lost(database)

    scores.add("kill -9 of the service: kills", kills, kills, 0)
    writes = len(ledger.acknowledged)
    scores.add("kill -9 of the service: acknowledged writes", writes, writes - len(lost), len(lost))
    assert lost == []
    assert set(ledger.statuses) == {201}
    assert len(ledger.acknowledged) > 50 * kills
    assert ledger.unknown
