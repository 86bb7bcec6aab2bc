"""Slow and endless requests time out without affecting others."""

import json
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from freehold.workbench import development_tokens
from tests.support.measuring.waiting import ends_within, waits
from tests.support.service import GUARDED, ROOT, Database, Service, serving

HEADER_TIMEOUT, BODY_TIMEOUT = 1.0, 1.5  # seconds
LIMITS = {
    "HEADER_TIMEOUT": str(HEADER_TIMEOUT),
    "BODY_TIMEOUT": str(BODY_TIMEOUT),
    "KEEP_ALIVE_TIMEOUT": "1",
    "MAX_HEADER_BYTES": "8192",
}
PATIENCE = 30.0  # seconds, longer than anything may take
MANY = 100


@pytest.fixture(scope="module")
def guarded(make_database: Callable[[], Database]) -> Iterator[Service]:
    with serving(ROOT, make_database(), program=GUARDED, **LIMITS) as service:
        yield service


def connect(service: Service, *sent: bytes) -> socket.socket:
    url = httpx.URL(service.url)
    client = socket.create_connection((url.host, url.port or 80), timeout=PATIENCE)
    for part in sent:
        client.sendall(part)
    return client


def everything(client: socket.socket) -> bytes:
    """Read until the server closes the connection. Raises TimeoutError if it does not."""
    answered = b""
    with suppress(ConnectionError):
        while part := client.recv(65536):
            answered += part
    return answered


def creating(service: Service, length: int) -> bytes:
    """The head of a POST request."""
    token = development_tokens.sign(service.secret, "slow")
    lines = [
        "POST /api/tasks HTTP/1.1",
        "Host: here",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {length}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def drip(client: socket.socket, byte: bytes, seconds: float) -> bytes:
    """Send a byte every tenth of a second until the server responds."""
    end = time.monotonic() + seconds
    with suppress(ConnectionError):
        while time.monotonic() < end:
            client.sendall(byte)
            time.sleep(0.1)
    return everything(client)


def test_missing_headers_time_out(guarded: Service) -> None:
    parts = (b"", b"\r\n\r\n", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: he")
    with waits(HEADER_TIMEOUT), ExitStack() as stack:
        silent, blank, *asking = [stack.enter_context(connect(guarded, part)) for part in parts]
        assert (everything(silent), everything(blank)) == (b"", b"")
        for client in asking:
            assert everything(client).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


def test_headers_sent_byte_by_byte_time_out(guarded: Service) -> None:
    with waits(HEADER_TIMEOUT), connect(guarded, b"GET / HTTP/1.1\r\nX-Slow: ") as client:
        drip(client, b"a", PATIENCE)


def test_a_body_sent_byte_by_byte_times_out(guarded: Service) -> None:
    with waits(BODY_TIMEOUT), connect(guarded, creating(guarded, 1000)) as client:
        time.sleep(1.2)
        client.sendall(b'{"title"')
        answered = everything(client)

    assert answered.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"Connection: close" in answered


def test_a_slow_request_on_a_reused_connection_times_out(guarded: Service) -> None:
    request = b"GET /openapi.json HTTP/1.1\r\nHost: here\r\n\r\n"
    with connect(guarded, request) as client:
        assert client.recv(15) == b"HTTP/1.1 200 OK"
        time.sleep(0.3)
        with waits(HEADER_TIMEOUT):
            client.sendall(b"GET / HTTP/1.1\r\n")
            assert b"HTTP/1.1 408 " in everything(client)


def test_a_request_in_pieces_within_the_timeout_is_served(guarded: Service) -> None:
    body = b'{"title": "In time"}'
    headers = creating(guarded, len(body))
    with connect(guarded) as client:
        for part in (headers[:40], headers[40:], body[:5], body[5:]):
            time.sleep(0.2)
            client.sendall(part)
        assert client.recv(20) == b"HTTP/1.1 201 Created"


@pytest.mark.parametrize(
    "headers",
    [
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 9000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X-Many: a\r\n" * 2000 + b"\r\n",
        b"GET / HTTP/1.1\r\nX-Endless: " + b"a" * 400_000,
    ],
    ids=["path", "value", "number", "endless"],
)
def test_headers_above_the_limit_are_rejected(guarded: Service, headers: bytes) -> None:
    with connect(guarded) as client:
        with suppress(ConnectionError):
            client.sendall(headers)
        answered = everything(client)

    assert answered == b"" or answered.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert (
        answered or len(headers) > 100_000
    )  # what was still on its way makes the kernel reset the connection


@pytest.mark.long
def test_slow_clients_do_not_block_others(database: Database) -> None:
    limits = LIMITS | {"HEADER_TIMEOUT": "4", "BODY_TIMEOUT": "4"}
    with serving(ROOT, database, program=GUARDED, **limits) as service, ExitStack() as stack:
        alice = stack.enter_context(service.user())
        slow = [stack.enter_context(connect(service, b"GET / HTTP/1.1\r\n")) for _ in range(MANY)]
        slow += [stack.enter_context(connect(service, creating(service, 9), b"{")) for _ in range(MANY)]
        assert [alice.get("/api/tasks").status_code for _ in range(30)] == [200] * 30
        assert select.select(slow, [], [], 0)[0] == []  # all of them still send
        answers = [everything(client) for client in slow]

    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers)


def test_connections_above_the_limit_get_503(
    make_database: Callable[[], Database],
) -> None:
    with serving(ROOT, make_database(), program=GUARDED, **LIMITS, MAX_CONNECTIONS="10") as service:
        with ExitStack() as stack:
            held = [stack.enter_context(connect(service, b"GET / HTTP/1.1\r\n")) for _ in range(10)]
            with service.user() as alice:
                refused = alice.get("/api/tasks", headers={"X-Request-Id": "one-too-many"})
                assert refused.status_code == 503
                assert refused.json()["instance"] == "urn:request:one-too-many"
                assert refused.json()["code"] == "busy"
                assert refused.headers["X-Request-Id"] == "one-too-many"
                assert refused.headers["Content-Type"] == "application/problem+json"
                assert refused.headers["X-Content-Type-Options"] == "nosniff"
                assert refused.headers["Cache-Control"] == "no-store"
                assert refused.headers["Retry-After"] == "1"
                assert refused.headers["Connection"] == "close"
            for client in held:
                everything(client)
        with service.user() as alice:
            assert alice.get("/api/tasks").status_code == 200


def test_existing_connections_are_kept_at_the_limit(make_database: Callable[[], Database]) -> None:
    with (
        serving(ROOT, make_database(), program=GUARDED, **LIMITS, MAX_CONNECTIONS="10") as service,
        ExitStack() as stack,
        service.user() as alice,
    ):
        assert alice.get("/api/tasks").status_code == 200
        for _ in range(15):
            stack.enter_context(connect(service, b"GET / HTTP/1.1\r\n"))

        assert [alice.get("/api/tasks").status_code for _ in range(5)] == [200] * 5


def test_invalid_http_is_answered_with_a_problem(guarded: Service) -> None:
    with connect(guarded, b"HELLO\r\n\r\n") as client:
        head, _, body = everything(client).partition(b"\r\n\r\n")

    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert first == "HTTP/1.1 400 Bad Request"
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert json.loads(body)["instance"] == f"urn:request:{headers['X-Request-Id']}"


def test_the_server_header_is_not_sent(guarded: Service) -> None:
    with guarded.anybody() as client:
        assert "Server" not in client.get("/api/tasks").headers


@pytest.mark.long
def test_several_processes_enforce_the_limits_and_stop(make_database: Callable[[], Database]) -> None:
    with (
        ExitStack() as stopping,
        serving(ROOT, make_database(), program=GUARDED, WORKERS="2", **LIMITS) as service,
    ):
        with connect(service, b"GET / HTTP/1.1\r\n") as client:
            assert b"HTTP/1.1 408 " in everything(client)
        stopping.enter_context(ends_within(10))

    with pytest.raises(ConnectionRefusedError):
        connect(service)
