"""`freehold dev` in a real terminal: a debugger, tracebacks, and what it says of contract and database."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from freehold.database import embedded_postgres
from tests.conftest import NOT_CACHES, PARTS
from tests.support.clusters import copy_cluster
from tests.support.development import developing
from tests.support.measuring.waiting import latest
from tests.support.service import PLAIN, ROOT, Database, free_port

LIMIT = 60.0  # seconds
SETTINGS = {"DATABASE_URL", "BETTER_AUTH_SECRET", "PYTHONBREAKPOINT"}
WITHOUT_SETTINGS = {name: value for name, value in os.environ.items() if name not in SETTINGS}
OVERRIDE = """
    @override
    async def complete_task(self, task_id: UUID) -> Task:
        answer = 6 * 7
        breakpoint()
        return await self._fetch(self._toggle_task(), task_id)

    @override
    async def get_task(self, task_id: UUID) -> Task:
        return self._rank(await super().get_task(task_id))

    def _rank(self, task: Task) -> Task:
        if task.title == "Broken":
            raise KeyError(f"no rank for {task.title}")
        return task
"""
REVISION = """
revision, down_revision, branch_labels, depends_on = "later", "{head}", None, None


def upgrade() -> None: ...


def downgrade() -> None: ...
"""


@dataclass
class Terminal:
    """A terminal with a running `freehold dev`."""

    folder: Path
    process_id: int
    descriptor: int
    url: str
    shown: str = ""
    seen: int = field(default=0)

    def read_until(self, text: str) -> str:
        """What is shown from where the last call ended up to and with a text."""
        started = time.monotonic()
        while text not in self.shown[self.seen :]:
            assert time.monotonic() - started < latest(LIMIT), f"never shown: {text}\n{self.shown[-3000:]}"
            if select.select([self.descriptor], [], [], 0.1)[0]:
                self.shown += os.read(self.descriptor, 65536).decode(errors="replace").replace("\r", "")
        start, self.seen = self.seen, self.shown.index(text, self.seen) + len(text)
        return self.shown[start : self.seen]

    def type(self, text: str) -> None:
        os.write(self.descriptor, text.encode())

    def user(self) -> httpx.Client:
        token = re.search(r"Bearer ([\w.-]+)", self.shown)
        assert token is not None
        headers = {"Authorization": f"Bearer {token[1]}"}
        return httpx.Client(base_url=self.url, headers=headers, verify=PLAIN, timeout=LIMIT)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory, pristine: Path) -> Iterator[Terminal]:
    folder = tmp_path_factory.mktemp("session")
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=NOT_CACHES)
        else:
            shutil.copy(ROOT / name, folder / name)
    copy_cluster(pristine, folder / ".freehold" / "postgres")
    override = folder / "overrides" / "tasks.py"
    text = override.read_text("utf-8")
    kept = text[: text.index("    @override\n    async def complete_task")]
    override.write_text(kept + OVERRIDE.lstrip("\n"), "utf-8")
    port = free_port()
    process_id, descriptor = pty.fork()
    if process_id == 0:
        os.chdir(folder)
        command = [sys.executable, "-m", "freehold", "dev", f"--port={port}"]
        os.execve(sys.executable, command, WITHOUT_SETTINGS)
    started = Terminal(folder, process_id, descriptor, f"http://127.0.0.1:{port}")
    try:
        started.read_until("Press Ctrl-C to stop")
        yield started
    finally:
        os.close(descriptor)
        with suppress(ProcessLookupError, ChildProcessError):  # the last test ends it
            os.kill(process_id, signal.SIGKILL)
            os.waitpid(process_id, 0)


@pytest.mark.long
def test_a_breakpoint_in_an_override_starts_the_debugger(terminal: Terminal) -> None:
    with terminal.user() as alice, ThreadPoolExecutor() as threads:
        path = alice.post("/api/tasks", json={"title": "Debug"}).headers["Location"]
        completing = threads.submit(alice.patch, f"{path}/complete")
        terminal.read_until("(Pdb) ")
        terminal.type("p answer, self.owner\n")
        assert "(42, 'alice')" in terminal.read_until("(Pdb) ")
        terminal.type("continue\n")

        assert completing.result(LIMIT).json()["completed"] is True


def test_the_traceback_of_an_override_shows_its_own_frames_first(terminal: Terminal) -> None:
    with terminal.user() as alice:
        path = alice.post("/api/tasks", json={"title": "Broken"}).headers["Location"]
        answer = alice.get(path)

    shown = terminal.read_until("of libraries and of the runtime")
    lines = [line.strip() for line in shown[shown.index("KeyError: 'no rank") :].splitlines()]
    assert (answer.status_code, "rank" in answer.text) == (500, False)
    assert lines[0] == "KeyError: 'no rank for Broken'"
    assert re.fullmatch(r"overrides/tasks\.py:\d+ in _rank", lines[1])
    assert lines[2] == 'raise KeyError(f"no rank for {task.title}")'
    assert re.fullmatch(r"overrides/tasks\.py:\d+ in get_task", lines[3])
    assert lines[4] == "return self._rank(await super().get_task(task_id))"
    assert re.fullmatch(r"by generated/tasks/routes\.py:\d+ in get_task", lines[5])


def test_the_root_leads_to_the_documentation(terminal: Terminal) -> None:
    answer = httpx.get(terminal.url, verify=PLAIN)

    assert (answer.status_code, answer.headers["Location"]) == (307, "/docs")
    assert httpx.get(terminal.url, verify=PLAIN, follow_redirects=True).status_code == 200


@pytest.mark.long
def test_a_second_session_in_the_project_does_not_stop_the_database(terminal: Terminal) -> None:
    with developing(terminal.folder) as second:
        assert httpx.get(f"{second.url}/livez", verify=PLAIN).status_code == 200
        second.process.send_signal(signal.SIGINT)
        assert second.process.wait(LIMIT) == 130

    with terminal.user() as alice:
        assert alice.get("/api/tasks").status_code == 200


def test_a_saved_contract_is_generated_and_a_migration_is_asked_for(terminal: Terminal) -> None:
    contract = terminal.folder / "openapi" / "tasks-api.yaml"
    text = contract.read_text("utf-8")

    contract.write_text(text.replace("indexes: [[completed],", "indexes: [[title], [completed],"), "utf-8")

    shown = terminal.read_until("ix_tasks_owner_id_title")
    assert "changed  openapi/tasks-api.yaml" in shown
    assert "wrote    generated/tasks/table.py" in shown
    assert 'A migration is due: run `freehold migrate new -m "..."`, then `freehold migrate up`.' in shown


def test_a_wrong_contract_is_reported_and_the_service_goes_on(terminal: Terminal) -> None:
    contract = terminal.folder / "openapi" / "tasks-api.yaml"
    text = contract.read_text("utf-8")

    contract.write_text(text.replace("schemas/TaskPage", "schemas/TaskPag"), "utf-8")

    assert "error[FH020]" in terminal.read_until("Nothing was written.")
    with terminal.user() as alice:
        assert alice.get("/api/tasks").status_code == 200


def test_a_new_revision_asks_for_the_migration_to_be_applied(terminal: Terminal) -> None:
    versions = terminal.folder / "migrations" / "versions"
    texts = "\n".join(file.read_text("utf-8") for file in versions.glob("*.py"))
    revisions = set(re.findall(r'^revision = "(\w+)"', texts, re.MULTILINE))
    (head,) = revisions - set(re.findall(r'^down_revision = "(\w+)"', texts, re.MULTILINE))

    (versions / "later.py").write_text(REVISION.format(head=head), "utf-8")

    terminal.read_until("The database is behind: run `freehold migrate up`.")


@pytest.mark.long
def test_a_database_that_begins_anew_is_served_at_once(terminal: Terminal) -> None:
    command = [sys.executable, "-m", "freehold", "database", "reset", "--yes"]
    with terminal.user() as alice:
        assert alice.get("/api/tasks").json()["total"] > 0
        subprocess.run(command, cwd=terminal.folder, env=WITHOUT_SETTINGS, check=True, capture_output=True)
        answer = await_status(alice, 200)

    assert answer.json()["total"] == 0


def test_a_missing_column_is_named_with_what_to_run(terminal: Terminal) -> None:
    with embedded_postgres.run_server(terminal.folder / ".freehold" / "postgres") as server:
        Database(server.url("app")).rows("ALTER TABLE tasks DROP COLUMN description")
    with terminal.user() as alice:
        answer = alice.get("/api/tasks")

    assert (answer.status_code, answer.json()["code"]) == (500, "database_behind")
    assert answer.json()["detail"] == "The database is behind: run `freehold migrate up`."
    shown = terminal.read_until("The database is behind: run `freehold migrate up`")
    assert "column tasks.description does not exist" in shown
    with embedded_postgres.run_server(terminal.folder / ".freehold" / "postgres") as server:
        Database(server.url("app")).rows("ALTER TABLE tasks ADD COLUMN description text")


@pytest.mark.long
def test_an_override_that_cannot_be_imported_is_shown_until_it_is_mended(terminal: Terminal) -> None:
    override = terminal.folder / "overrides" / "tasks.py"
    text = override.read_text("utf-8")

    override.write_text(f"{text}\n\nNOWHERE.attribute\n", "utf-8")

    shown = terminal.read_until("of libraries and of the runtime")
    lines = [line.strip() for line in shown[shown.index("NameError") :].splitlines()]
    assert lines[0] == "NameError: name 'NOWHERE' is not defined"
    assert re.fullmatch(r"overrides/tasks\.py:\d+ in <module>", lines[1])
    assert lines[2] == "NOWHERE.attribute"
    with terminal.user() as alice:
        assert "NOWHERE" in await_status(alice, 500).text
        override.write_text(text, "utf-8")
        await_status(alice, 200)


def await_status(user: httpx.Client, status: int) -> httpx.Response:
    """Wait until a reloaded service answers with a status."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            answer = user.get("/api/tasks")
            if answer.status_code == status:
                return answer
        time.sleep(0.1)
    raise AssertionError(f"the service never answered {status}")


def test_ctrl_c_in_the_debugger_ends_the_session_with_130(terminal: Terminal) -> None:
    with terminal.user() as alice, ThreadPoolExecutor() as threads:
        path = alice.post("/api/tasks", json={"title": "End"}).headers["Location"]
        completing = threads.submit(alice.patch, f"{path}/complete")
        terminal.read_until("(Pdb) ")
        terminal.type("\x03")

        shown = terminal.read_until("Stopped.")
        _, status = os.waitpid(terminal.process_id, 0)
        assert os.waitstatus_to_exitcode(status) == 130
        assert "Traceback" not in shown
        assert completing.exception(LIMIT) is not None
