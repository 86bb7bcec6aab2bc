"""What is special about each dialect, over HTTP."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import quote, urlencode
from uuid import uuid4

import jwt
import pytest

from tests.dialects.conftest import Dialect
from tests.support.two_users import User

Run = Callable[[str], Dialect]
SOMEONE = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


@pytest.fixture
def path_owner(run_dialect: Run) -> Dialect:
    return run_dialect("path_owner")


@pytest.fixture
def paged(run_dialect: Run) -> Dialect:
    return run_dialect("paged")


@pytest.fixture
def better_auth(run_dialect: Run) -> Dialect:
    return run_dialect("better_auth")


@pytest.fixture
def forbidden(run_dialect: Run) -> Dialect:
    return run_dialect("forbidden")


def tasks_of(user: User) -> str:
    return f"/api/{user.subject}/tasks"


# The owner in the path


@pytest.mark.long
def test_ids_are_numbers_and_a_list_is_a_plain_array(path_owner: Dialect, people: ExitStack) -> None:
    alice = path_owner.user(people)
    created = alice.client.post(tasks_of(alice), json={"title": "First"})
    alice.client.post(tasks_of(alice), json={"title": "Second"})

    assert isinstance(created.json()["id"], int)
    assert created.headers["Location"] == f"{tasks_of(alice)}/{created.json()['id']}"
    assert alice.client.get(created.headers["Location"]).json() == created.json()
    listed = alice.client.get(tasks_of(alice)).json()
    assert [task["title"] for task in listed] == ["Second", "First"]
    assert alice.client.get(tasks_of(alice), params={"limit": 1, "offset": 1}).json() == listed[1:]


def test_another_user_in_the_path_is_not_found(path_owner: Dialect, people: ExitStack) -> None:
    alice, bob = path_owner.user(people), path_owner.user(people)
    task = alice.client.post(tasks_of(alice), json={"title": "Mine"}).json()

    for method, path in (
        ("GET", tasks_of(alice)),
        ("POST", tasks_of(alice)),
        ("GET", f"{tasks_of(alice)}/{task['id']}"),
        ("PATCH", f"{tasks_of(alice)}/{task['id']}"),
        ("DELETE", f"{tasks_of(alice)}/{task['id']}"),
        ("POST", f"{tasks_of(alice)}/{task['id']}/toggle"),
    ):
        assert bob.client.request(method, path, json={"title": "Theirs"}).status_code == 404, (method, path)
    assert alice.client.get(f"{tasks_of(alice)}/{task['id']}").json() == task
    assert bob.client.get(tasks_of(bob)).json() == []


def test_properties_that_were_never_set_are_omitted(path_owner: Dialect, people: ExitStack) -> None:
    alice = path_owner.user(people)

    task = alice.client.post(tasks_of(alice), json={"title": "Bare"}).json()

    assert set(task) == {"id", "title", "completed", "created_at"}


@pytest.mark.parametrize("name", ["id", "created_at", "user_id", "extra"])
def test_a_body_with_the_schema_of_the_resource_sets_only_writable_properties(
    path_owner: Dialect, people: ExitStack, name: str
) -> None:
    alice = path_owner.user(people)

    assert alice.client.post(tasks_of(alice), json={"title": "x", name: 1}).status_code == 422


@pytest.mark.parametrize("row_id", ["0x10", "+1", "01", "1.0", "1e3", "x", str(2**63), "-1", "999999999"])
def test_an_unknown_id_is_not_found(path_owner: Dialect, people: ExitStack, row_id: str) -> None:
    alice = path_owner.user(people)

    assert alice.client.get(f"{tasks_of(alice)}/{row_id}").status_code == 404


@pytest.mark.parametrize(
    "subject",
    [
        "007",
        "+7",
        "7.0",
        "7e0",
        "-0",
        "0x7",
        "\N{FULLWIDTH DIGIT SEVEN}",
        "1_000",
        "alice",
        str(2**63),
        str(-(2**63) - 1),
        "9" * 250,
    ],
)
def test_a_subject_that_is_no_integer_in_its_shortest_form_is_rejected(
    path_owner: Dialect, people: ExitStack, subject: str
) -> None:
    stranger = path_owner.user(people, subject)

    assert stranger.client.get(f"/api/{quote(subject)}/tasks").status_code == 401


@pytest.mark.parametrize("subject", ["0", "-7", str(2**63 - 1), str(-(2**63))])
def test_a_subject_that_is_an_integer_owns_its_rows(
    path_owner: Dialect, people: ExitStack, subject: str
) -> None:
    user, other = path_owner.user(people, subject), path_owner.user(people)

    task = user.client.post(tasks_of(user), json={"title": "Mine"}).json()

    assert task in user.client.get(tasks_of(user)).json()
    assert other.client.get(f"{tasks_of(other)}/{task['id']}").status_code == 404
    for spelling in (f"0{subject}", f"+{subject}", f"{subject}.0"):
        assert user.client.get(f"/api/{quote(spelling)}/tasks").status_code == 404


# Pages, owners that are UUIDs


@pytest.mark.long
@pytest.mark.parametrize("subject", ["alice", "123", SOMEONE.upper(), f"{{{SOMEONE}}}"])
def test_a_subject_that_is_not_a_uuid_is_rejected(paged: Dialect, people: ExitStack, subject: str) -> None:
    assert paged.user(people, subject).client.get("/tasks").status_code == 401


def test_pages_list_the_newest_rows_first_with_a_total(paged: Dialect, people: ExitStack) -> None:
    alice = paged.user(people)
    for number in range(25):
        alice.client.post("/tasks", json={"title": str(number)})
    newest = alice.client.get("/tasks").json()["data"][0]
    assert alice.client.delete(f"/tasks/{newest['id']}").status_code == 204

    page = alice.client.get("/tasks", params={"page": 2}).json()

    assert newest["title"] == "24"
    assert [task["title"] for task in page["data"]] == ["3", "2", "1", "0"]
    assert (page["total"], page["page"], page["per_page"], page["total_pages"]) == (24, 2, 20, 2)
    assert not {"user_id", "deleted_at"} & page["data"][0].keys()


@pytest.mark.parametrize(("title", "status"), [("", 422), ("x", 201), ("x" * 200, 201), ("x" * 201, 422)])
def test_titles_have_1_to_200_characters(paged: Dialect, people: ExitStack, title: str, status: int) -> None:
    assert paged.user(people).client.post("/tasks", json={"title": title}).status_code == status


def test_put_is_not_allowed_when_the_contract_has_none(paged: Dialect, people: ExitStack) -> None:
    response = paged.user(people).client.put(f"/tasks/{uuid4()}", json={"title": "x"})

    assert (response.status_code, response.headers["Allow"]) == (405, "DELETE, GET, HEAD, OPTIONS, PATCH")


# A Better Auth front end


@pytest.mark.long
def test_another_user_in_the_path_is_forbidden(better_auth: Dialect, people: ExitStack) -> None:
    alice, bob = better_auth.user(people), better_auth.user(people)
    task = alice.client.post(tasks_of(alice), json={"title": "Mine"}).json()

    for path in (tasks_of(alice), f"{tasks_of(alice)}/{task['id']}"):
        assert bob.client.get(path).status_code == 403
    assert bob.client.get(f"{tasks_of(bob)}/{task['id']}").status_code == 404


@pytest.mark.parametrize(
    ("claims", "status"),
    [({}, 200), ({"exp": -60}, 401), ({"exp": 90_000}, 401), ({"exp": None}, 401), ({"sub": None}, 401)],
)
def test_tokens_are_checked(better_auth: Dialect, claims: dict[str, int | None], status: int) -> None:
    now = int(time.time())
    said = {"sub": "alice", "iat": now, "exp": now + 3600}
    said |= {name: now + value if value is not None else None for name, value in claims.items()}
    kept = {name: value for name, value in said.items() if value is not None}
    token = jwt.encode(kept, better_auth.service.secret, algorithm="HS256")

    with better_auth.service.anybody(Authorization=f"Bearer {token}") as client:
        assert client.get("/api/alice/tasks").status_code == status


def test_a_title_is_unique_for_each_owner_alone(better_auth: Dialect, people: ExitStack) -> None:
    alice, bob = better_auth.user(people), better_auth.user(people)

    assert alice.client.post(tasks_of(alice), json={"title": "Same"}).status_code == 201
    assert alice.client.post(tasks_of(alice), json={"title": "Same"}).status_code == 409
    assert bob.client.post(tasks_of(bob), json={"title": "Same"}).status_code == 201


def test_filters_match_the_declared_properties(better_auth: Dialect, people: ExitStack) -> None:
    alice = better_auth.user(people)
    for title, status, due in (
        ("Fern", "open", "2030-01-01"),
        ("Roof", "waiting", "2030-06-01"),
        ("Tax", "done", None),
    ):
        body = {"title": title, "status": status, "dueOn": due, "notes": f"About 100% of {title.upper()}_x"}
        assert alice.client.post(tasks_of(alice), json=body).status_code == 201

    def titles(**query: str) -> list[str]:
        answer = alice.client.get(f"{tasks_of(alice)}?{urlencode(query, safe=',')}")
        return sorted(task["title"] for task in answer.json())

    assert titles(status="open,done") == ["Fern", "Tax"]
    assert titles(status="") == []
    assert titles(dueBefore="2030-02-01") == ["Fern"]
    assert titles(q="fer") == ["Fern"]
    assert titles(q="100%") == ["Fern", "Roof", "Tax"]
    assert titles(q="1_0%") == []
    assert alice.client.get(f"{tasks_of(alice)}?status=open%2Cdone").status_code == 422  # one value
    assert alice.client.get(f"{tasks_of(alice)}?status=open,nope").status_code == 422
    assert alice.client.get(tasks_of(alice), params={"dueBefore": "0"}).status_code == 422


def test_names_and_types_are_preserved_in_json(better_auth: Dialect, people: ExitStack) -> None:
    alice = better_auth.user(people)
    body = {
        "title": "All",
        "notes": None,
        "status": "waiting",
        "priority": 3,
        "dueOn": "2030-01-31",
        "tags": ["a", "b"],
    }

    task = alice.client.post(tasks_of(alice), json=body).json()

    assert {name: task[name] for name in body} == body
    assert set(task) == {*body, "id", "createdAt"}
    for wrong in (
        {"due_on": "2030-01-31"},
        {"dueOn": "31.1.2030"},
        {"priority": 4},
        {"tags": ["x" * 21]},
        {"tags": "a"},
    ):
        assert alice.client.post(tasks_of(alice), json={"title": "Wrong"} | wrong).status_code == 422, wrong


def test_the_served_document_has_tags_and_descriptions(better_auth: Dialect, people: ExitStack) -> None:
    served = better_auth.user(people).client.get("/openapi.json").json()

    assert served["tags"] == [{"name": "Tasks", "description": "What a user has to do."}]
    assert served["paths"]["/api/{user_id}/tasks"]["get"]["description"].startswith("Some of your tasks")


# 403 for foreign rows


def test_a_foreign_task_is_forbidden_and_a_missing_one_is_not_found(
    forbidden: Dialect, people: ExitStack
) -> None:
    alice, bob = forbidden.user(people), forbidden.user(people)
    path = f"/api/tasks/{alice.client.post('/api/tasks', json={'title': 'Mine'}).json()['id']}"

    assert bob.client.get(path).status_code == 403
    assert bob.client.get(f"/api/tasks/{uuid4()}").status_code == 404
    assert alice.client.delete(path).status_code == 204
    assert bob.client.get(path).status_code == 404
    assert alice.client.get(path).status_code == 404


@pytest.mark.parametrize("where", ["query", "body", "header"])
def test_the_user_id_comes_only_from_the_token(forbidden: Dialect, people: ExitStack, where: str) -> None:
    alice, bob = forbidden.user(people), forbidden.user(people)
    alice.client.post("/api/tasks", json={"title": "Mine"})

    if where == "query":
        assert bob.client.get("/api/tasks", params={"owner_id": alice.subject}).status_code == 422
    if where == "body":
        assert (
            bob.client.post("/api/tasks", json={"title": "x", "owner_id": alice.subject}).status_code == 422
        )
    if where == "header":
        assert bob.client.get("/api/tasks", headers={"X-User-Id": alice.subject}).json()["total"] == 0


def test_pages_have_has_more(forbidden: Dialect, people: ExitStack) -> None:
    alice = forbidden.user(people)
    for number in range(12):
        alice.client.post("/api/tasks", json={"title": str(number)})

    first, second = (alice.client.get("/api/tasks", params={"page": page}).json() for page in (1, 2))

    assert (len(first["items"]), first["has_more"], first["total"]) == (10, True, 12)
    assert (len(second["items"]), second["has_more"], second["page_size"]) == (2, False, 10)


def test_the_last_write_wins(forbidden: Dialect, people: ExitStack) -> None:
    alice = forbidden.user(people)
    path = f"/api/tasks/{alice.client.post('/api/tasks', json={'title': 'One'}).json()['id']}"

    alice.client.put(path, json={"title": "Two", "description": "d"})
    alice.client.put(path, json={"title": "Three"})

    assert alice.client.get(path).json()["title"] == "Three"
    assert alice.client.get(path).json()["description"] is None


def test_the_indexes_start_with_the_owner_except_the_one_for_403(
    forbidden: Dialect,
) -> None:
    rows = forbidden.service.database.rows("SELECT indexdef FROM pg_indexes WHERE tablename = 'tasks'")

    assert sorted(row["indexdef"].partition(" USING ")[2] for row in rows) == [
        "btree (id, owner_id)",
        "btree (owner_id, completed)",
        "btree (owner_id, deleted_at)",
        "btree (owner_id, id)",
    ]
