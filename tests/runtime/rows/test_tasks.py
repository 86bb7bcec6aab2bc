"""The operations on tasks over HTTP, for one user."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import httpx
import pytest

from tests.support.service import Service

PLANTS = {"title": "Water the plants", "description": "The fern wants more."}
SHOWN = ["id", "title", "description", "completed", "created_at", "updated_at"]


@pytest.fixture
def alice(service: Service) -> Iterator[httpx.Client]:
    with service.user() as client:
        yield client


def create(client: httpx.Client, **task: object) -> dict[str, object]:
    response = client.post("/api/tasks", json=PLANTS | task)
    assert response.status_code == 201, response.text
    created: dict[str, object] = response.json()
    return created


def test_a_created_task_is_found_at_its_location(alice: httpx.Client) -> None:
    response = alice.post("/api/tasks", json=PLANTS)

    task = response.json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/tasks/{task['id']}"
    assert UUID(task["id"]).version == 4
    assert list(task) == SHOWN
    assert task["completed"] is False
    assert alice.get(response.headers["Location"]).json() == task


def test_omitted_properties_of_a_create_take_their_default(alice: httpx.Client) -> None:
    task = alice.post("/api/tasks", json={"title": "Rest"}).json()

    assert (task["description"], task["completed"]) == (None, False)


@pytest.mark.parametrize(
    "title", ["x" * 200, "ü" * 200, "👩‍🚀", "'; DROP TABLE tasks; --", "{{7*7}}", "%s %(a)s $1", '"\\']
)
def test_a_title_is_returned_unchanged(alice: httpx.Client, title: str) -> None:
    assert create(alice, title=title)["title"] == title


def test_a_replace_resets_omitted_properties(alice: httpx.Client) -> None:
    task = create(alice, completed=True)

    replaced = alice.put(f"/api/tasks/{task['id']}", json={"title": "Rest"}).json()

    assert replaced["id"] == task["id"]
    assert replaced["created_at"] == task["created_at"]
    assert replaced["updated_at"] > task["updated_at"]
    assert (replaced["title"], replaced["description"], replaced["completed"]) == ("Rest", None, False)


def test_an_update_changes_only_the_sent_properties(alice: httpx.Client) -> None:
    task = create(alice)

    changed = alice.patch(f"/api/tasks/{task['id']}", json={"title": "Rest"}).json()

    assert changed == task | {"title": "Rest", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > task["updated_at"]


def test_an_update_to_null_clears_the_description(alice: httpx.Client) -> None:
    task = create(alice)

    response = alice.patch(f"/api/tasks/{task['id']}", json={"description": None})

    assert (response.status_code, response.json()["description"]) == (200, None)


def test_an_update_to_null_does_not_clear_the_title(alice: httpx.Client) -> None:
    task = create(alice)

    response = alice.patch(f"/api/tasks/{task['id']}", json={"title": None})

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"pointer": "/title", "code": "type", "limit": "string", "detail": "Must be a string."}
    ]
    assert alice.get(f"/api/tasks/{task['id']}").json() == task


def test_an_empty_update_changes_nothing(alice: httpx.Client) -> None:
    task = create(alice)

    response = alice.patch(f"/api/tasks/{task['id']}", json={})

    assert (response.status_code, response.json()) == (200, task)


def test_an_update_may_be_a_merge_patch(alice: httpx.Client) -> None:
    task = create(alice)

    headers = {"Content-Type": "application/merge-patch+json"}
    response = alice.patch(f"/api/tasks/{task['id']}", content='{"completed": true}', headers=headers)

    assert (response.status_code, response.json()["completed"]) == (200, True)


@pytest.mark.parametrize("name", ["owner_id", "id", "created_at", "updated_at", "deleted_at", "version", "x"])
@pytest.mark.parametrize(("method", "base"), [("POST", PLANTS), ("PUT", PLANTS), ("PATCH", {})])
def test_a_body_sets_only_properties_of_the_contract(
    alice: httpx.Client, method: str, base: dict[str, object], name: str
) -> None:
    task = create(alice)
    path = "/api/tasks" if method == "POST" else f"/api/tasks/{task['id']}"

    response = alice.request(method, path, json=base | {name: str(uuid4())})

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [f"/{name}"]
    assert alice.get(f"/api/tasks/{task['id']}").json() == task
    assert alice.get("/api/tasks").json()["total"] == 1


def test_completing_a_task_twice_reopens_it(alice: httpx.Client) -> None:
    task = create(alice)
    path = f"/api/tasks/{task['id']}/complete"

    assert alice.patch(path).json()["completed"] is True
    assert alice.patch(path).json()["completed"] is False


def test_a_deleted_task_is_gone(alice: httpx.Client) -> None:
    path = f"/api/tasks/{create(alice)['id']}"

    response = alice.delete(path)

    assert (response.status_code, response.content) == (204, b"")
    assert "Content-Type" not in response.headers
    assert alice.get(path).status_code == 404
    assert alice.delete(path).status_code == 404


def test_a_list_is_sorted_by_newest_first(alice: httpx.Client) -> None:
    titles = [create(alice, title=f"{number}")["title"] for number in range(5)]

    page = alice.get("/api/tasks").json()

    assert [task["title"] for task in page["data"]] == titles[::-1]
    assert {key: page[key] for key in page if key != "data"} == {
        "total": 5, "page": 1, "per_page": 20, "total_pages": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("title", "abc"), ("-title", "cba"), ("created_at", "bca"), ("-created_at", "acb")],
)
def test_a_list_can_be_sorted(alice: httpx.Client, sort: str, expected: str) -> None:
    for title in "bca":
        create(alice, title=title)

    page = alice.get("/api/tasks", params={"sort": sort}).json()

    assert "".join(task["title"] for task in page["data"]) == expected


def test_the_pages_of_a_list_contain_each_task_once(alice: httpx.Client) -> None:
    ids = [create(alice, title="same")["id"] for _ in range(7)]

    pages = [
        alice.get("/api/tasks", params={"sort": "title", "page": page, "per_page": 3}).json()
        for page in (1, 2, 3, 4)
    ]

    assert [len(page["data"]) for page in pages] == [3, 3, 1, 0]
    assert sorted(task["id"] for page in pages for task in page["data"]) == sorted(map(str, ids))
    assert {(page["total"], page["total_pages"]) for page in pages} == {(7, 3)}


def test_a_page_beyond_bigint_is_empty(alice: httpx.Client) -> None:
    create(alice)

    page = alice.get("/api/tasks", params={"page": 10**30, "per_page": 100}).json()

    assert (page["data"], page["total"]) == ([], 1)


def test_a_list_can_be_filtered(alice: httpx.Client) -> None:
    create(alice, title="open")
    create(alice, title="done", completed=True)

    for completed, title in (("true", "done"), ("false", "open")):
        page = alice.get("/api/tasks", params={"completed": completed}).json()
        assert [task["title"] for task in page["data"]] == [title]
        assert page["total"] == 1


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("page=0", "page"), ("page=-1", "page"), ("page=1.0", "page"), ("page=+1", "page"),
        ("page=%201", "page"), ("page=01", "page"), ("page=1_0", "page"), ("page=x", "page"),
        ("page=", "page"), ("page=1&page=1", "page"), ("per_page=0", "per_page"),
        ("per_page=101", "per_page"),
        ("completed=yes", "completed"), ("completed=1", "completed"), ("completed=null", "completed"),
        ("completed=True", "completed"), ("sort=owner_id", "sort"), ("sort=", "sort"),
        ("owner_id=alice", "owner_id"), ("user_id=a", "user_id"),
    ],
)  # fmt: skip
def test_an_invalid_parameter_is_rejected(alice: httpx.Client, query: str, parameter: str) -> None:
    response = alice.get(f"/api/tasks?{query}")

    assert response.status_code == 422
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


def test_all_errors_are_reported_together(alice: httpx.Client) -> None:
    body = {"title": "", "description": 7, "completed": "yes", "owner_id": "bob"}

    response = alice.post("/api/tasks?page=1", json=body)

    places = [error.get("pointer") or error["parameter"] for error in response.json()["errors"]]
    assert sorted(places) == ["/completed", "/description", "/owner_id", "/title", "page"]
