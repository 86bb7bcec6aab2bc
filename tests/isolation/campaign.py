"""Sends probes to several services at once, compares each pair of answers, and the rows before and after."""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import asyncpg
from typing_extensions import override

from freehold.contract.resources import id_property, owner, table_name
from freehold.ground.naming import snake_case
from tests.isolation import world as worlds
from tests.isolation.kinds import endless
from tests.isolation.probes import Probe, Probes
from tests.isolation.wire import Answer, Connection
from tests.isolation.world import CREATED, Owner, World
from tests.support.service import Service
from tests.support.two_users import ROW, Contract

CONNECTIONS = 3
"""How many users of one service send requests at the same time."""
WORLD = 1500
"""How many probes are sent before there are other owners."""
RACING = "race with a deletion"
RACE = 12
"""How many probes compete with the deletion of their row."""
RACES = 100
"""After so many probes, rows are deleted while others ask for them."""
Rows = dict[tuple[str, str], str]
"""Each row with its version, by its table and its id."""
_GENERATED = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+")


@dataclass
class Tally:
    """What a campaign has seen."""

    probes: int = 0
    differences: list[str] = field(default_factory=list)
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many probes of each operation and kind."""
    statuses: Counter[int] = field(default_factory=Counter)
    owners: set[int] = field(default_factory=set)
    rows: int = 0
    """How many rows were compared by their versions."""
    changed_rows: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.probes += other.probes
        self.rows += other.rows
        self.differences += other.differences
        self.changed_rows += other.changed_rows
        self.by_kind += other.by_kind
        self.statuses += other.statuses
        self.owners |= other.owners

    @override
    def __str__(self) -> str:
        return (
            f"{self.probes:,} probes of {len({name for name, _ in self.by_kind})} operations in"
            f" {len(self.by_kind)} kinds, {len(self.differences)} differences; {self.rows:,} rows compared,"
            f" {len(self.changed_rows)} changed; statuses {dict(sorted(self.statuses.items()))}"
        )


@dataclass(frozen=True)
class Campaign:
    """Probes of one service."""

    name: str
    contract: Contract
    service: Service

    async def run(self, count: int, seed: int) -> Tally:
        """Send so many probes, to one world of owners after the other."""
        service, whole, number = worlds.Service.of(self.contract, self.service.secret), Tally(), 0
        while whole.probes < count:
            rng = random.Random(f"{seed} {self.name} {number}")
            world = World(service, rng)
            whole.add(await self._world(world, min(WORLD, count - whole.probes)))
            number += 1
        return whole

    async def _world(self, world: World, count: int) -> Tally:
        tally = Tally(owners={len(world.owners)})
        connections = [Connection(self.service.url) for _ in range(CONNECTIONS)]
        try:
            await world.fill(connections[0])
            before = await self._rows(world.owners)
            probes, seen = endless(world, world.rng), _Seen()
            while tally.probes < count:
                batch = [next(probes) for _ in range(min(RACES, count - tally.probes))]
                shares = [batch[index::CONNECTIONS] for index in range(CONNECTIONS)]
                await asyncio.gather(
                    *(self._send(c, share, tally, seen) for c, share in zip(connections, shares, strict=True))
                )
                await self._race(world, connections, tally, seen)
            self._compare(before, await self._rows(world.owners), seen, tally)
        finally:
            for connection in connections:
                connection.close()
        return tally

    async def _send(
        self, connection: Connection, probes: Sequence[Probe], tally: Tally, seen: "_Seen"
    ) -> None:
        for number, probe in enumerate(probes):
            if probe.before is not None:
                await connection.send(probe.before)
            requests = (probe.foreign, probe.missing)
            first = number % 2  # neither of them is always the first
            answers = {turn: await connection.send(requests[turn]) for turn in (first, 1 - first)}
            seen.created += sum(_has_created(probe, answer) for answer in answers.values())
            self._judge(probe, answers[0], answers[1], tally)

    def _judge(self, probe: Probe, foreign: Answer, missing: Answer, tally: Tally) -> None:
        tally.probes += 1
        tally.by_kind[f"{self.name} {probe.operation}", probe.kind] += 1
        tally.statuses[foreign.status] += 1
        faults = list(_faults(probe, foreign, missing))
        if faults:
            tally.differences.append(
                f"{self.name} {probe.operation}, {probe.kind}: {', '.join(faults)}\n"
                f"{_shown(probe.foreign)}\n  {foreign.visible}\n{_shown(probe.missing)}\n  {missing.visible}"
            )

    async def _race(
        self, world: World, connections: Sequence[Connection], tally: Tally, seen: "_Seen"
    ) -> None:
        """Delete a row while others ask for it: it is missing for them before, meanwhile and afterwards."""
        deletes = [
            (o, o.resource)
            for o in world.service.operations
            if o.kind == "delete" and o.resource in world.owned and not o.resource.is_forbidden
        ]
        if not deletes:
            return
        delete, resource = world.rng.choice(deletes)
        user, other = world.rng.sample(world.owners, 2)
        place = {
            name: value
            for name, value in world.rng.choice(other.rows[resource.name]).ids.items()
            if name != ROW
        }
        row = await world.create(connections[0], other, resource, place, keep=False)
        probes = Probes(world, world.rng)
        seen.deleted.add((table_name(resource.name, resource.schema), row.ids[ROW]))
        operations = [o for o in world.service.operations if o.has_row and o.resource == resource]
        race = [
            replace(probes.build(o, user, row.ids, probes.missing_ids(resource), row.etag), kind=RACING)
            for o in world.rng.choices(operations, k=RACE)
        ]
        doomed = world.valid(other, delete, row.ids).encode(other.token)
        shares = [race[::2], race[1::2]]
        await asyncio.gather(
            *(self._send(c, share, tally, seen) for c, share in zip(connections[1:], shares, strict=False)),
            self._delete(connections[0], doomed, tally),
        )

    async def _delete(self, connection: Connection, request: bytes, tally: Tally) -> None:
        """Delete a row of one's own, in the middle of the probes."""
        await asyncio.sleep(0.003)
        answer = await connection.send(request)
        if answer.status >= 300:
            tally.differences.append(f"{self.name}: an owner cannot delete a row: {answer.visible}")

    async def _rows(self, owners: Sequence[Owner]) -> Rows:
        """All rows of the owners, with their versions."""
        subjects, found = [who.subject for who in owners], Rows()
        database = await asyncpg.connect(self.service.database.url)
        try:
            for name, resource in self.contract.resources.items():
                whose = owner(resource)
                if whose is not None:
                    table, key = table_name(name, resource), snake_case(id_property(resource))
                    columns = f'"{key}"::text, xmin::text || to_jsonb(t)::text'
                    sql = f'SELECT {columns} FROM "{table}" t WHERE "{whose.column}"::text = ANY($1)'
                    found |= {(table, row[0]): row[1] for row in await database.fetch(sql, subjects)}
        finally:
            await database.close()
        return found

    def _compare(self, before: Rows, after: Rows, seen: "_Seen", tally: Tally) -> None:
        tally.rows += len(before)
        changed = [f"{self.name} {place}" for place, row in before.items() if after.get(place) != row]
        tally.changed_rows += changed
        added = [place for place in after if place not in before and place not in seen.deleted]
        if len(added) != seen.created:
            tally.changed_rows.append(f"{self.name}: {len(added)} new rows, {seen.created} were created")


@dataclass
class _Seen:
    """What was created by probes, and what was deleted in a race: its row may be there, marked as deleted."""

    created: int = 0
    deleted: set[tuple[str, str]] = field(default_factory=set)


def _faults(probe: Probe, foreign: Answer, missing: Answer) -> Iterator[str]:
    if foreign.status >= 500:
        yield f"the status is {foreign.status}"
    if probe.refused and foreign.status < 400 and foreign.status != 304:
        yield f"not refused: {foreign.status}"
    if probe.empty and foreign.status < 300 and not _is_empty(json.loads(foreign.body)):
        yield "rows of others"
    seen, expected = foreign.visible, missing.visible
    if _has_created(probe, foreign) and foreign.status == missing.status:
        seen, expected = _without_generated(seen), _without_generated(expected)
    if seen != expected:
        yield "other answers"


def _has_created(probe: Probe, answer: Answer) -> bool:
    return probe.creates and answer.status in CREATED


def _is_empty(page: Any) -> bool:
    """Whether a list, or a page of it, has and counts no rows."""
    values = page.values() if isinstance(page, dict) else [page]
    total = page.get("total", 0) if isinstance(page, dict) else 0
    return not total and not any(value for value in values if isinstance(value, list))


def _without_generated(visible: tuple[tuple[bytes, ...], bytes]) -> tuple[tuple[bytes, ...], bytes]:
    head, body = visible
    plain = tuple(_GENERATED.sub(b"#", line) for line in head)
    return plain, _GENERATED.sub(b"#", body)


def _shown(request: bytes) -> str:
    lines = request.decode("latin-1").splitlines()
    return "  " + " | ".join(line[:200] for line in lines if not line.startswith(("Authorization", "Host")))
