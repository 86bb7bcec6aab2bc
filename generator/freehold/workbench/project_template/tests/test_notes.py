"""Notes, and that no user reaches those of another."""

from collections.abc import Callable

import httpx
import pytest

User = Callable[[], httpx.Client]


def test_a_note_is_written_read_changed_pinned_and_deleted(user: User) -> None:
    alice = user()

    created = alice.post("/notes", json={"title": "Water the plants"})
    place = created.headers["Location"]

    assert created.status_code == 201
    assert alice.get(place).json() == created.json()
    assert alice.patch(place, json={"text": "All of them."}).json()["text"] == "All of them."
    assert alice.post(f"{place}/pin").json()["pinned"] is True
    assert [note["title"] for note in alice.get("/notes?pinned=true").json()["data"]] == ["Water the plants"]
    assert alice.delete(place).status_code == 204
    assert alice.get(place).status_code == 404


@pytest.mark.parametrize(
    ("method", "below", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"title": "Mine now"}),
        ("POST", "/pin", None),
        ("DELETE", "", None),
    ],
)
def test_a_note_of_somebody_else_is_as_one_that_is_not_there(
    user: User, method: str, below: str, body: dict[str, str] | None
) -> None:
    alice, bob = user(), user()
    hers = alice.post("/notes", json={"title": "Water the plants"})

    answer = bob.request(method, hers.headers["Location"] + below, json=body)

    assert answer.status_code == 404
    assert bob.get("/notes").json()["total"] == 0
    assert alice.get(hers.headers["Location"]).json() == hers.json()
