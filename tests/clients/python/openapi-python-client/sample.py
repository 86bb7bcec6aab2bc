"""Uses the client of openapi-python-client."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from example import water_the_plants
from scenarios.answers import URL, Answer
from scenarios.sample import Client, Page, Query, Task, Values, play
from tasks_client import AuthenticatedClient
from tasks_client import Client as AnonymousClient
from tasks_client.api.tasks import (
    complete_task,
    create_task,
    delete_task,
    get_task,
    list_tasks,
    replace_task,
    update_task,
)
from tasks_client.models import Problem, TaskCreate, TaskReplace, TaskUpdate
from tasks_client.models import Task as FoundTask
from tasks_client.types import UNSET, Response

Body = TypeVar("Body")


def answer(response: Response[Problem | Body]) -> Answer[Body]:
    """Tells a body from a problem."""
    parsed, status = response.parsed, int(response.status_code)
    if not isinstance(parsed, Problem):
        return Answer(status, response.headers, parsed)
    places = [fault.pointer or fault.parameter or "" for fault in parsed.errors or ()]
    return Answer(status, response.headers, None, parsed, [place or "" for place in places])


class Tasks:
    """The operations that the scenario needs."""

    def __init__(self, token: str | None) -> None:
        self._client = (
            AnonymousClient(base_url=URL) if token is None else AuthenticatedClient(base_url=URL, token=token)
        )

    def list(self, query: Query) -> Answer[tuple[Page, Sequence[Task]]]:
        response = list_tasks.sync_detailed(
            client=self._client,
            page=query.get("page", UNSET),
            per_page=query.get("per_page", UNSET),
            completed=query.get("completed", UNSET),
            sort=query.get("sort", UNSET),
        )
        found = answer(response)
        body = (found.body, found.body.data) if found.body is not None else None
        return Answer(found.status, found.headers, body, found.problem, found.faults)

    def create(self, values: Values) -> Answer[FoundTask]:
        return answer(create_task.sync_detailed(client=self._client, body=TaskCreate(**values)))

    def get(self, task_id: UUID) -> Answer[FoundTask]:
        return answer(get_task.sync_detailed(task_id, client=self._client))

    def replace(self, task_id: UUID, values: Values) -> Answer[FoundTask]:
        return answer(replace_task.sync_detailed(task_id, client=self._client, body=TaskReplace(**values)))

    def update(self, task_id: UUID, values: Values) -> Answer[FoundTask]:
        return answer(update_task.sync_detailed(task_id, client=self._client, body=TaskUpdate(**values)))

    def complete(self, task_id: UUID) -> Answer[FoundTask]:
        return answer(complete_task.sync_detailed(task_id, client=self._client))

    def remove(self, task_id: UUID) -> Answer[None]:
        response = delete_task.sync_detailed(task_id, client=self._client)
        problem = response.parsed if isinstance(response.parsed, Problem) else None
        return Answer(int(response.status_code), response.headers, None, problem)


def connect(token: str | None) -> Client:
    return Tasks(token)


play("openapi-python-client", connect, water_the_plants)
