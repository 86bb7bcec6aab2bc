"""A user cannot tell what belongs to others from what is missing: thousands of probes of every operation.

`make isolation` sends 200,000; ISOLATION_SEED repeats a campaign.
"""

import asyncio
import os
import random
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, nullcontext
from itertools import islice
from pathlib import Path

import pytest

from tests.conftest import NOT_CACHES
from tests.dialects.projects import HERE, LARGEST, NAMES
from tests.fuzzing.planted import plant
from tests.isolation.campaign import RACING, Campaign, Tally
from tests.isolation.kinds import KINDS, applies, endless
from tests.isolation.operations import read_operations
from tests.isolation.world import Service, Stored, World
from tests.support.service import ROOT, Database, serving
from tests.support.thoroughness import count, long, sampled
from tests.support.two_users import ROW, Contract, load_contract

PROBES = count("ISOLATION_PROBES", short=600, long=20_000)
SEED = int(os.environ.get("ISOLATION_SEED", "1"))
SAMPLE = "sample"
UNREADY = {"keys"}
"""Dialects the campaign cannot fill yet: clients choose their keys, and rows come from PUT, or have no id.

The probes of `freehold fuzz` attack them (test_fuzzer_probes).
"""
NAMES_NOTHING = {"press CreateTopics"}
"""Operations that name no row, and whose answer tells which names others have: all owners read them."""
PROBED = [name for name in NAMES if name not in UNREADY]
GROUPS = {LARGEST: [SAMPLE, LARGEST], "small": [name for name in PROBED if name != LARGEST]}
"""The services that are probed at the same time."""
SETTINGS = {"LOG_REQUESTS": "false", "CHECK_ANSWERS": "false"}


@pytest.fixture
def campaigns(
    request: pytest.FixtureRequest,
    make_dialect: Callable[[str], tuple[Path, Database]],
    make_database: Callable[[], Database],
) -> Iterator[list[Campaign]]:
    """The services of a group of dialects, as in production."""
    with ExitStack() as stack:
        found = []
        for name in GROUPS[request.param]:
            folder, database = (ROOT, make_database()) if name == SAMPLE else make_dialect(name)
            source = ROOT / "openapi" / "tasks-api.yaml" if name == SAMPLE else HERE / name / "contract.yaml"
            service = stack.enter_context(serving(folder, database, **SETTINGS))
            found.append(Campaign(name, load_contract(source), service))
        yield found


async def run(campaigns: list[Campaign], probes: int, seed: int) -> Tally:
    """Send the probes to all services at once, in proportion to their operations."""
    operations = [len(campaign.contract.operations) for campaign in campaigns]
    shares = [probes * each // sum(operations) + 1 for each in operations]
    tallies = await asyncio.gather(
        *(campaign.run(share, seed) for campaign, share in zip(campaigns, shares, strict=True))
    )
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    return whole


@pytest.mark.parametrize("campaigns", [LARGEST, long("small")], indirect=True)
def test_foreign_and_missing_are_answered_alike(
    campaigns: list[Campaign], capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    tally = asyncio.run(run(campaigns, PROBES // len(GROUPS), SEED))
    names = ", ".join(campaign.name for campaign in campaigns)
    with capsys.disabled() if "ISOLATION_PROBES" in os.environ else nullcontext():
        print(f"\n{names}, seed {SEED}, {time.monotonic() - started:.0f} s: {tally}")

    assert tally.differences == [], "\n\n".join(tally.differences[:5])
    assert tally.changed_rows == []
    assert tally.probes >= PROBES // len(GROUPS)
    assert tally.rows > 0
    # all owners may read what the operations show that are not read here
    with_rows = [(c, o) for c in campaigns for o in read_operations(c.contract) if o.resource]
    expected = {f"{c.name} {operation.id}" for c, operation in with_rows}
    assert {name for name, _ in tally.by_kind} == expected - NAMES_NOTHING
    assert {kind for _, kind in tally.by_kind} >= possible_kinds(c.contract for c in campaigns) | {RACING}


def possible_kinds(contracts: Iterable[Contract]) -> set[str]:
    """The kinds of probes that the operations of some contracts make possible."""
    operations = [operation for contract in contracts for operation in read_operations(contract)]
    return {kind for kind in KINDS for o in operations if o.resource and applies(o, o.resource, kind)}


def test_the_dialects_have_every_kind_of_probe() -> None:
    assert possible_kinds(load_contract(HERE / name / "contract.yaml") for name in PROBED) == KINDS.keys()


LEAKS = {
    "NotesForeignRows": "other answers",
    "ChangesOneByte": "other answers",
    "ChangesStatus": "other answers",
    "OrdersHeaders": "other answers",
    "CachesRows": "not refused: 2",
    "ChangesForOthers": "not refused: 2",
    "SharesLists": "rows of others",
    "TouchesRows": None,
}
"""What the campaign says of each planted leak. The last one shows in nothing but the version of a row."""


@pytest.mark.parametrize("leak", sampled(LEAKS, every=7))
def test_a_leak_is_noticed(make_database: Callable[[], Database], tmp_path: Path, leak: str) -> None:
    for name in ("generated", "overrides"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=NOT_CACHES)
    plant(tmp_path, leak)
    contract = load_contract(ROOT / "openapi" / "tasks-api.yaml")

    with serving(tmp_path, make_database(), **SETTINGS) as service:
        tally = asyncio.run(Campaign(SAMPLE, contract, service).run(400, SEED))

    if LEAKS[leak] is None:
        assert tally.differences == []
        assert tally.changed_rows != []
    else:
        assert any(str(LEAKS[leak]) in difference for difference in tally.differences)


def test_a_seed_makes_the_same_plan() -> None:
    contract = load_contract(HERE / "workspace" / "contract.yaml")

    def plan(seed: int) -> list[tuple[str, str]]:
        world = filled(Service.of(contract, "s" * 32), random.Random(seed))
        return [(probe.operation, probe.kind) for probe in islice(endless(world, world.rng), 300)]

    assert plan(1) == plan(1) != plan(2)


def filled(service: Service, rng: random.Random) -> World:
    """A world whose rows are in no database."""
    world = World(service, rng)
    for who in world.owners:
        for resource in world.owned:
            places = [{name: world.uuid() for name, _ in resource.ancestors} for _ in range(2)]
            who.rows[resource.name] = [Stored(place | {ROW: world.uuid()}, None) for place in places]
    return world
