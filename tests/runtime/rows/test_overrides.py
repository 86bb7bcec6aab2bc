"""The behavior of `overrides/tasks.py`: soft delete, and atomic completion."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.service import Service


@pytest.fixture
def alice(service: Service) -> Iterator[httpx.Client]:
    with service.user() as client:
        yield client


@pytest.fixture
def deleted(alice: httpx.Client) -> str:
    """The path of a deleted task."""
    path = str(alice.post("/api/tasks", json={"title": "Once"}).headers["Location"])
    assert alice.delete(path).status_code == 204
    return path


def test_a_deleted_task_stays_in_the_table(service: Service, alice: httpx.Client, deleted: str) -> None:
    rows = service.database.rows("SELECT * FROM tasks WHERE id::text = $1", deleted.rpartition("/")[2])

    assert [row["title"] for row in rows] == ["Once"]
    assert rows[0]["deleted_at"] is not None


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("GET", "", None),
        ("PUT", "", {"title": "Again"}),
        ("PATCH", "", {"title": "Again"}),
        ("PATCH", "", {}),
        ("PATCH", "/complete", None),
        ("DELETE", "", None),
    ],
)
def test_no_operation_reaches_a_deleted_task(
    service: Service, alice: httpx.Client, deleted: str, method: str, rest: str, body: object
) -> None:
    row_id = deleted.rpartition("/")[2]
    before = service.database.rows("SELECT *, xmin::text FROM tasks WHERE id::text = $1", row_id)

    assert alice.request(method, deleted + rest, json=body).status_code == 404
    assert service.database.rows("SELECT *, xmin::text FROM tasks WHERE id::text = $1", row_id) == before


def test_a_list_excludes_deleted_tasks_from_items_and_total(alice: httpx.Client, deleted: str) -> None:
    kept = alice.post("/api/tasks", json={"title": "Kept"}).json()

    page = alice.get("/api/tasks").json()

    assert page["data"] == [kept]
    assert page["total"] == 1
    assert alice.get("/api/tasks", params={"page": 2}).json()["total"] == 1


def test_no_response_contains_the_time_of_deletion(alice: httpx.Client) -> None:
    assert "deleted_at" not in alice.post("/api/tasks", json={"title": "Open"}).text


def test_concurrent_toggles_lose_no_update(service: Service) -> None:
    """An odd number of concurrent toggles leaves the task completed."""
    with service.user("toggler") as client:
        path = client.post("/api/tasks", json={"title": "Flip"}).headers["Location"]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: client.patch(f"{path}/complete"), range(51)))

        assert {answer.status_code for answer in answers} == {200}
        assert sum(answer.json()["completed"] for answer in answers) == 26
        assert client.get(path).json()["completed"] is True
