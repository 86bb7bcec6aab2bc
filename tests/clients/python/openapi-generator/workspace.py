"""Uses the client of OpenAPI Generator."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

import tasks_api as api
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

Body = TypeVar("Body")


def answer(send: Callable[[], api.ApiResponse[Body]]) -> Answer[Body]:
    """Tells a body from a problem, which is an exception."""
    try:
        found = send()
    except api.ApiException as error:
        problem = error.data
        assert isinstance(problem, api.Problem)
        places = [fault.pointer or fault.parameter or "" for fault in problem.errors or ()]
        return Answer(error.status or 0, error.headers or {}, None, problem, places)
    return Answer(found.status_code, found.headers or {}, found.data)


class Workspace:
    """The operations that the scenario needs."""

    def __init__(self, token: str | None) -> None:
        client = api.ApiClient(api.Configuration(host=URL, access_token=token))
        self._projects, self._tasks, self._contacts = (
            api.ProjectsApi(client),
            api.TasksApi(client),
            api.ContactsApi(client),
        )

    def create_project(self, key: str, values: ProjectValues) -> Answer[api.Project]:
        body = api.ProjectCreate(**values)
        return answer(lambda: self._projects.create_project_with_http_info(body, idempotency_key=key))

    def update_project(self, project_id: UUID, values: ProjectValues) -> Answer[api.Project]:
        body = api.ProjectUpdate(**values)
        return answer(lambda: self._projects.update_project_with_http_info(project_id, body))

    def list_tasks(self, project_id: UUID, query: Query) -> Answer[tuple[Page, Sequence[Task]]]:
        found = answer(
            lambda: self._tasks.list_tasks_with_http_info(
                project_id,
                limit=query.get("limit"),
                cursor=query.get("cursor"),
                sort=api.ListTasksSort(query["sort"]) if "sort" in query else None,
                status=[api.TaskStatus(status) for status in query["status"]] if "status" in query else None,
                due_before=query.get("due_before"),
            )
        )
        body = (found.body, found.body.data) if found.body is not None else None
        return Answer(found.status, found.headers, body, found.problem, found.faults)

    def create_task(self, project_id: UUID, values: TaskValues) -> Answer[api.Task]:
        body = api.TaskCreate.model_validate(values)
        return answer(lambda: self._tasks.create_task_with_http_info(project_id, body))

    def get_task(self, project_id: UUID, task_id: UUID) -> Answer[api.Task]:
        return answer(lambda: self._tasks.get_task_with_http_info(project_id, task_id))

    def replace_task(
        self, project_id: UUID, task_id: UUID, version: str, values: TaskValues
    ) -> Answer[api.Task]:
        body = api.TaskCreate.model_validate(values)
        return answer(lambda: self._tasks.replace_task_with_http_info(project_id, task_id, version, body))

    def update_task(self, project_id: UUID, task_id: UUID, values: TaskValues) -> Answer[api.Task]:
        body = api.TaskUpdate.model_validate(values)
        return answer(lambda: self._tasks.update_task_with_http_info(project_id, task_id, body))

    def complete_task(self, project_id: UUID, task_id: UUID) -> Answer[api.Task]:
        return answer(lambda: self._tasks.complete_task_with_http_info(project_id, task_id))

    def list_contacts(self, min_score: float) -> Answer[Sequence[Contact]]:
        found = answer(lambda: self._contacts.list_contacts_with_http_info(min_score=min_score))
        body = found.body.contacts if found.body is not None else None
        return Answer(found.status, found.headers, body, found.problem, found.faults)

    def create_contact(self, values: ContactValues) -> Answer[api.Contact]:
        body = api.ContactCreate.model_validate(values)
        return answer(lambda: self._contacts.create_contact_with_http_info(body))

    def update_contact(self, contact_id: UUID, values: ContactValues) -> Answer[api.Contact]:
        body = api.ContactUpdate.model_validate(values)
        return answer(lambda: self._contacts.update_contact_with_http_info(contact_id, body))


def connect(token: str | None) -> Client:
    return Workspace(token)


play("openapi-generator", connect)
