"""Heads that RFC 9112 does not allow are refused, and the rest of a refused request is not read."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.workbench import development_tokens
from generated.runtime.server.request_heads import find_head_fault
from tests.support.service import GUARDED, ROOT, Database, Service, serving

LONG = 5 * 2**30
MOST = 32 * 2**20  # what the buffers of both sides hold, and more
HOSTS = st.from_regex(
    r"([a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){0,3}|\[[0-9a-f:]{2,39}\])(:[0-9]{0,5})?", fullmatch=True
)


@pytest.fixture(scope="module")
def guarded(make_database: Callable[[], Database]) -> Iterator[Service]:
    with serving(ROOT, make_database(), program=GUARDED) as service:
        yield service


def connect(service: Service) -> socket.socket:
    url = httpx.URL(service.url)
    return socket.create_connection((url.host, url.port or 80), timeout=10)


def first_answer(client: socket.socket) -> tuple[int, dict[str, str], bytes]:
    received = b""
    with suppress(ConnectionError):
        while b"\r\n\r\n" not in received and (part := client.recv(65536)):
            received += part
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        while len(body) < int(headers.get("content-length", "0")) and (part := client.recv(65536)):
            body += part
    return int(lines[0].split()[1]), headers, body


@settings(deadline=None)
@given(HOSTS)
def test_every_valid_host_is_accepted(host: str) -> None:
    assert find_head_fault("1.1", [(b"host", host.encode()), (b"transfer-encoding", b"Chunked")]) is None


@settings(deadline=None)
@given(HOSTS, st.sampled_from([*'/?#@\\<>"{}|^` \t\x7f\x80\xff']), st.integers(0))
def test_a_host_with_any_other_character_is_refused(host: str, other: str, place: int) -> None:
    place %= len(host) + 1
    fault = find_head_fault("1.1", [(b"host", f"{host[:place]}{other}{host[place:]}".encode("latin-1"))])

    assert fault is not None
    assert fault.status == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    ("line", "headers", "status"),
    [
        ("GET / HTTP/1.1", [], 400),
        ("GET / HTTP/1.1", ["Host: a", "Host: a"], 400),
        ("GET / HTTP/1.1", ["Host: a", "Host: b"], 400),
        ("GET / HTTP/1.1", ["Host: a b"], 400),
        ("GET / HTTP/1.1", ["Host: a/b"], 400),
        ("GET / HTTP/1.1", ["Host: user@a"], 400),
        ("GET / HTTP/1.1", ["Host: a:b"], 400),
        ("GET / HTTP/1.1", ["Host: "], 400),
        ("GET / HTTP/1.0", ["Host: a", "Host: b"], 400),
        ("GET / HTTP/2.0", ["Host: a"], 505),
        ("GET / HTTP/0.9", ["Host: a"], 505),
        ("GET / HTTP/0.0", ["Host: a"], 505),
        ("GET / HTTP/3.0", ["Host: a"], 505),
        ("GET / HTTP/9.9", [], 505),
        ("PRI * HTTP/2.0", ["", "SM"], 505),
        ("GET / HTTP/11.1", ["Host: a"], 400),
        ("GET / HTTP/1.10", ["Host: a"], 400),
        ("GET / HTTP/1.2", [], 400),
        ("GET / http/1.1", ["Host: a"], 400),
        ("FOO / HTTP/1.1", ["Host: a"], 501),
        ("get / HTTP/1.1", ["Host: a"], 501),
        ("GETX / HTTP/1.1", ["Host: a"], 501),
        ("M$%&'*+!^_`|~.-1 / HTTP/1.1", ["Host: a"], 501),
        ("\r\nFOO / HTTP/1.1", ["Host: a"], 501),
        ("SETUP / HTTP/1.1", ["Host: a"], 501),
        ("PRI * HTTP/1.1", ["Host: a"], 501),
        ("F@O / HTTP/1.1", ["Host: a"], 400),
        ("GET\t/ HTTP/1.1", ["Host: a"], 400),
        ("FOO", ["Host: a"], 400),
        ("\x16\x03\x01\x02", [], 400),
        ("GET / HTTP/1.1", ["Host: a", "FOO / : a"], 400),
        ("POST /api/tasks HTTP/1.1", ["Host: a", "Transfer-Encoding: gzip, chunked"], 501),
        (
            "POST /api/tasks HTTP/1.1",
            ["Host: a", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked"],
            501,
        ),
        ("POST /api/tasks HTTP/1.1", ["Host: a", "Transfer-Encoding: chunked, chunked"], 400),
        ("POST /api/tasks HTTP/1.1", ["Host: a", "Transfer-Encoding: gzip"], 400),
        ("POST /api/tasks HTTP/1.1", ["Host: a", "Transfer-Encoding: chunked, gzip"], 400),
        ("POST /api/tasks HTTP/1.0", ["Host: a", "Transfer-Encoding: chunked"], 400),
        ("GET /api/tasks HTTP/1.1", ["Host: localhost:8000"], 401),
        ("GET /api/tasks HTTP/1.1", ["Host: [::1]:8000"], 401),
        ("GET /api/tasks HTTP/1.0", [], 401),
        ("GET /api/tasks HTTP/1.2", ["Host: a"], 401),
        ("POST /api/tasks HTTP/1.9", ["Host: a", "Transfer-Encoding: chunked"], 401),
    ],
)
def test_the_head_of_a_request_is_checked(
    guarded: Service, line: str, headers: list[str], status: int
) -> None:
    with connect(guarded) as client:
        client.sendall("\r\n".join([line, *headers, "", ""]).encode())
        answered, received, body = first_answer(client)

    assert answered == status
    assert received["content-type"] == "application/problem+json"
    assert json.loads(body)["status"] == status
    assert status == 401 or received["connection"] == "close"


@pytest.mark.parametrize(("line", "status"), [("FOO / HTTP/1.1", 501), ("GET / HTTP/3.0", 505)])
@pytest.mark.parametrize("cut", [1, 2, 3, 4, 5, 10])
def test_a_request_line_in_parts_is_understood_on_a_connection_in_use(
    guarded: Service, line: str, status: int, cut: int
) -> None:
    sent = f"{line}\r\nHost: a\r\n\r\n".encode()
    with connect(guarded) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        assert first_answer(client)[0] == 200
        client.sendall(sent[:cut])
        time.sleep(0.05)
        with suppress(ConnectionError):  # refused before all of it was sent
            client.sendall(sent[cut:])
        answered, _, body = first_answer(client)

    assert (answered, json.loads(body)["status"]) == (status, status)


def test_a_later_version_of_http_1_keeps_the_connection(guarded: Service) -> None:
    with connect(guarded) as client:
        for _ in range(2):
            client.sendall(b"GET /livez HTTP/1.2\r\nHost: a\r\n\r\n")
            assert first_answer(client)[0] == 200


@pytest.mark.parametrize(
    ("line", "headers", "status"),
    [
        ("POST /api/tasks", [], 401),
        ("POST /api/tasks", ["Authorization: Bearer x"], 401),
        ("POST /nowhere", [], 404),
        ("PUT /api/tasks", [], 405),
        ("GET /openapi.json", [], 200),
        ("GET /api/tasks", ["{token}"], 200),
        ("POST /api/tasks", ["{token}", "Content-Type: text/plain"], 415),
        ("POST /api/tasks", ["{token}", "Content-Type: application/json"], 413),
    ],
)
@pytest.mark.parametrize("framing", [f"Content-Length: {LONG}", "Transfer-Encoding: chunked"])
def test_the_rest_of_a_body_is_not_read_after_the_answer(
    guarded: Service, line: str, headers: list[str], status: int, framing: str
) -> None:
    token = f"Authorization: Bearer {development_tokens.sign(guarded.secret, 'uploading')}"
    lines = [f"{line} HTTP/1.1", "Host: a", framing, *(header.format(token=token) for header in headers)]
    part = b"x" * 2**20
    chunk = part if framing.startswith("Content") else b"%x\r\n%s\r\n" % (len(part), part)
    sent = 0
    with connect(guarded) as client:
        client.sendall("\r\n".join([*lines, "", ""]).encode())
        answered, received = (413, {"connection": "close"}) if status == 413 else first_answer(client)[:2]
        with suppress(ConnectionError):
            while sent < 2 * MOST:
                client.sendall(chunk)
                sent += len(chunk)

    assert (answered, received["connection"]) == (status, "close")
    assert sent < MOST


def test_a_small_body_keeps_the_connection(guarded: Service) -> None:
    request = b"POST /api/tasks HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"
    with connect(guarded) as client:
        for _ in range(3):
            client.sendall(request)
            status, headers, _ = first_answer(client)

            assert (status, "connection" in headers) == (401, False)


@pytest.mark.parametrize("spaces", [1, 2, 5])
def test_a_token_may_follow_any_number_of_spaces(guarded: Service, spaces: int) -> None:
    token = development_tokens.sign(guarded.secret, "spaced")

    answer = httpx.get(f"{guarded.url}/api/tasks", headers={"Authorization": f"Bearer{' ' * spaces}{token}"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ('application/json; profile="a;charset=utf-16"', 201),
        ('application/json; profile="a\\";charset=utf-16"; charset=utf-8', 201),
        ('application/json; profile="a"; charset=utf-16', 415),
        ('application/json; charset="utf-16"; charset=utf-8', 415),
        ("application/json; charset=utf-8; charset=latin-1", 415),
        ('application/json; x="charset=utf-8"; Charset=UTF-16', 415),
    ],
)
def test_parameters_of_a_media_type_may_be_quoted(guarded: Service, content_type: str, status: int) -> None:
    headers = {
        "Authorization": f"Bearer {development_tokens.sign(guarded.secret, 'typing')}",
        "Content-Type": content_type,
    }

    answer = httpx.post(f"{guarded.url}/api/tasks", headers=headers, content=b'{"title": "a"}')

    assert answer.status_code == status
