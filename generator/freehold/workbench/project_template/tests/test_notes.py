"""The operations on notes."""

from collections.abc import Callable

import httpx

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
