"""Traces: a span for each request and each statement, without their data."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from freehold.workbench import development_tokens
from tests.support.service import ROOT, START_LIMIT, Database, Service, await_answer, free_port

Span = dict[str, Any]
SERVER, CLIENT = "SpanKind.SERVER", "SpanKind.CLIENT"
QUICK = {"OTEL_TRACES_EXPORTER": "console", "OTEL_BSP_SCHEDULE_DELAY": "20", "OTEL_SERVICE_NAME": "tasks"}
GLOBAL = """
import uvicorn
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
provider = TracerProvider()
exporter = ConsoleSpanExporter(formatter=lambda span: span.to_json(indent=None) + "\\n")
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
uvicorn.main()
"""


@dataclass(frozen=True)
class Traced:
    """A service and its standard output."""

    service: Service
    file: Path

    def spans(self, request_id: str) -> list[Span]:
        """The spans of one request; the request's own span comes first."""
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            lines = self.file.read_text("utf-8").rpartition("\n")[0]
            found = [json.loads(line) for line in lines.splitlines() if line.startswith("{")]
            for span in found:
                if span["attributes"].get("http.response.header.x-request-id") == [request_id]:
                    trace = span["context"]["trace_id"]
                    others = (s for s in found if s["context"]["trace_id"] == trace and s is not span)
                    return [span, *others]
            time.sleep(0.02)
        return []


@contextmanager
def tracing_to(file: Path, database: Database, *program: str, **settings: str) -> Iterator[Traced]:
    secret, port = secrets.token_urlsafe(64), free_port()
    required = {"DATABASE_URL": database.url, "BETTER_AUTH_SECRET": secret, "CHECK_ANSWERS": "true"}
    variables = os.environ | required | settings
    command = [sys.executable, *(program or ("-m", "uvicorn")), "generated.app:app", f"--port={port}"]
    with (
        file.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, env=variables, stdout=output) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            await_answer(url, process)
            yield Traced(Service(url, secret, database), file)
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def traced(
    make_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Traced]:
    with tracing_to(tmp_path_factory.mktemp("spans") / "output", make_database(), **QUICK) as running:
        yield running


def test_a_request_span_has_a_child_span_per_statement(traced: Traced) -> None:
    with traced.service.user() as alice:
        path = alice.post("/api/tasks", json={"title": "Trace"}).headers["Location"]
        assert alice.get(path, headers={"X-Request-Id": "get"}).status_code == 200

    request, statement = traced.spans("get")
    assert (request["name"], request["kind"]) == ("GET /api/tasks/{task_id}", SERVER)
    assert request["attributes"] == {
        "http.request.method": "GET",
        "http.response.header.x-request-id": ["get"],
        "http.response.status_code": 200,
        "http.route": "/api/tasks/{task_id}",
        "network.protocol.version": "1.1",
        "url.scheme": "http",
    }
    assert (statement["name"], statement["kind"]) == ("SELECT tasks", CLIENT)
    assert statement["parent_id"] == request["context"]["span_id"]
    said = statement["attributes"]
    assert said.pop("db.query.text").startswith("SELECT tasks.")
    assert said == {
        "db.collection.name": "tasks",
        "db.operation.name": "SELECT",
        "db.system.name": "postgresql",
    }
    assert request["resource"]["attributes"]["service.name"] == "tasks"


@pytest.mark.parametrize(
    ("method", "below", "content", "statements"),
    [
        ("GET", "", None, ["SELECT tasks"]),
        ("POST", "", {"title": "New"}, ["INSERT tasks"]),
        ("PUT", "/{id}", {"title": "Other"}, ["UPDATE tasks"]),
        ("PATCH", "/{id}/complete", None, ["UPDATE tasks"]),
        ("DELETE", "/{id}", None, ["UPDATE tasks"]),
        ("GET", "/no-id", None, []),
        ("POST", "", {"title": ""}, []),
    ],
)
def test_only_requests_and_statements_have_spans(
    traced: Traced, method: str, below: str, content: object, statements: list[str]
) -> None:
    name = secrets.token_hex(8)
    with traced.service.user() as alice:
        task = alice.post("/api/tasks", json={"title": "Trace"}).json()["id"]
        path = f"/api/tasks{below.format(id=task)}"
        alice.request(method, path, json=content, headers={"X-Request-Id": name})

    request, *others = traced.spans(name)
    assert request["kind"] == SERVER
    assert [(span["name"], span["kind"]) for span in others] == [(said, CLIENT) for said in statements]


def test_spans_contain_no_request_data(traced: Traced) -> None:
    token = development_tokens.sign(traced.service.secret, "CANARY-subject", claims={"role": "CANARY"})
    headers = {"User-Agent": "CANARY", "Host": "CANARY.example", "Baggage": "user=CANARY"}
    nowhere = uuid4()
    with traced.service.anybody(Authorization=f"Bearer {token}", **headers) as alice:
        task = alice.post("/api/tasks", json={"title": "CANARY", "description": "CANARY"}).json()["id"]
        alice.put(f"/api/tasks/{task}", json={"title": "CANARY-2"})
        for path in (f"/api/tasks/{task}", f"/api/tasks/{nowhere}", "/CANARY", "/api/tasks?completed=CANARY"):
            alice.get(path)
        alice.request("REPORT", f"/api/tasks/{task}")
        alice.get("/CANARY", headers={"X-Request-Id": "last"})

    assert traced.spans("last")[0]["name"] == "GET"
    text = traced.file.read_text("utf-8")
    values = ("CANARY", "canary", task, str(nowhere), *token.split("."))
    assert [value for value in values if value in text] == []


def test_the_trace_context_of_the_caller_is_continued(traced: Traced) -> None:
    trace, parent = secrets.token_hex(16), secrets.token_hex(8)
    with traced.service.user() as alice:
        alice.get("/api/tasks", headers={"traceparent": f"00-{trace}-{parent}-01", "X-Request-Id": "on"})

    request, statement = traced.spans("on")
    assert (request["context"]["trace_id"], request["parent_id"]) == (f"0x{trace}", f"0x{parent}")
    assert statement["context"]["trace_id"] == f"0x{trace}"


def test_health_checks_have_no_spans(traced: Traced) -> None:
    with traced.service.user() as alice:
        alice.get("/livez", headers={"X-Request-Id": "alive"})
        alice.get("/readyz")
        alice.get("/api/tasks", headers={"X-Request-Id": "after"})

    assert len(traced.spans("after")) == 2
    assert "alive" not in traced.file.read_text("utf-8")


@pytest.mark.long
def test_an_error_is_recorded_by_type_and_not_by_message(
    make_database: Callable[[], Database], tmp_path: Path
) -> None:
    """An existing OpenTelemetry setup, as by `opentelemetry-instrument`, is used."""
    database = make_database()
    database.rows(
        "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'CANARY'; END $$"
    )
    database.rows("CREATE TRIGGER fails BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION fails()")
    with tracing_to(tmp_path / "output", database, "-c", GLOBAL) as traced, traced.service.user() as alice:
        path = alice.post("/api/tasks", json={"title": "Fail"}).headers["Location"]
        assert alice.patch(f"{path}/complete", headers={"X-Request-Id": "bad"}).status_code == 500

        request, statement = traced.spans("bad")
    assert [span["status"] for span in (request, statement)] == [{"status_code": "ERROR"}] * 2
    assert (
        statement["attributes"]["db.response.status_code"] == statement["attributes"]["error.type"] == "P0001"
    )
    assert (request["attributes"]["http.response.status_code"], request["attributes"]["error.type"]) == (
        500,
        "500",
    )
    assert [span["events"] for span in (request, statement)] == [[], []]
    assert "CANARY" not in (tmp_path / "output").read_text("utf-8")
