"""Two users of the tasks API: what each client must be able to do, in types as narrow as the contract's."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, Protocol, TypedDict
from uuid import UUID

from scenarios.answers import ALICE, BOB, URL, Answer, fails, is_empty, succeeds


class Task(Protocol):
    """A task, as the classes of a generator must have it."""

    id: UUID
    title: str
    description: str | None
    completed: bool
    created_at: datetime
    updated_at: datetime


class Page(Protocol):
    """A page of tasks, without the tasks."""

    total: int
    page: int
    per_page: int
    total_pages: int


class Values(TypedDict, total=False):
    """What a request has. What is not in it is absent."""

    title: str
    description: str | None
    completed: bool


class Query(TypedDict, total=False):
    """What a list is asked for."""

    page: int
    per_page: int
    completed: bool
    sort: Literal["title", "-title"]


class Client(Protocol):
    """A generated client, with the token of a user."""

    def list(self, query: Query) -> Answer[tuple[Page, Sequence[Task]]]: ...
    def create(self, values: Values) -> Answer[Task]: ...
    def get(self, task_id: UUID) -> Answer[Task]: ...
    def replace(self, task_id: UUID, values: Values) -> Answer[Task]: ...
    def update(self, task_id: UUID, values: Values) -> Answer[Task]: ...
    def complete(self, task_id: UUID) -> Answer[Task]: ...
    def remove(self, task_id: UUID) -> Answer[None]: ...


def play(name: str, connect: Callable[[str | None], Client], example: Callable[[str, str], str]) -> None:
    """Runs the scenario, and prints its name when all of it held.

    `connect` makes the client of a token, or of none. `example` is that of the page: it creates a task and
    returns its id, or raises an exception with the code and the detail of a problem.
    """
    task_id = creates(connect(ALICE))
    pages(connect(ALICE))
    changes(connect(ALICE), task_id)
    sees_nothing(connect(BOB), task_id)
    fails(connect(None).list({}), 401, "unauthorized")
    fails(connect("wrong").get(task_id), 401, "invalid_token")
    is_empty(connect(ALICE).remove(task_id), 204)
    fails(connect(ALICE).get(task_id), 404, "not_found")
    assert succeeds(connect(ALICE).get(UUID(example(URL, ALICE))), 200).title == "Water the plants"
    assert error_of(example).startswith("invalid_token: ")
    print(f"{name} sample: ok")


def error_of(example: Callable[[str, str], str]) -> str:
    """Returns what the example says about a wrong token."""
    try:
        return example(URL, "wrong")
    except RuntimeError as error:
        return str(error)


def creates(tasks: Client) -> UUID:
    answer = tasks.create({"title": "Water the plants"})
    task = succeeds(answer, 201)
    assert (task.title, task.description, task.completed) == ("Water the plants", None, False)
    assert answer.headers["location"] == f"/api/tasks/{task.id}"
    assert task.created_at.tzinfo is not None
    fails(tasks.create({"title": ""}), 422, "invalid", "/title")
    return task.id


def pages(tasks: Client) -> None:
    for title in ("a", "b", "c"):
        values: Values = {"title": title, "description": "x & y = z", "completed": title != "b"}
        succeeds(tasks.create(values), 201)
    first, rows = succeeds(tasks.list({"per_page": 2, "sort": "title"}), 200)
    assert (first.total, first.total_pages, first.page, first.per_page) == (4, 2, 1, 2)
    assert [row.title for row in rows] == ["Water the plants", "a"]
    _, rows = succeeds(tasks.list({"page": 2, "per_page": 2, "sort": "title"}), 200)
    assert [row.title for row in rows] == ["b", "c"]
    _, rows = succeeds(tasks.list({"completed": True, "sort": "-title"}), 200)
    assert [row.title for row in rows] == ["c", "a"]


def changes(tasks: Client, task_id: UUID) -> None:
    task = succeeds(tasks.update(task_id, {"description": "The fern"}), 200)
    assert (task.title, task.description) == ("Water the plants", "The fern")
    task = succeeds(tasks.update(task_id, {"title": "Water"}), 200)
    assert (task.title, task.description) == ("Water", "The fern")
    task = succeeds(tasks.update(task_id, {"description": None}), 200)
    assert (task.title, task.description) == ("Water", None)
    task = succeeds(tasks.replace(task_id, {"title": "Again", "description": "All"}), 200)
    assert (task.title, task.description, task.completed) == ("Again", "All", False)
    assert succeeds(tasks.complete(task_id), 200).completed
    assert not succeeds(tasks.complete(task_id), 200).completed


def sees_nothing(tasks: Client, task_id: UUID) -> None:
    _, rows = succeeds(tasks.list({}), 200)
    assert len(rows) == 0
    fails(tasks.get(task_id), 404, "not_found")
    fails(tasks.update(task_id, {"title": "Mine"}), 404, "not_found")
    fails(tasks.replace(task_id, {"title": "Mine"}), 404, "not_found")
    fails(tasks.complete(task_id), 404, "not_found")
    fails(tasks.remove(task_id), 404, "not_found")
