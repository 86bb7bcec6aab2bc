"""Metrics at /metrics: off by default, correct, and without client input."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import asyncpg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from freehold.workbench import development_tokens
from tests.support.service import GUARDED, ROOT, START_LIMIT, Database, Service, serving

COUNT = "http_server_request_duration_seconds_count"
BUSY = "database_pool_requests_waiting", "database_pool_connections_in_use", "http_server_active_requests"
POOL = 4
BREAKS_OFF_ONCE = (
    "CREATE SEQUENCE changes",
    """CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('changes') = 1 THEN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END IF;
    RETURN NEW; END $$""",
    "CREATE TRIGGER break_off BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION break_off()",
)

T = TypeVar("T")
Labels = frozenset[tuple[str, str]]


@pytest.fixture(scope="module")
def measured(make_database: Callable[[], Database]) -> Iterator[Service]:
    settings = {"METRICS": "true", "RATE_LIMIT": "9/hour", "DATABASE_POOL_SIZE": str(POOL)}
    with serving(ROOT, make_database(), **settings) as running:
        yield running


def numbers(service: Service) -> dict[tuple[str, Labels], float]:
    """All samples by name and labels."""
    with service.anybody() as nobody:
        response = nobody.get("/metrics")
    assert response.status_code == 200
    families = text_string_to_metric_families(response.text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def requests(service: Service) -> Counter[tuple[str, str, str]]:
    """The number of requests by method, route and status."""
    found = [(dict(labels), value) for (name, labels), value in numbers(service).items() if name == COUNT]
    return Counter({(said["method"], said["route"], said["status"]): int(value) for said, value in found})


def until(look: Callable[[], T], wanted: T) -> T:
    """The value once it is as expected, or when a process would have started even on a busy machine."""
    deadline = time.monotonic() + START_LIMIT
    while (found := look()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def number(service: Service, name: str, **labels: str) -> float:
    return numbers(service).get((name, frozenset(labels.items())), 0)


@contextmanager
def held(database: Database, statement: str) -> Iterator[None]:
    """A lock on the table for the duration of the block."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(database.url))
        runner.run(connection.execute(f"BEGIN; {statement}"))
        try:
            yield
        finally:
            runner.run(connection.execute("ROLLBACK"))
            runner.run(connection.close())


def test_metrics_are_off_by_default(service: Service) -> None:
    with service.anybody(**{"X-Request-Id": "same"}) as nobody:
        metrics, other = nobody.get("/metrics"), nobody.get("/nothing")
        posted = nobody.post("/metrics")

    assert (metrics.status_code, metrics.content) == (404, other.content)
    assert {**metrics.headers, "date": ""} == {**other.headers, "date": ""}
    assert posted.status_code == 404


def test_metrics_need_no_token_and_allow_only_get_and_head(measured: Service) -> None:
    with measured.anybody() as nobody:
        got, head = nobody.get("/metrics"), nobody.head("/metrics")
        posted, below = nobody.post("/metrics"), nobody.get("/api/metrics")
        paths = nobody.get("/openapi.json").json()["paths"]

    assert (got.status_code, head.status_code, head.content) == (200, 200, b"")
    assert got.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert got.headers["Cache-Control"] == "no-store"
    assert (posted.status_code, posted.headers["Allow"], below.status_code) == (405, "GET, HEAD", 404)
    assert posted.headers["Content-Type"] == "application/problem+json"
    assert "/metrics" not in paths


def test_metrics_have_labels_of_routes_and_not_of_clients(measured: Service) -> None:
    before = requests(measured)
    with measured.user("alice-the-owner") as alice:
        path = alice.post("/api/tasks", json={"title": "CANARY"}).headers["Location"]
        for _ in range(3):
            alice.get(path)
        alice.get(f"/api/tasks/{uuid4()}?q=CANARY")
        alice.get("/CANARY")
        alice.get("/CANARY/CANARY")
        alice.request("REPORT", path)
        alice.put("/api/tasks", headers={"X-Canary": "CANARY"})
        text = alice.get("/metrics").text

    assert requests(measured) - before == {
        ("POST", "/api/tasks", "201"): 1,
        ("GET", "/api/tasks/{task_id}", "200"): 3,
        ("GET", "/api/tasks/{task_id}", "422"): 1,
        ("GET", "other", "404"): 2,
        ("other", "/api/tasks/{task_id}", "405"): 1,
        ("PUT", "/api/tasks", "405"): 1,
    }
    assert not any(word in text for word in ("CANARY", "alice", path.rpartition("/")[2]))


def test_rejected_tokens_are_counted_by_reason(measured: Service) -> None:
    stale = development_tokens.sign(measured.secret, "mallory", -3600)
    for token in (stale, stale, "no-token"):
        with measured.anybody(Authorization=f"Bearer {token}") as mallory:
            assert mallory.get("/api/tasks").status_code == 401
    with measured.user() as eager:
        statuses = [eager.get("/api/tasks").status_code for _ in range(11)]

    refused = "auth_tokens_refused_total"
    assert number(measured, refused, reason="The token has expired.") == 2
    assert number(measured, refused, reason="not in compact form") == 1
    assert number(measured, "http_server_rate_limited_total") == statuses.count(429) == 2


def test_interruptions_and_pool_usage_are_measured(measured: Service) -> None:
    with measured.user() as alice:
        path = alice.post("/api/tasks", json={"title": "Break off"}).headers["Location"]
        assert alice.get(path).status_code == 200
        for step in BREAKS_OFF_ONCE:
            measured.database.rows(step)
        assert alice.patch(f"{path}/complete").status_code == 200

    assert number(measured, "database_retries_total") == 1
    assert number(measured, "database_interruptions_total", error="SerializationError") == 1
    assert number(measured, "database_pool_size") == POOL
    assert 1 <= number(measured, "database_pool_connections_open") <= POOL
    assert number(measured, "database_pool_connections_in_use") == 0
    assert number(measured, "database_pool_requests_waiting") == 0
    assert number(measured, "http_server_active_requests") == 0


def test_waiting_requests_are_measured(measured: Service) -> None:
    lock = "LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE"
    with measured.user() as alice, ThreadPoolExecutor(POOL + 2) as askers, held(measured.database, lock):
        asked = [askers.submit(alice.get, "/api/tasks") for _ in range(POOL + 2)]
        busy = until(lambda: [number(measured, name) for name in BUSY], [2.0, POOL, POOL + 2])

    assert busy == [2, POOL, POOL + 2]
    assert {request.result().status_code for request in asked} == {200}


def processes(folder: Path) -> set[int]:
    """The processes that have written metrics."""
    return {int(file.stem.rpartition("_")[2]) for file in folder.glob("metrics-*/counter_*.db")}


@pytest.mark.long
def test_the_metrics_of_all_processes_are_summed(
    make_database: Callable[[], Database], tmp_path: Path
) -> None:
    settings = {"METRICS": "true", "WORKERS": "2", "DATABASE_POOL_SIZE": str(POOL), "TMPDIR": str(tmp_path)}
    listed = "GET", "/api/tasks", "200"
    with serving(ROOT, make_database(), program=GUARDED, **settings) as service:
        assert until(lambda: number(service, "database_pool_size"), 2.0 * POOL) == 2 * POOL
        for _ in range(20):  # each over a connection of its own: some go to one process, some to the other
            with service.user() as somebody:
                assert somebody.get("/api/tasks").status_code == 200
        assert requests(service)[listed] == 20

        os.kill(min(processes(tmp_path)), signal.SIGKILL)  # another one takes its place
        assert until(lambda: len(processes(tmp_path)), 3) == 3
        assert until(lambda: number(service, "database_pool_size"), 2.0 * POOL) == 2 * POOL
        assert requests(service)[listed] == 20

    assert list(tmp_path.iterdir()) == []
