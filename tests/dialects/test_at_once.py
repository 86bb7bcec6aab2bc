"""Concurrent requests: no update is lost, and a request sent twice is executed once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from uuid import uuid4

import httpx
import pytest

from tests.dialects.conftest import Dialect
from tests.support.thoroughness import count
from tests.support.two_users import User

WRITERS, REPEATS = 50, 20
PATIENT_WRITERS = count("PATIENT_WRITERS", short=15, long=50)
"""How many retry until they have written, which takes time in the square of their number."""


@pytest.fixture
def workspace(run_dialect: Callable[[str], Dialect]) -> Dialect:
    return run_dialect("workspace")


@pytest.fixture
def alice(workspace: Dialect, people: ExitStack) -> User:
    return workspace.user(people)


def new_task(user: User) -> tuple[str, str]:
    """Where a new task is, and its tag."""
    project = user.client.post("/projects", json={"name": "Garden"}).json()["id"]
    created = user.client.post(f"/projects/{project}/tasks", json={"title": "x"})
    return created.headers["Location"], created.headers["ETag"]


def at_once(
    user: User, count: int, send: Callable[[httpx.AsyncClient, int], Awaitable[httpx.Response]]
) -> list[httpx.Response]:
    async def run() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=count)
        async with httpx.AsyncClient(
            base_url=user.client.base_url, headers=user.client.headers, limits=limits, timeout=30
        ) as client:
            return await asyncio.gather(*(send(client, number) for number in range(count)))

    return asyncio.run(run())


@pytest.mark.long
def test_one_of_50_concurrent_writers_with_the_same_version_succeeds(alice: User) -> None:
    where, tag = new_task(alice)

    answers = at_once(
        alice,
        WRITERS,
        lambda client, n: client.patch(where, json={"title": f"by {n}"}, headers={"If-Match": tag}),
    )

    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [200] + [412] * (WRITERS - 1)
    won = next(answer for answer in answers if answer.status_code == 200)
    assert alice.client.get(where).json()["title"] == won.json()["title"]
    assert alice.client.get(where).headers["ETag"] == won.headers["ETag"] == '"2"'


def test_no_update_is_lost_when_all_writers_retry(alice: User, workspace: Dialect) -> None:
    where, _ = new_task(alice)

    async def append(client: httpx.AsyncClient, number: int) -> httpx.Response:
        while True:
            read = await client.get(where)
            body = {"title": f"{read.json()['title']},{number}"}
            wrote = await client.put(where, json=body, headers={"If-Match": read.headers["ETag"]})
            assert wrote.status_code in (200, 412), wrote.text
            if wrote.status_code == 200:
                return wrote

    answers = at_once(alice, PATIENT_WRITERS, append)

    title = alice.client.get(where).json()["title"].split(",")
    assert sorted(title[1:], key=int) == [str(number) for number in range(PATIENT_WRITERS)]
    assert len({answer.headers["ETag"] for answer in answers}) == PATIENT_WRITERS
    assert alice.client.get(where).headers["ETag"] == f'"{PATIENT_WRITERS + 1}"'


def test_preconditions_are_answered_as_the_contract_says(alice: User) -> None:
    where, tag = new_task(alice)
    body = {"title": "y"}

    assert alice.client.put(where, json=body).status_code == 428
    assert alice.client.put(where, json=body, headers={"If-Match": '"99"'}).status_code == 412
    assert alice.client.put(where, json=body, headers={"If-Match": f"W/{tag}"}).status_code == 412
    assert alice.client.put(where, json=body, headers={"If-Match": "7"}).status_code == 412
    assert alice.client.put(where, json=body, headers={"If-Match": '"01"'}).status_code == 412
    assert alice.client.patch(where, json={}, headers={"If-Match": '"99"'}).status_code == 412
    assert alice.client.delete(where, headers={"If-Match": '"99"'}).status_code == 412
    assert alice.client.get(where).headers["ETag"] == tag
    assert alice.client.put(where, json=body, headers={"If-Match": f'"99", {tag}'}).status_code == 200
    assert alice.client.put(where, json=body, headers={"If-Match": "*"}).status_code == 200
    assert alice.client.patch(where, json=body).status_code == 200
    assert alice.client.delete(where, headers={"If-Match": '"4"'}).status_code == 204
    assert alice.client.delete(where, headers={"If-Match": '"4"'}).status_code == 404


def test_a_current_version_is_answered_with_304(alice: User) -> None:
    where, tag = new_task(alice)

    same = alice.client.get(where, headers={"If-None-Match": f'"99", W/{tag}'})
    other = alice.client.get(where, headers={"If-None-Match": '"99"'})

    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert (other.status_code, other.headers["ETag"]) == (200, tag)
    assert alice.client.get(where, headers={"If-None-Match": "*"}).status_code == 304


def test_20_concurrent_requests_with_one_key_run_once_and_get_the_same_response(
    alice: User, workspace: Dialect
) -> None:
    key = str(uuid4())

    answers = at_once(
        alice,
        REPEATS,
        lambda client, _: client.post("/projects", json={"name": "Once"}, headers={"Idempotency-Key": key}),
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len({(answer.content, answer.headers["Location"]) for answer in answers}) == 1
    rows = workspace.service.database.rows("SELECT id FROM projects WHERE org_id = $1", alice.subject)
    assert len(rows) == 1


def test_a_key_belongs_to_one_owner_one_operation_and_one_request(
    alice: User, workspace: Dialect, people: ExitStack
) -> None:
    bob, key = workspace.user(people), {"Idempotency-Key": "the-same"}
    first = alice.client.post("/projects", json={"name": "One"}, headers=key)

    other_body = alice.client.post("/projects", json={"name": "Two"}, headers=key)
    again = alice.client.post("/projects", json={"name": "One"}, headers=key)
    bobs = bob.client.post("/projects", json={"name": "One"}, headers=key)
    archive = alice.client.post(f"/projects/{first.json()['id']}/archive", headers=key)

    assert other_body.status_code == 422
    assert other_body.json()["errors"][0]["parameter"] == "Idempotency-Key"
    assert (again.status_code, again.content) == (201, first.content)
    assert bobs.json()["id"] != first.json()["id"]
    assert (archive.status_code, archive.json()["archived"]) == (200, True)


def test_a_failed_request_can_be_repeated_with_its_key(alice: User) -> None:
    key = {"Idempotency-Key": "k"}
    project = alice.client.post("/projects", json={"name": "P"}).json()["id"]
    tasks = f"/projects/{project}/tasks"
    body = {"title": "x", "label_id": 1}

    refused = alice.client.post(tasks, json=body, headers=key)
    fine = alice.client.post(tasks, json={"title": "x"}, headers=key)

    assert (refused.status_code, fine.status_code) == (422, 201)
    assert len(alice.client.get(tasks).json()["data"]) == 1


def test_a_key_expires_after_a_day(alice: User, workspace: Dialect) -> None:
    key = {"Idempotency-Key": "k"}
    first = alice.client.post("/projects", json={"name": "P"}, headers=key)
    workspace.service.database.rows(
        "UPDATE idempotency_keys SET created_at = created_at - interval '24 hours' WHERE owner_id = $1",
        alice.subject,
    )

    second = alice.client.post("/projects", json={"name": "P"}, headers=key)

    assert second.status_code == 201
    assert second.json()["id"] != first.json()["id"]


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é"])
def test_a_key_must_consist_of_printable_characters(alice: User, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode("latin-1")}
    response = alice.client.post("/projects", json={"name": "P"}, headers=headers)

    assert response.status_code == 422


@pytest.mark.long
@pytest.mark.parametrize("turn", range(3))
def test_one_of_many_concurrent_puts_creates_the_row_and_the_others_replace_it(
    run_dialect: Callable[[str], Dialect], people: ExitStack, turn: int
) -> None:
    user, path = run_dialect("keys").user(people), f"/labels/turn-{turn}"

    answers = at_once(
        user,
        WRITERS,
        lambda client, n: client.put(path, json={"code": f"turn-{turn}", "title": f"by {n}"}),
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] * (WRITERS - 1) + [201]
    tags = {answer.headers["ETag"] for answer in answers}
    assert tags == {f'"{number}"' for number in range(1, WRITERS + 1)}
    assert user.client.get(path).headers["ETag"] == f'"{WRITERS}"'


def test_one_of_many_concurrent_puts_that_replace_nothing_creates_the_row(
    run_dialect: Callable[[str], Dialect], people: ExitStack
) -> None:
    user, body = run_dialect("keys").user(people), {"code": "new", "title": "x"}

    answers = at_once(
        user,
        WRITERS,
        lambda client, _: client.put("/labels/new", json=body, headers={"If-None-Match": "*"}),
    )

    assert sorted(answer.status_code for answer in answers) == [201] + [412] * (WRITERS - 1)
