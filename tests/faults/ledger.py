"""Compares the responses to writes with the contents of the database."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.faults.instances import token
from tests.faults.wire import NoAnswer, Wire, written
from tests.support.service import Database

PAUSE = 0.02  # seconds before a client that got no answer tries its next write


@dataclass
class Ledger:
    """Writes by title: each title is sent exactly once."""

    acknowledged: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)
    """Those of which the service said that nothing was done."""
    unknown: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    unannounced: int = 0
    """Answers 503 without `Retry-After`."""
    rounds: int = 0

    @property
    def tried(self) -> int:
        return len(self.acknowledged) + len(self.undone) + len(self.unknown)

    async def write(self, client: Wire, title: str) -> None:
        """Create a task and record the result."""
        try:
            answer = await client.ask(written("POST", "/api/tasks", token(), {"title": title}))
        except NoAnswer:
            self.unknown.add(title)
            await asyncio.sleep(PAUSE)
            return
        self.statuses[answer.status] += 1
        if answer.status == 201:
            self.acknowledged.add(title)
            return
        self.unannounced += answer.status == 503 and "retry-after" not in answer.headers
        (self.undone if answer.json()["code"] == "rolled_back" else self.unknown).add(title)
        await asyncio.sleep(PAUSE)

    def lost(self, database: Database) -> list[str]:
        """All differences between the responses and the database."""
        found = {row["title"]: row["n"] for row in database.rows(_COUNTED)}
        wrong = {title: "acknowledged" for title in self.acknowledged if found.get(title) != 1}
        wrong |= {title: "told as undone" for title in self.undone if title in found}
        wrong |= {title: "sent once" for title in self.unknown if found.get(title, 0) > 1}
        return [f"{title}: {told}, done {found.get(title, 0)} times" for title, told in wrong.items()]


_COUNTED = "SELECT title, count(*)::int AS n FROM tasks GROUP BY title"


@asynccontextmanager
async def writing(ledger: Ledger, port: int, clients: int = 8) -> AsyncIterator[None]:
    """Clients that write sequentially, each on its own connection, until the block ends."""
    ended = asyncio.Event()

    async def write(name: str) -> None:
        number = 0
        async with Wire(port) as client:
            while not ended.is_set():
                await ledger.write(client, f"{name}-{number}")
                number += 1

    ledger.rounds += 1
    tasks = [asyncio.create_task(write(f"{ledger.rounds}-{client}")) for client in range(clients)]
    try:
        yield
    finally:
        ended.set()
        await asyncio.gather(*tasks)
