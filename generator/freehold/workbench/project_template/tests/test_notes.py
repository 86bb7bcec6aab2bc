"""The operations on notes, and that no user reaches the notes of another."""

from collections.abc import Callable

import httpx
import pytest

User = Callable[[], httpx.Client]


def test_a_note_is_created_read_updated_pinned_and_deleted(user: User) -> None:
    alice = user()

    created = alice.post("/notes", json={"title": "Water the plants"})
    location = created.headers["Location"]

    assert created.status_code == 201
    assert alice.get(location).json() == created.json()
    assert alice.patch(location, json={"text": "All of them."}).json()["text"] == "All of them."
    assert alice.post(f"{location}/pin").json()["pinned"] is True
    assert [note["title"] for note in alice.get("/notes?pinned=true").json()["data"]] == ["Water the plants"]
    assert alice.delete(location).status_code == 204
    assert alice.get(location).status_code == 404


@pytest.mark.parametrize(
    ("method", "suffix", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"title": "Mine now"}),
        ("POST", "/pin", None),
        ("DELETE", "", None),
    ],
)
def test_a_note_of_another_user_is_not_found(
    user: User, method: str, suffix: str, body: dict[str, str] | None
) -> None:
    alice, bob = user(), user()
    created = alice.post("/notes", json={"title": "Water the plants"})

    response = bob.request(method, created.headers["Location"] + suffix, json=body)

    assert response.status_code == 404
    assert bob.get("/notes").json()["total"] == 0
    assert alice.get(created.headers["Location"]).json() == created.json()
