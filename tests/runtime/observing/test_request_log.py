"""The contents of the log, and what it never contains."""

import json
import logging
import os
import secrets
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from freehold.workbench import development_tokens
from generated.runtime.event_log import security, security_events
from generated.runtime.observing import request_log
from generated.runtime.settings.service_settings import Settings
from tests.support import warm_python
from tests.support.service import ROOT, START_LIMIT, STOP_LIMIT, Database, Service, await_answer, free_port

KEYS = ["time", "level", "event", "request_id", "method", "route", "status", "ms", "owner"]


@dataclass(frozen=True)
class Logged:
    """A service and its log."""

    service: Service
    file: Path

    def text(self) -> str:
        return self.file.read_text("utf-8")

    def lines(self, request_id: str) -> list[dict[str, object]]:
        """The lines of one request; every line must be JSON."""
        return self.until_answered(lambda line: line["request_id"] == request_id)

    def until_answered(self, wanted: Callable[[dict[str, object]], bool]) -> list[dict[str, object]]:
        """Wait for the line of a request, which is written after the response."""
        deadline = time.monotonic() + START_LIMIT
        found: list[dict[str, object]] = []
        while not any(line["event"] == "request" for line in found) and time.monotonic() < deadline:
            time.sleep(0.01)
            whole = self.text().rpartition("\n")[0]
            found = [line for line in map(json.loads, whole.split("\n")) if wanted(line)]
        return found


@contextmanager
def logging_to(file: Path, database: Database, folder: Path = ROOT, **settings: str) -> Iterator[Logged]:
    secret, port = secrets.token_urlsafe(64), free_port()
    required = {"DATABASE_URL": database.url, "BETTER_AUTH_SECRET": secret, "CHECK_ANSWERS": "true"}
    variables = os.environ | required | settings
    arguments = ["-m", "uvicorn", "generated.app:app", f"--port={port}"]
    process = warm_python.start(arguments, folder, variables, stderr=file)
    try:
        url = f"http://127.0.0.1:{port}"
        await_answer(url, process)
        yield Logged(Service(url, secret, database), file)
    finally:
        process.terminate()
        process.wait(STOP_LIMIT)


@pytest.fixture(scope="module")
def logged(
    make_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Logged]:
    with logging_to(tmp_path_factory.mktemp("log") / "service", make_database()) as running:
        yield running


def test_a_request_is_logged_with_its_path_template(logged: Logged) -> None:
    with logged.service.user("alice") as alice:
        path = alice.post("/api/tasks", json={"title": "Log"}).headers["Location"]
        alice.get(f"{path}?secret=CANARY", headers={"X-Request-Id": "one"})

    [line] = logged.lines("one")
    assert list(line) == KEYS
    assert (line["level"], line["event"], line["method"]) == ("info", "request", "GET")
    assert (line["route"], line["owner"]) == ("/api/tasks/{task_id}", sha256(b"alice").hexdigest()[:16])
    assert line["status"] == 422
    assert isinstance(line["ms"], float)
    assert datetime.fromisoformat(str(line["time"])).tzinfo is not None
    assert path not in logged.text()
    assert "CANARY" not in logged.text()


def test_a_rejected_token_is_logged_by_reason_only(logged: Logged) -> None:
    stale = development_tokens.sign(logged.service.secret, "mallory-the-subject", -3600)
    with logged.service.anybody(Authorization=f"Bearer {stale}") as mallory:
        response = mallory.get("/api/tasks", headers={"X-Request-Id": "stale"})

    event, request = logged.lines("stale")
    assert response.status_code == 401
    assert event == {
        "time": event["time"],
        "level": "warning",
        "event": "token_refused",
        "request_id": "stale",
        "reason": "The token has expired.",
    }
    assert (request["status"], request["owner"]) == (401, None)
    assert "mallory" not in logged.text()
    assert not any(part in logged.text() for part in stale.split("."))


def test_a_valid_token_is_never_logged(logged: Logged) -> None:
    token = development_tokens.sign(logged.service.secret, "bob-the-subject")
    with logged.service.anybody(Authorization=f"Bearer {token}") as bob:
        bob.post("/api/tasks", json={"title": "CANARY"}, headers={"X-Request-Id": "good"})

    assert len(logged.lines("good")) == 1
    assert not any(part in logged.text() for part in (*token.split("."), "bob-the-subject", "CANARY"))


def test_two_tokens_are_rejected_with_an_event(logged: Logged) -> None:
    with logged.service.anybody() as nobody:
        sent = [("Authorization", "Bearer a"), ("Authorization", "Bearer b"), ("X-Request-Id", "two")]
        nobody.get("/api/tasks", headers=sent)

    assert [line["event"] for line in logged.lines("two")] == ["token_refused", "request"]


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /api/%0A%7B%22event%22:%22FORGED%22%7D HTTP/1.1",
        b"GET /api/tasks?q=%0AFORGED HTTP/1.1",
        b"REPORT /FORGED HTTP/1.1",
    ],
)
def test_a_hostile_request_cannot_forge_log_lines(logged: Logged, request_line: bytes) -> None:
    where = urlsplit(logged.service.url)
    began = datetime.now(UTC).isoformat(timespec="milliseconds")
    headers = b"Host: x\r\nX-Request-Id: a\tFORGED\r\nUser-Agent: \xe2\x80\xa8FORGED\r\nConnection: close"
    with socket.create_connection((where.hostname, where.port), timeout=5) as client:
        client.sendall(request_line + b"\r\n" + headers + b"\r\n\r\n")
        while client.recv(4096):
            pass

    new = logged.until_answered(lambda line: str(line["time"]) >= began and line["request_id"] is not None)
    assert [line["event"] for line in new] == ["request"]
    assert list(new[0]) == KEYS
    assert "FORGED" not in logged.text()


def test_an_exception_is_logged_in_one_line_without_values(
    make_database: Callable[[], Database], tmp_path: Path
) -> None:
    for name in ("generated", "overrides"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    override = tmp_path / "overrides" / "tasks.py"
    right = "return await self._fetch(self._toggle_task(), task_id)"
    text = override.read_text("utf-8")
    assert right in text
    override.write_text(text.replace(right, 'raise RuntimeError("CANARY")'), "utf-8")

    with logging_to(tmp_path / "log", make_database(), tmp_path) as logged:
        with logged.service.user() as alice:
            path = alice.post("/api/tasks", json={"title": "Break"}).headers["Location"]
            alice.patch(f"{path}/complete", headers={"X-Request-Id": "broken"})
        failure, request = logged.lines("broken")

    line = next(n for n, said in enumerate(text.splitlines(), 1) if right in said)
    assert f"tasks.py:{line}" in json.dumps(failure)
    assert "RuntimeError" in json.dumps(failure)
    assert (failure["level"], request["status"]) == ("error", 500)
    assert "CANARY" not in logged.text()


def test_request_lines_can_be_disabled_without_losing_events(
    make_database: Callable[[], Database], tmp_path: Path
) -> None:
    with (
        logging_to(tmp_path / "log", make_database(), LOG_REQUESTS="false", LOG_FORMAT="text") as logged,
        logged.service.anybody(Authorization="Bearer no") as nobody,
    ):
        nobody.get("/api/tasks", headers={"X-Request-Id": "quiet"})

    [line] = [line for line in logged.text().splitlines() if "quiet" in line]
    assert " warning token_refused request_id=quiet reason=" in line
    assert " request " not in logged.text()


@pytest.mark.parametrize("reason", ["", "no key", 'a "quoted" reason: \u20ac'])
def test_an_event_that_is_written_at_once_has_the_line_of_its_record(
    reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(security_events, "write_line", None)
    values = {"database_url": "postgresql://nowhere/app", "better_auth_secret": secrets.token_urlsafe(64)}
    request_log.install(Settings.model_validate(values))

    assert security_events.write_line is not None
    assert security_events.write_line("token_refused", reason)
    monkeypatch.setattr(security, "handlers", [logging.NullHandler()])
    security_events.log("token_refused", reason)

    at_once, of_record = map(json.loads, capsys.readouterr().err.splitlines())
    assert not security_events.write_line("token_refused", reason)
    assert at_once.pop("time")[:10] == of_record.pop("time")[:10]
    assert [*at_once.items()] == [*of_record.items()]
