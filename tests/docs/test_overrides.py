"""The examples of docs/overrides.md are one service, and it does what the page says of each of them."""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

import generated.runtime
from freehold.database import embedded_postgres
from tests.runtime.observing.test_request_log import Logged, logging_to
from tests.support import project_tests, tool, warm_python
from tests.support.documented_examples import table
from tests.support.service import ROOT, Database
from tests.support.tool import MAIN

PAGE = (ROOT / "docs" / "overrides.md").read_text("utf-8")
CONTRACT = Path(__file__).parent / "helpdesk" / "contract.yaml"
EXAMPLE = re.compile(r"^```python\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SETTINGS = '[tool.freehold]\ncontract = "contract.yaml"\n'


def files() -> dict[str, str]:
    """The files of the examples, put together as the page says."""
    found: dict[str, str] = {}
    for path, text in EXAMPLE.findall(PAGE):
        if path not in found:
            found[path] = text
            continue
        lines = text.splitlines(keepends=True)
        indented = next(number for number, line in enumerate(lines) if line.startswith(" "))
        docstring, _, rest = found[path].partition("\n")
        found[path] = "".join([docstring, "\n", *lines[:indented], rest, "\n", *lines[indented:]])
    return found


FILES = files()


@dataclass(frozen=True)
class Helpdesk:
    """The service of the examples."""

    folder: Path
    logged: Logged

    def user(self, *roles: str) -> httpx.Client:
        return self.logged.service.user(f"user-{uuid4()}", {"roles": roles})

    def environment(self) -> dict[str, str]:
        service = self.logged.service
        return os.environ | {"DATABASE_URL": service.database.url, "BETTER_AUTH_SECRET": service.secret}

    def count(self, sql: str, *arguments: object) -> int:
        return int(
            self.logged.service.database.rows(f"SELECT count(*) AS found {sql}", *arguments)[0]["found"]
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("helpdesk")
    shutil.copy(CONTRACT, folder)
    (folder / "pyproject.toml").write_text(SETTINGS, "utf-8")
    (folder / "migrations" / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        shutil.copy(ROOT / "migrations" / name, folder / "migrations" / name)
    for path, text in {**FILES, "overrides/__init__.py": ""}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def helpdesk(
    folder: Path, server: embedded_postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Helpdesk]:
    embedded_postgres.create_database(server, "helpdesk")
    database = Database(server.url("helpdesk"))
    tool.freehold(folder, database.url, "generate", "check", "migrate new -m Everything", "migrate up")
    with logging_to(tmp_path_factory.mktemp("log") / "service", database, folder) as logged:
        yield Helpdesk(folder, logged)


def create(user: httpx.Client, title: str = "The printer is on fire", **headers: str) -> str:
    created = user.post("/tickets", json={"title": title}, headers=headers)
    assert created.status_code == 201, created.text
    return f"/tickets/{created.json()['id']}"


@pytest.mark.long
def test_a_deleted_ticket_is_hidden_and_kept(helpdesk: Helpdesk) -> None:
    with helpdesk.user() as alice:
        path = create(alice)
        assert alice.delete(path).status_code == 204
        assert alice.get(path).status_code == 404
        assert alice.get("/tickets").json() == {"items": [], "total": 0}
    assert (
        helpdesk.count("FROM tickets WHERE id::text = $1 AND deleted_at IS NOT NULL", path.split("/")[2]) == 1
    )


def test_a_nested_row_is_hidden_only_below_its_parent(helpdesk: Helpdesk) -> None:
    with helpdesk.user() as alice:
        path, other = create(alice), create(alice, "Other")
        comment = alice.post(f"{path}/comments", json={"text": "Still burning."}).json()["id"]
        assert alice.delete(f"{other}/comments/{comment}").status_code == 404
        assert alice.get(f"{path}/comments/{comment}").status_code == 200
        assert alice.delete(f"{path}/comments/{comment}").status_code == 204
        assert alice.get(f"{path}/comments").json() == []


def test_a_star_is_toggled(helpdesk: Helpdesk) -> None:
    with helpdesk.user() as alice:
        path = create(alice)
        assert [alice.post(f"{path}/star").json()["starred"] for _ in range(2)] == [True, False]


def test_only_an_agent_closes_and_only_what_is_assigned(helpdesk: Helpdesk) -> None:
    with helpdesk.user("agent") as agent, helpdesk.user() as alice:
        path = create(agent)
        refused = agent.post(f"{path}/close")
        assert (refused.status_code, refused.json()["code"]) == (409, "not_assigned")
        assert agent.post(f"{path}/assign", json={"assignee": "bob"}).json()["assignee"] == "bob"
        assert agent.post(f"{path}/close").json()["status"] == "closed"
        assert alice.post(f"{create(alice)}/close").status_code == 403
        assert agent.post(f"{create(alice)}/close").status_code == 404


def test_a_fault_beyond_the_contract_has_a_place_and_a_code(helpdesk: Helpdesk) -> None:
    with helpdesk.user() as alice:
        answer = alice.post("/tickets", json={"title": "Late", "due_on": "2020-01-01"})
        today = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
        assert alice.post("/tickets", json={"title": "On time", "due_on": str(today)}).status_code == 201
        assert alice.post("/tickets", json={"title": "Some day", "due_on": None}).status_code == 201

    assert answer.status_code == 422
    fault = {"pointer": "/due_on", "code": "past", "detail": "Must not be in the past."}
    assert answer.json()["errors"] == [fault]


def test_a_report_is_a_ticket_with_its_comment(helpdesk: Helpdesk) -> None:
    with helpdesk.user() as alice:
        receipt = alice.post("/reports", json={"title": "Fire", "text": "Come."}).json()
        comments = alice.get(f"/tickets/{receipt['ticket_id']}/comments").json()

    assert [(comment["id"], comment["text"]) for comment in comments] == [(receipt["comment_id"], "Come.")]


def test_a_mail_is_sent_once_and_only_after_the_commit(helpdesk: Helpdesk) -> None:
    person, key = f"person-{uuid4()}", {"Idempotency-Key": str(uuid4())}
    with helpdesk.user() as alice:
        path = create(alice)
        for _ in range(2):
            assert alice.post(f"{path}/assign", json={"assignee": person}, headers=key).status_code == 200
        assert alice.post(f"/tickets/{uuid4()}/assign", json={"assignee": person}).status_code == 404
        alice.get("/tickets", headers={"X-Request-Id": person})
    helpdesk.logged.lines(person)

    assert helpdesk.logged.text().count(f"mail to {person}: The printer is on fire is yours.") == 1


def test_a_job_has_the_rows_of_the_user_that_it_chooses(helpdesk: Helpdesk) -> None:
    with helpdesk.logged.service.user("reminded") as user:
        create(user, "Remind me")

    done = subprocess.run(
        [sys.executable, "-m", "jobs.remind", "reminded"],
        cwd=helpdesk.folder, env=helpdesk.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "Remind me: open\n"), done.stderr


@pytest.mark.long
def test_seeds_can_run_again(helpdesk: Helpdesk) -> None:
    for _ in range(2):
        done = warm_python.run(["-c", MAIN, "seed"], helpdesk.folder, helpdesk.environment())
        assert done.returncode == 0, done.stderr

    assert helpdesk.count("FROM tickets WHERE owner_id = 'alice'") == 1


def test_a_route_of_its_own_has_the_rows_of_the_caller(helpdesk: Helpdesk) -> None:
    with helpdesk.user() as alice, helpdesk.user() as bob, helpdesk.logged.service.anybody() as anybody:
        create(alice)
        counted = alice.get("/internal/tickets")
        assert counted.json() == {"total": 1}
        assert bob.get("/internal/tickets").json() == {"total": 0}
        assert anybody.get("/internal/tickets").status_code == 401
        assert "/internal/tickets" not in alice.get("/openapi.json").json()["paths"]
        for answer in (counted, alice.get("/tickets"), alice.get("/nowhere")):
            assert answer.headers["Served-By"] == "helpdesk"
            assert answer.headers["X-Request-Id"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_explain_lists_the_routes_of_its_own(helpdesk: Helpdesk) -> None:
    printed = warm_python.run(["-c", MAIN, "explain"], helpdesk.folder, helpdesk.environment()).stdout

    lines = [line.split() for line in printed.splitlines()]
    assert ["GET", "/internal/tickets", "count_tickets"] in [line[:3] for line in lines]
    assert ["middleware", "*", "ServedBy"] in [line[:3] for line in lines]


def test_each_error_of_the_table_can_be_raised() -> None:
    rows = table(PAGE, "raise", "answer")
    raised = [re.findall(r"`([A-Z].*?\))`", row[0]) for row in rows]
    statuses = [int(row[1][:3]) if row[1][:3].isdigit() else 409 for row in rows]

    for expressions, status in zip(raised, statuses, strict=True):
        assert expressions
        for expression in expressions:
            assert eval(expression, vars(generated.runtime)).status == status


def test_every_task_of_the_page_has_an_example() -> None:
    listed = re.findall(r"^- \[(.*?)\]\(#", PAGE, re.MULTILINE)
    sections = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", PAGE, re.MULTILINE))

    assert listed == [*sections]
    without = {"Answer with an error", "What an override cannot do"}
    assert {title for title, text in sections.items() if "```" not in text} == without


@pytest.mark.long
def test_the_tests_of_the_page_pass_in_its_project(helpdesk: Helpdesk, tmp_path: Path) -> None:
    project = shutil.copytree(helpdesk.folder, tmp_path / "project")
    (project / "tests" / "conftest.py").write_text('pytest_plugins = ["freehold.testing.plugin"]\n', "utf-8")

    done = project_tests.run_tests(project, "-q", "tests/test_tickets.py")

    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.long
def test_the_examples_are_typed(helpdesk: Helpdesk) -> None:
    options = ["--strict", "--enable-error-code=explicit-override", "--explicit-package-bases"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "overrides", "jobs", "seeds.py"],
        cwd=helpdesk.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
