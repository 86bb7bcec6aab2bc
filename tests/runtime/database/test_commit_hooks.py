"""`after_commit()` runs a function once the changes are committed, and never for changes that are not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any
from uuid import UUID

import pytest
from fastapi import APIRouter, Depends, FastAPI

from generated.runtime import Problem, open_service
from generated.runtime.database.commit_hooks import CommitHooks
from generated.runtime.database.deferred_commit import DeferredDatabase
from generated.runtime.database.execution import Database, RequestDatabase
from generated.runtime.http.contract_route import ContractRoute
from generated.runtime.http.middleware import error_handlers
from generated.runtime.settings.service_settings import Settings
from generated.schemas import TaskCreate
from overrides.tasks import TaskRepository
from tests.support import service

SECRET = "k3Yx0PqT7uV9wZ2bD4fG6hJ8lM1nR5sC"
Ran = list[str]


@asynccontextmanager
async def opened(database: service.Database) -> AsyncIterator[Database]:
    settings: dict[str, Any] = {"database_url": database.url, "better_auth_secret": SECRET}
    async with open_service(Settings(**settings)) as opened_service:
        yield opened_service.database


def run(database: service.Database, body: Callable[[Database, Ran], Awaitable[None]]) -> Ran:
    """Run a job, and return what ran after commits, in order."""
    ran: Ran = []

    async def job() -> None:
        async with opened(database) as jobs_database:
            await body(jobs_database, ran)

    asyncio.run(job())
    return ran


def alice(database: Database) -> TaskRepository:
    return TaskRepository("alice", database)


async def create(tasks: TaskRepository, title: str = "Water") -> UUID:
    return (await tasks.create_task(TaskCreate(title=title))).id


def test_it_runs_when_the_outermost_transaction_is_committed(database: service.Database) -> None:
    async def body(jobs_database: Database, ran: Ran) -> None:
        async with alice(jobs_database).transaction() as outer:
            async with outer.transaction() as inner:
                await create(inner)
                inner.after_commit(lambda: ran.append("inner"))
            outer.after_commit(lambda: ran.append("outer"))
            await asyncio.sleep(0)
            ran.append("before the commit")

    assert run(database, body) == ["before the commit", "inner", "outer"]


def test_it_never_runs_for_what_is_rolled_back(database: service.Database) -> None:
    async def body(jobs_database: Database, ran: Ran) -> None:
        async with alice(jobs_database).transaction() as outer:
            with suppress(Problem):
                async with outer.transaction() as inner:
                    inner.after_commit(lambda: ran.append("savepoint"))
                    raise Problem(409, "No.")
            outer.after_commit(lambda: ran.append("outer"))
        with suppress(Problem):
            async with alice(jobs_database).transaction() as tasks:
                tasks.after_commit(lambda: ran.append("transaction"))
                await create(tasks)
                raise Problem(409, "No.")

    assert run(database, body) == ["outer"]


def test_an_asynchronous_function_sees_the_committed_rows(database: service.Database) -> None:
    async def body(jobs_database: Database, ran: Ran) -> None:
        async with alice(jobs_database).transaction() as tasks:
            task_id = await create(tasks, "Seen")

            async def look() -> None:
                ran.append((await alice(jobs_database).get_task(task_id)).title)

            tasks.after_commit(look)

    assert run(database, body) == ["Seen"]


def test_a_failure_is_logged_and_the_next_function_runs(
    database: service.Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def body(jobs_database: Database, ran: Ran) -> None:
        async with alice(jobs_database).transaction() as tasks:
            tasks.after_commit(lambda: ran.append(str(1 // 0)))
            tasks.after_commit(lambda: ran.append("next"))

    assert run(database, body) == ["next"]
    (record,) = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert record.getMessage().startswith("after_commit_failed: ZeroDivisionError at ")


def test_a_job_waits_for_what_a_function_starts(database: service.Database) -> None:
    async def body(jobs_database: Database, ran: Ran) -> None:
        async def again() -> None:
            async with alice(jobs_database).transaction() as tasks:
                await create(tasks)
                tasks.after_commit(lambda: ran.append("second"))
            ran.append("first")

        async with alice(jobs_database).transaction() as tasks:
            tasks.after_commit(again)

    assert run(database, body) == ["first", "second"]


def test_what_takes_too_long_is_canceled_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generated.runtime.database.commit_hooks._CLOSE_TIMEOUT", 0.01)
    ended: Ran = []

    async def body() -> None:
        async def wait() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("canceled")

        hooks = CommitHooks()
        hooks.start([wait])
        await hooks.finish()
        await asyncio.sleep(0)

    asyncio.run(body())
    assert ended == ["canceled"]


# In a request of the contract: when the operation has succeeded.


def tasks_of_request(database: RequestDatabase) -> TaskRepository:
    return alice(database)


Tasks = Annotated[TaskRepository, Depends(tasks_of_request)]


def application(ran: Ran) -> FastAPI:
    router = APIRouter(route_class=ContractRoute)

    @router.post("/succeed")
    async def succeed(tasks: Tasks) -> None:
        tasks.after_commit(lambda: ran.append("succeeded"))
        await create(tasks)

    @router.post("/fail")
    async def fail(tasks: Tasks) -> None:
        async with tasks.transaction() as bound:
            bound.after_commit(lambda: ran.append("committed before"))
            await create(bound)
        tasks.after_commit(lambda: ran.append("failed"))
        raise Problem(409, "No.")

    app = FastAPI(routes=[*router.routes])
    error_handlers.install(app)
    return app


async def ask(app: FastAPI, path: str, database: Database) -> int:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    fixed = {"type": "http", "method": "POST", "query_string": b"", "headers": [], "root_path": ""}
    await app({**fixed, "path": path, "state": {"database": database, "request_id": "one"}}, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize(
    ("path", "status", "expected"),
    [("/succeed", 200, ["succeeded"]), ("/fail", 409, ["committed before"])],
)
@pytest.mark.parametrize("checks_answers", [False, True])
def test_outside_of_a_transaction_it_runs_when_the_operation_has_succeeded(
    database: service.Database, path: str, status: int, expected: Ran, *, checks_answers: bool
) -> None:
    async def body(jobs_database: Database, ran: Ran) -> None:
        own = DeferredDatabase(jobs_database) if checks_answers else jobs_database
        assert await ask(application(ran), path, own) == status
        if isinstance(own, DeferredDatabase):
            assert ran == []
            await own.finish(commit=True)

    assert run(database, body) == expected


def test_it_does_not_run_when_a_checked_answer_is_replaced(database: service.Database) -> None:
    async def body(jobs_database: Database, ran: Ran) -> None:
        own = DeferredDatabase(jobs_database)
        await ask(application(ran), "/succeed", own)
        await own.finish(commit=False)
        await own.finish(commit=True)

    assert run(database, body) == []


def test_a_job_has_no_claims(database: service.Database) -> None:
    async def body(jobs_database: Database, ran: Ran) -> None:
        with pytest.raises(Problem, match="bearer token"):
            str(alice(jobs_database).claims)

    assert run(database, body) == []
