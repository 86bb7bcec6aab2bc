"""Uses the client of OpenAPI Generator."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from example import water_the_plants
from scenarios.answers import URL, Answer
from scenarios.sample import Client, Page, Query, Task, Values, play
from tasks_api import (
    ApiClient,
    ApiException,
    ApiResponse,
    Configuration,
    ListTasksSort,
    Problem,
    TaskCreate,
    TaskReplace,
    TasksApi,
    TaskUpdate,
)
from tasks_api import Task as FoundTask

Body = TypeVar("Body")


def answer(send: Callable[[], ApiResponse[Body]]) -> Answer[Body]:
    """Tells a body from a problem, which is an exception."""
    try:
        found = send()
    except ApiException as error:
        problem = error.data
        assert isinstance(problem, Problem)
        places = [fault.pointer or fault.parameter or "" for fault in problem.errors or ()]
        return Answer(error.status or 0, error.headers or {}, None, problem, places)
    return Answer(found.status_code, found.headers or {}, found.data)


class Tasks:
    """The operations that the scenario needs."""

    def __init__(self, token: str | None) -> None:
        self._api = TasksApi(ApiClient(Configuration(host=URL, access_token=token)))

    def list(self, query: Query) -> Answer[tuple[Page, Sequence[Task]]]:
        sort = ListTasksSort(query["sort"]) if "sort" in query else None
        found = answer(
            lambda: self._api.list_tasks_with_http_info(
                page=query.get("page"),
                per_page=query.get("per_page"),
                completed=query.get("completed"),
                sort=sort,
            )
        )
        body = (found.body, found.body.data) if found.body is not None else None
        return Answer(found.status, found.headers, body, found.problem, found.faults)

    def create(self, values: Values) -> Answer[FoundTask]:
        # an empty title is for the service to reject
        body = TaskCreate(**values) if values["title"] else TaskCreate.model_construct(**values)
        return answer(lambda: self._api.create_task_with_http_info(body))

    def get(self, task_id: UUID) -> Answer[FoundTask]:
        return answer(lambda: self._api.get_task_with_http_info(task_id))

    def replace(self, task_id: UUID, values: Values) -> Answer[FoundTask]:
        return answer(lambda: self._api.replace_task_with_http_info(task_id, TaskReplace(**values)))

    def update(self, task_id: UUID, values: Values) -> Answer[FoundTask]:
        return answer(lambda: self._api.update_task_with_http_info(task_id, TaskUpdate(**values)))

    def complete(self, task_id: UUID) -> Answer[FoundTask]:
        return answer(lambda: self._api.complete_task_with_http_info(task_id))

    def remove(self, task_id: UUID) -> Answer[None]:
        return answer(lambda: self._api.delete_task_with_http_info(task_id))


def connect(token: str | None) -> Client:
    return Tasks(token)


play("openapi-generator", connect, water_the_plants)
