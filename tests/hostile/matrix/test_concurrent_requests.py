"""Concurrent requests lose no update (T36, T37). `make fuzz` runs more of them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, timedelta

import httpx
import pytest

from tests.hostile.workspace import CONTRACT, SHARE, Workspace
from tests.support.thoroughness import count

ALL = SHARE == 1
CLIENTS, TIMES = (20, 50) if ALL else (5, count("CROWD_TIMES", short=5, long=20))
PATCHES = 1_000 if ALL else 100
"""To each of two fields."""

Do = Callable[[httpx.AsyncClient], Awaitable[None]]


@pytest.fixture
def alice(workspace: Workspace) -> Iterator[httpx.Client]:
    subject = CONTRACT.new_subject()
    with workspace.service.user(subject, CONTRACT.token_claims(subject)) as client:
        yield client


def new_task(alice: httpx.Client, title: str) -> str:
    project = alice.post("/projects", json={"name": "Garden"}).json()["id"]
    created = alice.post(f"/projects/{project}/tasks", json={"title": title})
    return str(created.headers["Location"])


def at_once(alice: httpx.Client, *what: Do) -> None:
    async def run() -> None:
        async with httpx.AsyncClient(base_url=alice.base_url, headers=alice.headers, timeout=60) as client:
            await asyncio.gather(*(do(client) for do in what))

    asyncio.run(run())


@pytest.mark.long
def test_t36_no_step_of_a_counter_is_lost(alice: httpx.Client) -> None:
    where = new_task(alice, "0")

    async def count(client: httpx.AsyncClient) -> None:
        for _ in range(TIMES):
            status = 412
            while status == 412:
                read = await client.get(where)
                body = {"title": str(int(read.json()["title"]) + 1)}
                wrote = await client.put(where, json=body, headers={"If-Match": read.headers["ETag"]})
                status = wrote.status_code
            assert status == 200

    at_once(alice, *[count] * CLIENTS)

    final = alice.get(where)
    assert final.json()["title"] == str(CLIENTS * TIMES)
    assert final.headers["ETag"] == f'"{CLIENTS * TIMES + 1}"'


@pytest.mark.long
def test_t37_changes_of_two_fields_do_not_undo_each_other(alice: httpx.Client) -> None:
    where = new_task(alice, "0")
    days = [str(date(2030, 1, 1) + timedelta(days=number)) for number in range(PATCHES)]

    def change(field: str, values: list[str]) -> Do:
        async def do(client: httpx.AsyncClient) -> None:
            for value in values:
                answer = await client.patch(where, json={field: value})
                assert (answer.status_code, answer.json()[field]) == (200, value)

        return do

    at_once(alice, change("title", [f"by {day}" for day in days]), change("due_on", days))

    final = alice.get(where)
    assert (final.json()["title"], final.json()["due_on"]) == (f"by {days[-1]}", days[-1])
    assert final.headers["ETag"] == f'"{2 * PATCHES + 1}"'
