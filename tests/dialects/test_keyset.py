"""Keyset pagination: no row is missed or repeated, and a cursor is valid only for its own list."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.dialects.conftest import Dialect
from tests.support.thoroughness import sampled
from tests.support.two_users import User

ROWS = 10_000
FILL = """
    INSERT INTO tasks (org_id, project_id, title, priority, due_on, created_at)
    SELECT $1, $2, 'Task ' || r % 7, 1 + r % 3,
           CASE WHEN r % 4 = 0 THEN NULL ELSE date '2030-01-01' + r % 5 END,
           timestamptz '2030-01-01' + (r % 11) * interval '1 second'
    FROM generate_series(1, $3::int) r
"""
SORTS = ("created_at", "-created_at", "due_on", "-due_on", "title", "-priority")


@pytest.fixture
def workspace(run_dialect: Callable[[str], Dialect]) -> Dialect:
    return run_dialect("workspace")


def project_of(user: User) -> str:
    return str(user.client.post("/projects", json={"name": "Garden"}).json()["id"])


def fill(workspace: Dialect, user: User, project: str, rows: int) -> None:
    workspace.service.database.rows(FILL, user.subject, project, rows)


def pages(user: User, project: str, sort: str, limit: int = 200) -> Iterator[list[dict[str, Any]]]:
    query: dict[str, Any] = {"sort": sort, "limit": limit}
    while True:
        response = user.client.get(f"/projects/{project}/tasks", params=query)
        assert response.status_code == 200, response.text
        yield response.json()["data"]
        query["cursor"] = response.json()["next_cursor"]
        if query["cursor"] is None:
            return


@pytest.mark.long
@pytest.mark.parametrize("sort", sampled(SORTS, every=3))
def test_10_000_rows_are_listed_once_each_while_others_are_inserted_and_deleted(
    workspace: Dialect, people: ExitStack, sort: str
) -> None:
    alice = workspace.user(people)
    project = project_of(alice)
    fill(workspace, alice, project, ROWS)
    everything = {row["id"] for row in workspace.service.database.rows(
        "SELECT id::text FROM tasks WHERE org_id = $1", alice.subject)}  # fmt: skip
    chance = random.Random(7)
    seen: list[str] = []
    gone: set[str] = set()

    for number, page in enumerate(pages(alice, project, sort)):
        seen += [task["id"] for task in page]
        if number % 5 == 0:
            alice.client.post(f"/projects/{project}/tasks", json={"title": f"Task {number % 7}"})
            for row_id in (seen[-1], chance.choice(sorted(everything - gone))):
                alice.client.delete(f"/projects/{project}/tasks/{row_id}")
                gone.add(row_id)

    stayed = everything - gone
    assert len(seen) == len(set(seen))
    assert stayed <= set(seen)
    assert len(stayed) > 9_900


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_the_order_of_the_database(workspace: Dialect, people: ExitStack, sort: str) -> None:
    alice = workspace.user(people)
    project = project_of(alice)
    fill(workspace, alice, project, 100)
    way = "DESC" if sort.startswith("-") else "ASC"
    wanted = workspace.service.database.rows(
        f"SELECT id::text FROM tasks WHERE org_id = $1 ORDER BY {sort.removeprefix('-')} {way}, id {way}",
        alice.subject,
    )

    found = [task["id"] for page in pages(alice, project, sort, limit=7) for task in page]

    assert found == [row["id"] for row in wanted]


def test_the_last_page_has_no_cursor_and_the_total_counts_all_pages(
    workspace: Dialect, people: ExitStack
) -> None:
    alice = workspace.user(people)
    project = project_of(alice)
    fill(workspace, alice, project, 4)

    first = alice.client.get(f"/projects/{project}/tasks", params={"limit": 2}).json()
    cursor = first["next_cursor"]
    last = alice.client.get(f"/projects/{project}/tasks", params={"limit": 2, "cursor": cursor}).json()

    assert (len(first["data"]), len(last["data"])) == (2, 2)
    assert last["next_cursor"] is None
    assert first["total"] == last["total"] == 4


def test_a_page_without_a_cursor_is_the_last_one(workspace: Dialect, people: ExitStack) -> None:
    alice = workspace.user(people)
    project = project_of(alice)
    task = alice.client.post(f"/projects/{project}/tasks", json={"title": "x"}).json()
    comments = f"/projects/{project}/tasks/{task['id']}/comments"
    for number in range(3):
        alice.client.post(comments, json={"text": str(number)})

    first = alice.client.get(comments, params={"limit": 2}).json()
    last = alice.client.get(comments, params={"limit": 2, "cursor": first["next_cursor"]}).json()

    assert [comment["text"] for comment in (*first["data"], *last["data"])] == ["0", "1", "2"]
    assert (first["has_more"], last["has_more"]) == (True, False)
    assert "next_cursor" not in last


def test_a_tampered_or_foreign_cursor_is_rejected_without_details(
    workspace: Dialect, people: ExitStack
) -> None:
    alice, bob = workspace.user(people), workspace.user(people)
    project, his = project_of(alice), project_of(bob)
    fill(workspace, alice, project, 5)
    fill(workspace, bob, his, 5)
    path = f"/projects/{project}/tasks"
    query: dict[str, Any] = {"limit": 2, "sort": "title"}
    cursor = alice.client.get(path, params=query).json()["next_cursor"]
    task = alice.client.get(path).json()["data"][0]["id"]
    other = bob.client.get(f"/projects/{his}/tasks", params=query).json()["next_cursor"]
    changed = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]

    tries: dict[str, tuple[str, dict[str, Any]]] = {
        "changed": (path, query | {"cursor": changed}),
        "cut": (path, query | {"cursor": cursor[:-3]}),
        "no base64": (path, query | {"cursor": "x"}),
        "another owner's": (path, query | {"cursor": other}),
        "of another sort": (path, query | {"cursor": cursor, "sort": "-created_at"}),
        "of another list": (f"{path}/{task}/comments", {"cursor": cursor}),
    }
    answers = {name: alice.client.get(where, params=what) for name, (where, what) in tries.items()}

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(tries, 422)
    bodies = [answer.json() | {"instance": ""} for answer in answers.values()]
    assert all(body == bodies[0] for body in bodies)
    assert alice.client.get(path, params=query | {"cursor": cursor}).status_code == 200
