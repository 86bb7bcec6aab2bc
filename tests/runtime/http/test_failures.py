"""Responses to internal failures, and what they do not reveal."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from freehold.database import embedded_postgres, migrations
from freehold.ground import project
from tests.support.service import ROOT, Database, serving


def copied(folder: Path) -> Path:
    for name in ("generated", "overrides"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_an_exception_in_an_override_is_a_500_without_details(
    make_database: Callable[[], Database], tmp_path: Path
) -> None:
    override = copied(tmp_path) / "overrides" / "tasks.py"
    right = "return await self._fetch(self._toggle_task(), task_id)"
    text = override.read_text("utf-8")
    assert right in text
    override.write_text(text.replace(right, 'raise RuntimeError("CANARY")'), "utf-8")

    with serving(tmp_path, make_database()) as service, service.user() as alice:
        path = alice.post("/api/tasks", json={"title": "Break"}).headers["Location"]
        response = alice.patch(f"{path}/complete", headers={"X-Request-Id": "broken-1"})

        assert response.status_code == 500
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.headers["X-Request-Id"] == "broken-1"
        assert response.json()["instance"] == "urn:request:broken-1"
        assert "CANARY" not in response.text
        assert alice.get(path).status_code == 200


def test_an_unreachable_database_is_a_503(tmp_path: Path) -> None:
    nowhere = Database(f"postgresql://postgres@/app?host={tmp_path}&port=5432")

    with serving(ROOT, nowhere) as service, service.user() as alice:
        response = alice.get("/api/tasks")
        with service.anybody() as nobody:
            refused = nobody.get("/api/tasks")

    assert response.status_code == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "1"
    assert refused.status_code == 401


def test_the_service_recovers_when_the_database_does(tmp_path: Path) -> None:
    """PostgreSQL is restarted, the service is not."""
    data = tmp_path / "data"
    with ExitStack() as stack:
        with embedded_postgres.run_server(data) as first:
            embedded_postgres.create_database(first, "app")
            database = Database(first.url("app"))
            migrations.up(project.find_project(ROOT), database.url)
            service = stack.enter_context(serving(ROOT, database))
            alice = stack.enter_context(service.user())
            assert alice.post("/api/tasks", json={"title": "Stay"}).status_code == 201

        assert alice.get("/api/tasks").status_code == 503

        with embedded_postgres.run_server(data):
            statuses = [alice.get("/api/tasks").status_code for _ in range(12)]
            assert set(statuses) <= {200, 503}
            assert alice.get("/api/tasks").json()["total"] == 1


IDLE = """\
async with self.transaction() as tasks:
            await tasks._fetch(tasks._toggle_task(), task_id)
            await asyncio.sleep(1.5)
            return await tasks._fetch(tasks._toggle_task(), task_id)"""


@pytest.mark.long
def test_a_transaction_that_waits_too_long_is_rolled_back_and_reported(
    make_database: Callable[[], Database], tmp_path: Path
) -> None:
    """PostgreSQL ends an idle session (idle_in_transaction_session_timeout), and the next statement fails."""
    override = copied(tmp_path) / "overrides" / "tasks.py"
    right = "return await self._fetch(self._toggle_task(), task_id)"
    text = override.read_text("utf-8")
    assert right in text
    override.write_text("import asyncio\n" + text.replace(right, IDLE), "utf-8")

    with serving(tmp_path, make_database(), DATABASE_TIMEOUT="0.5") as service, service.user() as alice:
        path = alice.post("/api/tasks", json={"title": "Wait"}).headers["Location"]
        response = alice.patch(f"{path}/complete")

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "1"
        assert (
            response.json()["detail"]
            == "The database was interrupted. Nothing was changed: you can retry the request."
        )
        assert alice.get(path).json()["completed"] is False
