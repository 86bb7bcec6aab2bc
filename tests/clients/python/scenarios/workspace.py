"""Two organizations of the workspace: parents, cursors, versions, idempotency keys, and many types."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Literal, Protocol, TypedDict
from uuid import UUID, uuid4

from scenarios.answers import ALICE, BOB, Answer, fails, succeeds

Status = Literal["open", "doing", "done"]


class Project(Protocol):
    """A project, as the classes of a generator must have it."""

    id: UUID
    name: str
    goal: str | None
    archived: bool
    customer_id: UUID | None


class Task(Protocol):
    """A task: what every answer has is not optional."""

    id: UUID
    project_id: UUID
    title: str
    due_on: date | None

    @property
    def status(self) -> str: ...  # a literal, or an enumeration of strings
    @property
    def priority(self) -> int: ...


class TaskValues(TypedDict, total=False):
    """What a request has. What is not in it is absent."""

    title: str
    status: Status
    priority: Literal[1, 2, 3]
    due_on: date | None


class ProjectValues(TypedDict, total=False):
    """The same, of a project."""

    name: str
    goal: str | None


class Query(TypedDict, total=False):
    """What a list of tasks is asked for."""

    limit: int
    cursor: str
    sort: Literal["title"]
    status: list[Status]
    due_before: date


class Page(Protocol):
    """A page of tasks, without the tasks."""

    total: int
    next_cursor: str | None


class Contact(Protocol):
    """A contact: what every answer has is not optional."""

    id: UUID
    name: str
    notes: str | None
    credit: str | None
    score: float | None
    born_on: date | None
    visits: int
    vip: bool
    tags: list[str]
    created_at: datetime

    @property
    def kind(self) -> str: ...


class ContactValues(TypedDict, total=False):
    """What a request has of a contact. What is not in it is absent."""

    name: str
    pin: str
    credit: str | None
    score: float | None
    born_on: date | None
    tags: list[str]


class Client(Protocol):
    """A generated client, with the token of a user."""

    def create_project(self, key: str, values: ProjectValues) -> Answer[Project]: ...
    def update_project(self, project_id: UUID, values: ProjectValues) -> Answer[Project]: ...
    def list_tasks(self, project_id: UUID, query: Query) -> Answer[tuple[Page, Sequence[Task]]]: ...
    def create_task(self, project_id: UUID, values: TaskValues) -> Answer[Task]: ...
    def get_task(self, project_id: UUID, task_id: UUID) -> Answer[Task]: ...
    def replace_task(
        self, project_id: UUID, task_id: UUID, version: str, values: TaskValues
    ) -> Answer[Task]: ...
    def update_task(self, project_id: UUID, task_id: UUID, values: TaskValues) -> Answer[Task]: ...
    def complete_task(self, project_id: UUID, task_id: UUID) -> Answer[Task]: ...
    def list_contacts(self, min_score: float) -> Answer[Sequence[Contact]]: ...
    def create_contact(self, values: ContactValues) -> Answer[Contact]: ...
    def update_contact(self, contact_id: UUID, values: ContactValues) -> Answer[Contact]: ...


def play(name: str, connect: Callable[[str | None], Client]) -> None:
    """Runs the scenario with the clients of tokens, or of none, and prints its name when all of it held."""
    project_id = creates_once(connect(ALICE))
    task_id = pages(connect(ALICE), project_id)
    changes(connect(ALICE), project_id, task_id)
    keeps_types(connect(ALICE))
    sees_nothing(connect(BOB), project_id, task_id)
    fails(connect(None).list_tasks(project_id, {}), 401, "unauthorized")
    print(f"{name} workspace: ok")


def creates_once(client: Client) -> UUID:
    key = str(uuid4())
    answer = client.create_project(key, {"name": "Garden", "goal": "Tomatoes"})
    project = succeeds(answer, 201)
    assert (project.archived, project.customer_id) == (False, None)
    assert answer.headers["location"] == f"/projects/{project.id}"
    again = succeeds(client.create_project(key, {"name": "Garden", "goal": "Tomatoes"}), 201)
    assert again.id == project.id
    fails(client.create_project(key, {"name": "House"}), 422, "key_reused", "Idempotency-Key")
    cleared = succeeds(client.update_project(project.id, {"goal": None}), 200)
    assert (cleared.name, cleared.goal) == ("Garden", None)
    return project.id


def pages(client: Client, project_id: UUID) -> UUID:
    tasks: list[TaskValues] = [
        {"title": "Dig", "status": "done", "due_on": date(2030, 1, 1)},
        {"title": "Sow", "status": "doing", "due_on": date(2030, 2, 1), "priority": 3},
        {"title": "Water"},
    ]
    for task in tasks:
        succeeds(client.create_task(project_id, task), 201)
    first, found = succeeds(client.list_tasks(project_id, {"limit": 2, "sort": "title"}), 200)
    assert ([task.title for task in found], first.total) == (["Dig", "Sow"], 3)
    assert first.next_cursor is not None
    query: Query = {"limit": 2, "sort": "title", "cursor": first.next_cursor}
    last, found = succeeds(client.list_tasks(project_id, query), 200)
    assert ([task.title for task in found], last.next_cursor) == (["Water"], None)
    _, found = succeeds(client.list_tasks(project_id, {"status": ["open", "doing"], "sort": "title"}), 200)
    expected = [("Sow", 3, date(2030, 2, 1)), ("Water", 2, None)]
    assert [(task.title, task.priority, task.due_on) for task in found] == expected
    _, early = succeeds(client.list_tasks(project_id, {"due_before": date(2030, 1, 15)}), 200)
    assert [task.title for task in early] == ["Dig"]
    fails(client.list_tasks(project_id, {"cursor": "?"}), 422, "invalid", "cursor")
    return found[1].id


def changes(client: Client, project_id: UUID, task_id: UUID) -> None:
    answer = client.get_task(project_id, task_id)
    version, due = answer.headers["etag"], date(2030, 3, 1)
    values: TaskValues = {"title": "Water all", "due_on": due}
    task = succeeds(client.replace_task(project_id, task_id, version, values), 200)
    assert (task.title, task.due_on, task.priority) == ("Water all", due, 2)
    fails(client.replace_task(project_id, task_id, version, {"title": "Too late"}), 412, "stale")
    task = succeeds(client.update_task(project_id, task_id, {"title": "Water"}), 200)
    assert (task.title, task.due_on) == ("Water", due)
    task = succeeds(client.update_task(project_id, task_id, {"due_on": None}), 200)
    assert (task.title, task.due_on) == ("Water", None)
    assert succeeds(client.complete_task(project_id, task_id), 200).status == "done"
    assert succeeds(client.complete_task(project_id, task_id), 200).status == "open"


def keeps_types(client: Client) -> None:
    born, credit = date(1815, 12, 10), "12345678901234567890.01"
    values: ContactValues = {"name": "Ada", "pin": "1234", "credit": credit, "score": 0.5, "born_on": born}
    ada = succeeds(client.create_contact({**values, "tags": ["first"]}), 201)
    assert (ada.kind, ada.credit, ada.score, ada.born_on, ada.notes) == ("person", credit, 0.5, born, None)
    assert (ada.tags, ada.visits, ada.vip) == (["first"], 0, False)
    assert not hasattr(ada, "pin")
    moved = succeeds(client.update_contact(ada.id, {"score": 2.0, "born_on": None}), 200)
    assert (moved.name, moved.score, moved.born_on, moved.tags) == ("Ada", 2, None, ["first"])
    assert [contact.id for contact in succeeds(client.list_contacts(1.0), 200)] == [ada.id]


def sees_nothing(client: Client, project_id: UUID, task_id: UUID) -> None:
    fails(client.update_project(project_id, {"name": "Mine"}), 404, "not_found")
    fails(client.list_tasks(project_id, {}), 404, "not_found")
    fails(client.create_task(project_id, {"title": "Mine"}), 404, "not_found")
    fails(client.get_task(project_id, task_id), 404, "not_found")
    fails(client.complete_task(project_id, task_id), 404, "not_found")
    assert len(succeeds(client.list_contacts(0.0), 200)) == 0
