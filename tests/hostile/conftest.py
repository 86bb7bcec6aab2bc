"""Two services, one for each kind of key, that count connections to their database."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.hostile.forgeries import Target
from tests.support.issuer import AUDIENCE, ISSUER, Door, door, issuing
from tests.support.service import ROOT, Database, Service, serving


@dataclass(frozen=True)
class Fortress:
    """A service with its keys, and decoy ports in place of its database and of an attacker's server."""

    service: Service
    target: Target
    database: Door
    trap: Door


@pytest.fixture(scope="session", params=["hs256", "jwks"])
def fortress(request: pytest.FixtureRequest) -> Iterator[Fortress]:
    with ExitStack() as stack:
        issuer = stack.enter_context(issuing())
        database, trap = stack.enter_context(door()), stack.enter_context(door())
        secret = secrets.token_urlsafe(48) if request.param == "hs256" else None
        hs256 = {"BETTER_AUTH_SECRET": str(secret), "AUTH_ISSUER": ISSUER, "AUTH_AUDIENCE": AUDIENCE}
        url = f"postgresql://app@127.0.0.1:{database.port}/app?sslmode=disable"
        settings = hs256 if secret else issuer.settings()
        service = stack.enter_context(serving(ROOT, Database(url), **settings))
        target = Target(issuer, secret, f"http://127.0.0.1:{trap.port}/keys")
        yield Fortress(service, target, database, trap)
