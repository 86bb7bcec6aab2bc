"""Uses the client of openapi-python-client."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from scenarios.answers import URL, Answer
from scenarios.workspace import (
    Client,
    Contact,
    ContactValues,
    Page,
    ProjectValues,
    Query,
    Task,
    TaskValues,
    play,
)
from tasks_client import AuthenticatedClient, models
from tasks_client import Client as AnonymousClient
from tasks_client.api.contacts import create_contact, list_contacts, update_contact
from tasks_client.api.projects import create_project, update_project
from tasks_client.api.tasks import complete_task, create_task, get_task, list_tasks, replace_task, update_task
from tasks_client.models import Problem
from tasks_client.types import Response

Body = TypeVar("Body")


def answer(response: Response[Problem | Body]) -> Answer[Body]:
    """Tells a body from a problem."""
    parsed, status = response.parsed, int(response.status_code)
    if not isinstance(parsed, Problem):
        return Answer(status, response.headers, parsed)
    places = [fault.pointer or fault.parameter or "" for fault in parsed.errors or ()]
    return Answer(status, response.headers, None, parsed, places)


class Workspace:
    """The operations that the scenario needs."""

    def __init__(self, token: str | None) -> None:
        self._client = (
            AnonymousClient(base_url=URL) if token is None else AuthenticatedClient(base_url=URL, token=token)
        )

    def create_project(self, key: str, values: ProjectValues) -> Answer[models.Project]:
        body = models.ProjectCreate(**values)
        return answer(create_project.sync_detailed(client=self._client, body=body, idempotency_key=key))

    def update_project(self, project_id: UUID, values: ProjectValues) -> Answer[models.Project]:
        body = models.ProjectUpdate(**values)
        return answer(update_project.sync_detailed(project_id, client=self._client, body=body))

    def list_tasks(self, project_id: UUID, query: Query) -> Answer[tuple[Page, Sequence[Task]]]:
        found = answer(list_tasks.sync_detailed(project_id, client=self._client, **query))
        body = (found.body, found.body.data) if found.body is not None else None
        return Answer(found.status, found.headers, body, found.problem, found.faults)

    def create_task(self, project_id: UUID, values: TaskValues) -> Answer[models.Task]:
        body = models.TaskCreate(**values)
        return answer(create_task.sync_detailed(project_id, client=self._client, body=body))

    def get_task(self, project_id: UUID, task_id: UUID) -> Answer[models.Task]:
        response = get_task.sync_detailed(project_id, task_id, client=self._client)
        found = response.parsed if isinstance(response.parsed, models.Task | Problem) else None
        return answer(Response(response.status_code, response.content, response.headers, found))

    def replace_task(
        self, project_id: UUID, task_id: UUID, version: str, values: TaskValues
    ) -> Answer[models.Task]:
        body = models.TaskCreate(**values)
        return answer(
            replace_task.sync_detailed(project_id, task_id, client=self._client, body=body, if_match=version)
        )

    def update_task(self, project_id: UUID, task_id: UUID, values: TaskValues) -> Answer[models.Task]:
        body = models.TaskUpdate(**values)
        return answer(update_task.sync_detailed(project_id, task_id, client=self._client, body=body))

    def complete_task(self, project_id: UUID, task_id: UUID) -> Answer[models.Task]:
        return answer(complete_task.sync_detailed(project_id, task_id, client=self._client))

    def list_contacts(self, min_score: float) -> Answer[Sequence[Contact]]:
        found = answer(list_contacts.sync_detailed(client=self._client, min_score=min_score))
        body = found.body.contacts if found.body is not None else None
        return Answer(found.status, found.headers, body, found.problem, found.faults)

    def create_contact(self, values: ContactValues) -> Answer[models.Contact]:
        body = models.ContactCreate(**values)
        return answer(create_contact.sync_detailed(client=self._client, body=body))

    def update_contact(self, contact_id: UUID, values: ContactValues) -> Answer[models.Contact]:
        body = models.ContactUpdate(**values)
        return answer(update_contact.sync_detailed(contact_id, client=self._client, body=body))


def connect(token: str | None) -> Client:
    return Workspace(token)


play("openapi-python-client", connect)
