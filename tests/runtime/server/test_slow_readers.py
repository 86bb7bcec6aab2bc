"""Clients that do not read responses hold no database connection, and are disconnected."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx
import pytest

from freehold.workbench import development_tokens
from tests.support.measuring.waiting import ends_within
from tests.support.service import GUARDED, ROOT, Database, Service, serving
from tests.support.thoroughness import sampled

LIMITS = {"SEND_TIMEOUT": "2", "KEEP_ALIVE_TIMEOUT": "1", "DATABASE_POOL_SIZE": "1"}
SUBJECT = "reader"
ROWS = "INSERT INTO tasks (owner_id, id, title, description) SELECT $1, gen_random_uuid(), 'x', $2 FROM "
MANY, TIMES = "generate_series(1, 100)", 40


@contextmanager
def limited(database: Database, **limits: str) -> Iterator[Service]:
    """A service with one database connection, and a user whose list has half a megabyte."""
    with serving(ROOT, database, program=GUARDED, **LIMITS | limits) as service:
        database.rows(ROWS + MANY, SUBJECT, "\N{SNOWMAN}" * 2000)
        yield service


@pytest.fixture(scope="module")
def service(make_database: Callable[[], Database]) -> Iterator[Service]:
    with limited(make_database()) as service:
        yield service


def asking(service: Service, times: int, last: bytes = b"") -> socket.socket:
    """A client with a small receive buffer that requests the list repeatedly without reading."""
    url = httpx.URL(service.url)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(10)
    client.connect((url.host, url.port or 80))
    token = development_tokens.sign(service.secret, SUBJECT)
    lines = ["GET /api/tasks?per_page=100 HTTP/1.1", "Host: here", f"Authorization: Bearer {token}", "", ""]
    client.sendall("\r\n".join(lines).encode() * times + last)
    return client


def taken(client: socket.socket) -> int:
    """The number of bytes until the connection ends."""
    count = 0
    with suppress(ConnectionError):
        while part := client.recv(65536):
            count += len(part)
    return count


def test_an_unread_response_holds_no_database_connection(database: Database) -> None:
    idle = "SELECT state FROM pg_stat_activity WHERE application_name = '' AND pid <> pg_backend_pid()"
    with limited(database, SEND_TIMEOUT="60") as service, service.user() as alice, ExitStack() as clients:
        for _ in range(3):
            clients.enter_context(asking(service, TIMES))
        time.sleep(1)

        assert [alice.get("/api/tasks").status_code for _ in range(5)] == [200] * 5
        sessions = database.rows(idle + " AND datname = current_database()")
        assert [row["state"] for row in sessions] in ([], ["idle"])


ENDINGS = {"kept": b"", "closed": b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"}


@pytest.mark.long
@pytest.mark.parametrize("last", sampled(ENDINGS.values(), every=2), ids=sampled(ENDINGS, every=2))
def test_a_client_that_does_not_read_is_disconnected(service: Service, last: bytes) -> None:
    with service.user(SUBJECT) as reader:
        whole = len(reader.get("/api/tasks?per_page=100").content) * TIMES
    with ends_within(4.5 + 1), asking(service, TIMES, last) as client:
        time.sleep(4.5)
        count = taken(client)

    assert 0 < count < whole


def test_a_slow_reader_within_the_timeout_gets_everything(service: Service) -> None:
    with asking(service, 1) as client:
        time.sleep(0.5)
        assert taken(client) > 500_000
