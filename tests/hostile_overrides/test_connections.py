"""A pooled connection carries nothing from one request to the next, whatever an override did with it."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.hostile_overrides.conftest import Create
from tests.hostile_overrides.corpus.session_state import LEFT_BEHIND, LOOK, OVERRIDES, STATE, UNSEEN
from tests.support.service import Database, Service, serving
from tests.support.thoroughness import sampled

SEEN = sorted(LEFT_BEHIND.keys() - UNSEEN)
ATTEMPTS = sampled([*SEEN, *(f"{name}_on_the_pool" for name in SEEN)], every=4)


@pytest.fixture(scope="module")
def made(create_project: Create) -> tuple[Path, Database]:
    chosen = [override for override in OVERRIDES if override.name in {*ATTEMPTS, *SEEN[:4], LOOK.name}]
    return create_project("connections", chosen)


@pytest.fixture(scope="module")
def service(made: tuple[Path, Database]) -> Iterator[Service]:
    """A service with a single connection."""
    with serving(*made, DATABASE_POOL_SIZE="1", CHECK_ANSWERS="false", LOG_REQUESTS="false") as running:
        yield running


@pytest.fixture(scope="module")
def checking_service(made: tuple[Path, Database]) -> Iterator[Service]:
    """The same one, which commits a request when its answer has been checked."""
    with serving(*made, DATABASE_POOL_SIZE="1", CHECK_ANSWERS="true", LOG_REQUESTS="false") as running:
        yield running


def use(user: httpx.Client, name: str) -> dict[str, Any]:
    made = user.post("/tasks", json={"title": "Water it"})
    assert made.status_code == 201, made.text
    answer = user.post(f"/tasks/{made.json()['id']}/{name}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def state(service: Service) -> dict[str, Any]:
    """What the connection has, as another user finds it."""
    with service.user(f"bob-{uuid4()}") as bob:
        return dict(json.loads(use(bob, LOOK.name)["notes"]))


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_next_request_finds_nothing(service: Service, name: str) -> None:
    before = state(service)

    with service.user("alice") as alice:
        use(alice, name)

    assert state(service) == before


@pytest.mark.long
@pytest.mark.parametrize("name", SEEN[:4])
def test_the_next_request_finds_nothing_when_answers_are_checked(
    checking_service: Service, name: str
) -> None:
    test_the_next_request_finds_nothing(checking_service, name)


def test_the_look_at_a_connection_sees_what_is_left_behind(made: tuple[Path, Database]) -> None:
    """On a connection that nobody resets, each attempt makes a difference."""

    async def unseen() -> list[str]:
        names = []
        for name in SEEN:
            connection = await asyncpg.connect(made[1].url)
            before = await connection.fetchval(STATE)
            await connection.execute(LEFT_BEHIND[name])
            names += [name] if await connection.fetchval(STATE) == before else []
            await connection.close()
        return names

    assert asyncio.run(unseen()) == []
