"""Forged tokens cost nothing (G4): no statement on an open connection, no outbound call.

`HOSTILE_MUTANTS` is the number of mutated tokens in each mode.
"""

import random
import re
import secrets
import string
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from freehold.contract import loading
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from tests.hostile.forgeries import FORGERIES, Target, good
from tests.hostile.outbound import Outbound
from tests.hostile.wire import Answer, Request, Wire, wired
from tests.support.issuer import AUDIENCE, ISSUER, door, issuing
from tests.support.service import ROOT, Database, serving
from tests.support.thoroughness import count, sampled

OPERATIONS = operations(loading.load(ROOT / "openapi" / "tasks-api.yaml"))
MUTANTS = count("HOSTILE_MUTANTS", short=50, long=500)
COOLDOWN = 30.0  # seconds between two looks at the issuer's keys that a token can bring about
SESSIONS = """
SELECT pid, backend_start, query_start, state_change, query FROM pg_stat_activity
WHERE datname = $1 AND backend_type = 'client backend'
"""

Counts = tuple[set[tuple[object, ...]], list[str]]


@dataclass(frozen=True)
class Inhabited:
    """A service with open database connections, and a record of its statements and calls."""

    wire: Wire
    target: Target
    outbound: Outbound
    name: str
    watch: Database
    """Another database of the same server, to ask from."""

    def ask(self, operation: ContractOperation, token: str) -> Answer:
        path = re.sub(r"\{[^{}]*\}", str(uuid4()), operation.path).encode()
        headers = ((b"Authorization", b"Bearer " + token.encode()), (b"Content-Type", b"application/json"))
        return self.wire.ask(Request(operation.method.upper(), path, headers, b"{"))

    def counts(self) -> Counts:
        """The sessions with their last statements, and the outbound calls."""
        sessions = {tuple(row.values()) for row in self.watch.rows(SESSIONS, self.name)}
        return sessions, self.outbound.calls()


@pytest.fixture(scope="module", params=["hs256", "jwks"])
def inhabited(
    request: pytest.FixtureRequest,
    make_database: Callable[[], Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Inhabited]:
    with ExitStack() as stack:
        issuer, trap = stack.enter_context(issuing()), stack.enter_context(door())
        secret = secrets.token_urlsafe(48) if request.param == "hs256" else None
        hs256 = {"BETTER_AUTH_SECRET": str(secret), "AUTH_ISSUER": ISSUER, "AUTH_AUDIENCE": AUDIENCE}
        settings = (hs256 if secret else issuer.settings()) | {"LOG_REQUESTS": "false"}
        outbound, database = Outbound(tmp_path_factory.mktemp("outbound")), make_database()
        service = stack.enter_context(serving(ROOT, database, **settings, **outbound.settings()))
        target = Target(issuer, secret, f"http://127.0.0.1:{trap.port}/keys")
        wire, name = stack.enter_context(wired(service.url)), urlsplit(database.url).path[1:]
        yield Inhabited(wire, target, outbound, name, make_database())
        assert trap.knocks == []


@pytest.fixture
def untouched(inhabited: Inhabited) -> Iterator[Inhabited]:
    """An idle service, which only refreshes its keys now and then."""
    listed = next(operation for operation in OPERATIONS if operation.kind == "list")
    assert inhabited.ask(listed, good(inhabited.target)).status == 200
    sessions, calls = inhabited.counts()
    assert sessions, "there is a connection that a statement could be sent on"
    begun = time.monotonic()
    yield inhabited
    looks = 0 if inhabited.target.secret else 2 + int((time.monotonic() - begun) / COOLDOWN)
    after, more = inhabited.counts()
    more = more[len(calls) :]
    assert after <= sessions
    issuer = urlsplit(inhabited.target.issuer.url)
    assert set(more) <= {str((issuer.hostname, issuer.port))}
    assert len(more) <= looks


@pytest.mark.long
def test_a_forged_token_reaches_nothing(untouched: Inhabited) -> None:
    for name, forge in sampled(FORGERIES.items(), every=3):
        for operation in OPERATIONS:
            assert untouched.ask(operation, forge(untouched.target)).status == 401, (name, operation.id)


def test_a_mutated_token_reaches_nothing(untouched: Inhabited) -> None:
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    whole = good(untouched.target)
    for _ in range(MUTANTS):
        mutant = mutated(whole, chance)
        for operation in OPERATIONS:
            assert untouched.ask(operation, mutant).status == 401, (seed, operation.id, mutant)


def mutated(whole: str, chance: random.Random) -> str:
    """The token with one to three mutations."""
    changed = whole
    for _ in range(chance.randint(1, 3)):
        place, letter = chance.randrange(len(changed)), chance.choice(string.printable[:94] + ".-_")
        changed = chance.choice(
            [
                changed[:place] + letter + changed[place + 1 :],
                changed[:place] + letter + changed[place:],
                changed[:place] + changed[place + 1 :],
                changed[:place] + changed[place : place + 8] + changed[place:],
            ]
        )
    return changed if changed != whole else changed + "x"


def test_the_counted_tokens_exist(inhabited: Inhabited) -> None:
    """The control: the statement and the connection of a valid token are recorded."""
    listed = next(operation for operation in OPERATIONS if operation.kind == "list")
    before, _ = inhabited.counts()

    assert inhabited.ask(listed, good(inhabited.target)).status == 200

    after, calls = inhabited.counts()
    assert not after <= before
    assert calls
