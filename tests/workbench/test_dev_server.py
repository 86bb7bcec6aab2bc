"""`freehold dev`: one command starts the service, and no process is left however it ends."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support import warm_python
from tests.support.clusters import copy_cluster
from tests.support.development import FREEHOLD, developing, read_until
from tests.support.issuer import issuing
from tests.support.service import PLAIN, free_port
from tests.support.thoroughness import long, sampled
from tests.support.tool import MAIN

LIMIT = 30.0  # seconds
Ending = Callable[["subprocess.Popen[str]"], None]


@pytest.fixture
def folder(folder: Path, pristine: Path) -> Path:
    """A copy of the project whose database exists already, as from the second start on."""
    copy_cluster(pristine, folder / ".freehold" / "postgres")
    return folder


def processes_in(folder: Path) -> list[str]:
    """The processes whose arguments or current directory name the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if entry.name.isdecimal() and (
                str(folder) in command or str(folder) in str((entry / "cwd").readlink())
            ):
                found.append(f"{entry.name} {command}")
        except OSError:
            continue
    return found


def assert_nothing_left(folder: Path, url: str) -> None:
    deadline = time.monotonic() + LIMIT
    while processes_in(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_in(folder) == []
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{url}/openapi.json", verify=PLAIN)


def paste(printed: str) -> str:
    """Run the example request in a shell, as a person does."""
    request = printed[printed.index("curl -i") : printed.index("\n\nPress Ctrl-C")]
    return subprocess.run(["sh", "-c", request], capture_output=True, text=True, check=True).stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="the printed request needs curl")
def test_the_example_request_creates_a_row_that_survives_a_restart(folder: Path) -> None:
    shutil.rmtree(folder / ".freehold")
    with developing(folder) as first:
        assert "201 Created" in paste(first.printed)
        assert f"{first.url}/docs" in first.printed
        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(LIMIT) == 130
        assert_nothing_left(folder, first.url)

    with developing(folder) as second:
        token = re.search(r"Bearer ([\w.-]+)", second.printed)
        assert token
        page = httpx.get(f"{second.url}/api/tasks", headers={"Authorization": f"Bearer {token[1]}"}).json()
        assert [task["title"] for task in page["data"]] == ["Water the plants"]


ENDINGS: dict[str, Ending] = {
    "kill -9": lambda process: process.send_signal(signal.SIGKILL),
    "Ctrl-C": lambda process: process.send_signal(signal.SIGINT),
    "SIGTERM": lambda process: process.send_signal(signal.SIGTERM),
}


@pytest.mark.long
@pytest.mark.parametrize("end", sampled(ENDINGS.values(), every=3), ids=sampled(ENDINGS, every=3))
def test_no_process_is_left_when_the_command_ends(folder: Path, end: Ending) -> None:
    with developing(folder) as running:
        assert httpx.get(f"{running.url}/api/tasks").status_code == 401
        end(running.process)
        running.process.wait(LIMIT)
        assert_nothing_left(folder, running.url)


@pytest.mark.long
def test_a_changed_override_is_served_without_a_restart(folder: Path) -> None:
    override = folder / "overrides" / "tasks.py"
    with developing(folder) as running:
        token = re.search(r"Bearer ([\w.-]+)", running.printed)
        assert token
        with httpx.Client(base_url=running.url, headers={"Authorization": f"Bearer {token[1]}"}) as alice:
            path = alice.post("/api/tasks", json={"title": "Flip"}).headers["Location"]
            text = override.read_text("utf-8")
            override.write_text(text.replace("not_(TaskRow.completed)", "TaskRow.completed"), "utf-8")
            await_completed(alice, path, completed=False)


@pytest.mark.long
def test_generated_code_is_served_without_a_restart(folder: Path) -> None:
    contract = folder / "openapi" / "tasks-api.yaml"
    text = contract.read_text("utf-8")
    with developing(folder) as running:
        for title in sampled(("One", "Two", "Three"), every=3):
            contract.write_text(text.replace("title: Tasks API", f"title: {title}"), "utf-8")
            assert warm_python.run(["-c", MAIN, "generate"], folder, os.environ).returncode == 0
            await_title(running.url, title)


def await_title(url: str, title: str) -> None:
    deadline, found = time.monotonic() + LIMIT, ""
    while found != title and time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            found = httpx.get(f"{url}/openapi.json", verify=PLAIN).json()["info"]["title"]
        time.sleep(0.05)
    assert found == title


def await_completed(client: httpx.Client, path: str, *, completed: bool) -> None:
    """Toggle until two toggles in a row answer the same: the change is served."""
    deadline, answers = time.monotonic() + LIMIT, [True, False]
    while answers[-1] != answers[-2] and time.monotonic() < deadline:
        try:
            answers.append(bool(client.patch(f"{path}/complete").json()["completed"]))
        except httpx.TransportError:
            time.sleep(0.05)
    assert answers[-1] == answers[-2]
    assert completed in answers


@contextmanager
def listening(_: Path) -> Iterator[str]:
    """Another program, at a port."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield str(other.getsockname()[1])


@contextmanager
def developed(folder: Path) -> Iterator[str]:
    """The same project, at a port."""
    with developing(folder) as running:
        yield running.url.rpartition(":")[2]


@pytest.mark.parametrize("used", [listening, long(developed)])
def test_a_port_in_use_is_reported_before_anything_starts(
    folder: Path, used: Callable[[Path], AbstractContextManager[str]]
) -> None:
    with used(folder) as port:
        command = [str(FREEHOLD), "dev", f"--port={port}"]
        second = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    assert second.returncode == 2
    assert f"Port {port} is not available" in second.stderr


def add_index(folder: Path) -> None:
    contract = folder / "openapi" / "tasks-api.yaml"
    text = contract.read_text("utf-8")
    contract.write_text(text.replace("indexes: [[completed],", "indexes: [[title], [completed],"), "utf-8")


@pytest.mark.long
def test_it_generates_code_that_is_out_of_date(folder: Path) -> None:
    add_index(folder)

    with developing(folder) as stale:
        assert "wrote    generated/tasks/table.py" in stale.printed


@pytest.mark.long
def test_it_serves_generated_code_that_was_edited_and_says_where_the_edit_belongs(folder: Path) -> None:
    routes = folder / "generated" / "tasks" / "routes.py"
    routes.write_text(f"{routes.read_text('utf-8')}# edited\n", "utf-8")

    with developing(folder) as edited:
        assert httpx.get(f"{edited.url}/api/tasks").status_code == 401
    assert routes.read_text("utf-8").endswith("# edited\n")


@pytest.mark.long
def test_it_reports_a_database_that_is_out_of_date(folder: Path) -> None:
    add_index(folder)
    assert warm_python.run(["-c", MAIN, "generate"], folder, os.environ).returncode == 0

    with developing(folder) as behind:
        assert "ix_tasks_owner_id_title" in behind.printed


@pytest.mark.long
def test_it_stops_when_make_is_killed(folder: Path) -> None:
    port = free_port()
    recipe = f"dev:\n\t{FREEHOLD} dev --stop-with-parent --port={port}\n"
    (folder / "Makefile").write_text(recipe, "utf-8")
    with subprocess.Popen(["make", "dev"], cwd=folder, stdout=subprocess.PIPE, text=True) as make:
        read_until(make, "Ctrl-C")
        make.kill()
    assert_nothing_left(folder, f"http://127.0.0.1:{port}")


@pytest.mark.long
@pytest.mark.skipif(shutil.which("curl") is None, reason="the printed request needs curl")
def test_it_runs_with_the_keys_of_another_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with issuing() as issuer:
        settings = {name: value for name, value in issuer.settings().items() if value}
        with developing(folder, **settings) as development:
            monkeypatch.setenv("TOKEN", issuer.token("first"))
            answer = paste(development.printed)
            told = told_to_the_page(development.url)

    assert f"publishes its keys at {issuer.url} (AUTH_JWKS_URL)" in development.printed
    assert "Bearer ey" not in development.printed
    assert "201 Created" in answer
    assert told["token"] is None
    assert told["advice"][0] in development.printed


def told_to_the_page(url: str, **headers: str) -> dict[str, Any]:
    """What the documentation page is told by `freehold dev`."""
    told: dict[str, Any] = httpx.get(f"{url}/docs/development.json", headers=headers, verify=PLAIN).json()
    return told


@pytest.mark.long
def test_only_the_documentation_page_on_this_machine_gets_a_token(folder: Path) -> None:
    with developing(folder) as running:
        port = running.url.rpartition(":")[2]
        authorization = {"Authorization": f"Bearer {told_to_the_page(running.url)['token']}"}
        assert httpx.get(f"{running.url}/api/tasks", headers=authorization).status_code == 200
        assert told_to_the_page(running.url, Host=f"localhost:{port}")["token"]
        for host in (f"evil.example:{port}", "localhost.evil.example", f"127.0.0.1.evil.example:{port}", ""):
            assert told_to_the_page(running.url, Host=host) == {}
