"""CHECK_ANSWERS: an answer that the contract does not declare is a 500 that changed nothing."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from freehold.database import embedded_postgres
from tests.dialects import projects
from tests.runtime.observing.test_request_log import Logged, logging_to
from tests.support import contracts as c
from tests.support.service import ROOT, Database

KEY = "        - {name: Idempotency-Key, in: header, schema: {type: string}}\n"
COMPLETE = "      summary: Complete a task, or take that back\n"
RIGHT = "return await self._fetch(self._toggle_task(), task_id)"
WRONG = """task = await self._fetch(self._toggle_task(), task_id)
        match task.title:
            case "wrong type":
                return task.model_copy(update={"completed": CANARY})
            case "too long":
                return task.model_copy(update={"title": CANARY * 100})
            case "missing":
                return Task.model_construct(id=task.id, title=CANARY)
            case "undeclared status":
                raise Problem(409, CANARY)
            case "undeclared media type":
                raise Problem(404, CANARY, headers={"Content-Type": "text/plain"})
            case "missing header":
                raise Problem(503, CANARY)
            case "declared failure":
                raise NotFound
            case "failure of the database":
                try:
                    async with self.transaction() as tasks:
                        await tasks._run(tasks._toggle_task(), task_id)
                        await tasks._fetch(tasks._toggle_task(), uuid4())
                except NotFound:
                    return await self._fetch(self._select_task(), task_id)
            case "exception":
                raise RuntimeError(CANARY)
        return task

    @statement
    def _select_task(cls) -> Select[Any]:
        return cls._select_one()"""
HEAD = "from typing import Any\nfrom uuid import UUID, uuid4\n\nfrom sqlalchemy import Select\n"
RUNTIME = "from generated.runtime import NotFound, Problem, statement\n\nCANARY = 'canary' * 9"

LIES = {
    "wrong type": ("200", "/completed", "type"),
    "too long": ("200", "/title", "maxLength"),
    "missing": ("200", "/description", "required"),
    "undeclared status": ("409", "status", "undeclared"),
    "undeclared media type": ("404", "media type", "undeclared"),
    "missing header": ("503", "header Retry-After", "required"),
}
"""What each lie is reported as: status, pointer and keyword."""


@dataclass(frozen=True)
class Liar:
    """A service whose override answers as the title of a task says."""

    logged: Logged
    client: httpx.Client

    def create(self, title: str) -> str:
        return str(self.client.post("/api/tasks", json={"title": title}).headers["Location"])

    def is_completed(self, path: str) -> bool:
        row_id = path.rpartition("/")[2]
        sql = "SELECT completed FROM tasks WHERE id::text = $1"
        return bool(self.logged.service.database.rows(sql, row_id)[0]["completed"])

    def stored_keys(self) -> int:
        return len(self.logged.service.database.rows("SELECT id FROM idempotency_keys"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, server: embedded_postgres.Server) -> tuple[Path, str]:
    """The sample with a completeTask that takes an Idempotency-Key, and an override that lies."""
    folder, name = tmp_path_factory.mktemp("liar"), "liar"
    for part in ("openapi", "overrides", "migrations", "pyproject.toml"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    as_post = c.within(c.COMPLETE, ("patch:", "post:"))
    contract = c.changed(as_post, c.after(COMPLETE, "      parameters:\n" + KEY))
    (folder / "openapi" / "tasks-api.yaml").write_text(contract, "utf-8")
    override = folder / "overrides" / "tasks.py"
    text = c.changed(
        (RIGHT, WRONG),
        ("from uuid import UUID\n", HEAD),
        ("from generated.runtime import statement\n", RUNTIME + "\n"),
        text=override.read_text("utf-8"),
    )
    override.write_text(text, "utf-8")
    embedded_postgres.create_database(server, name)
    projects.freehold(folder, server.url(name), "generate", "migrate up", "migrate new -m Keys", "migrate up")
    return folder, name


@pytest.fixture(scope="module", params=["true", "false"])
def checks(request: pytest.FixtureRequest) -> str:
    """The value of CHECK_ANSWERS."""
    return str(request.param)


@pytest.fixture(scope="module")
def liar(
    checks: str,
    project: tuple[Path, str],
    server: embedded_postgres.Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Liar]:
    folder, template = project
    name = f"liar_{checks}"
    embedded_postgres.create_database(server, name, template=template)
    log = tmp_path_factory.mktemp("log") / "service"
    with (
        logging_to(log, Database(server.url(name)), folder, CHECK_ANSWERS=checks) as logged,
        logged.service.user() as client,
    ):
        yield Liar(logged, client)


@pytest.mark.parametrize("checks", ["true"], indirect=True)
@pytest.mark.parametrize("lie", LIES)
def test_an_undeclared_answer_is_a_500_that_changed_nothing(liar: Liar, lie: str) -> None:
    path = liar.create(lie)
    name = f"lie-{uuid4()}"

    answer = liar.client.post(f"{path}/complete", headers={"X-Request-Id": name})

    status, pointer, keyword = LIES[lie]
    event, request = liar.logged.lines(name)
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["instance"] == f"urn:request:{name}"
    assert not liar.is_completed(path)
    assert event == {
        "time": event["time"],
        "level": "error",
        "event": "answer_not_declared",
        "request_id": name,
        "operation": "completeTask",
        "status": int(status),
        "pointer": pointer,
        "keyword": keyword,
    }
    assert request["status"] == 500
    assert "canary" not in liar.logged.text()
    assert "canary" not in answer.text


@pytest.mark.parametrize("checks", ["true"], indirect=True)
@pytest.mark.parametrize("lie", LIES)
def test_an_undeclared_answer_is_not_stored_for_an_idempotency_key(liar: Liar, lie: str) -> None:
    path, key = liar.create(lie), {"Idempotency-Key": str(uuid4())}
    before = liar.stored_keys()

    first = liar.client.post(f"{path}/complete", headers=key)
    after = liar.stored_keys()
    assert liar.client.patch(path, json={"title": "honest"}).status_code == 200
    second = liar.client.post(f"{path}/complete", headers=key)
    third = liar.client.post(f"{path}/complete", headers=key)

    assert (first.status_code, second.status_code) == (500, 200)
    assert after == before
    assert liar.stored_keys() == before + 1
    assert second.json() == third.json()
    assert second.json()["completed"] is True
    assert liar.is_completed(path)


@pytest.mark.parametrize("checks", ["false"], indirect=True)
@pytest.mark.parametrize("lie", LIES)
def test_without_the_setting_an_undeclared_answer_reaches_the_client(liar: Liar, lie: str) -> None:
    path = liar.create(lie)
    name = f"lie-{uuid4()}"

    answer = liar.client.post(f"{path}/complete", headers={"X-Request-Id": name})

    assert str(answer.status_code) == LIES[lie][0]
    assert "canary" in answer.text
    assert liar.is_completed(path)
    assert [line["event"] for line in liar.logged.lines(name)] == ["request"]


@pytest.mark.parametrize(
    ("title", "status", "is_completed"),
    [
        ("honest", 200, True),
        ("declared failure", 404, True),
        ("failure of the database", 200, True),
        ("exception", 500, True),
    ],
)
def test_the_setting_changes_nothing_else(liar: Liar, title: str, status: int, is_completed: bool) -> None:
    """A statement that succeeded is committed, whatever follows it; a failed transaction is rolled back."""
    path = liar.create(title)

    answer = liar.client.post(f"{path}/complete")

    assert answer.status_code == status
    assert liar.is_completed(path) is is_completed
    assert liar.client.get(path).json()["completed"] is is_completed


def test_all_answers_of_the_service_itself_are_declared(liar: Liar) -> None:
    path = liar.create("honest")
    with liar.logged.service.anybody() as nobody, liar.logged.service.user() as bob:
        answers = [
            nobody.get(path),
            bob.get(path),
            liar.client.get("/api/tasks?page=0"),
            liar.client.post("/api/tasks", content=b"{", headers={"Content-Type": "application/json"}),
            liar.client.post("/api/tasks", content=b"{}", headers={"Content-Type": "text/plain"}),
            liar.client.post("/api/tasks", content=b" " * 2_000_000),
            liar.client.delete(path),
        ]

    assert [answer.status_code for answer in answers] == [401, 404, 422, 400, 415, 415, 204]
