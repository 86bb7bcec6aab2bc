"""Responses are those that uvicorn would write, byte for byte, in as few writes as there can be."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from generated.runtime.server.client_deadlines import DeadlineProtocol
from tests.runtime.server.exchanges import (
    GET,
    App,
    Send,
    Wire,
    connect,
    exchange,
    responding,
    responding_at_once,
)

LENGTH = [(b"content-length", b"4")]
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
NAMES = st.sampled_from(
    [b"x-a", b"X-B", b"etag", b"", b"x a", b"x:", b"x\r\ny", b"Set-Cookie", b"x\x00", b"x\xe9"]
)
VALUES = st.binary(max_size=3) | st.sampled_from(
    [b"a", b"a, b", b"a\r\nb: c", b"a\tb", b"\xe9", b"\x7f", b"\n", b"\r"]
)
FRAMING = st.lists(
    st.sampled_from([
        (b"content-length", b"4"), (b"Content-Length", b"0"),
        (b"transfer-encoding", b"chunked"), (b"Transfer-Encoding", b"Chunked"),
        (b"transfer-encoding", b"gzip"),
        (b"connection", b"close"), (b"Connection", b"keep-alive, Close"), (b"connection", b"keep-alive"),
    ]),
    max_size=2,
)  # fmt: skip
HEADERS = st.tuples(st.lists(st.tuples(NAMES, VALUES), max_size=2), FRAMING).map(
    lambda both: [*both[0], *both[1]]
)
STATUSES = st.sampled_from([200, 201, 204, 299, 304, 404, 500, 503, 99, 600])
BODIES = st.sampled_from([b"", b"body", b"bo", b"much too long"])
REQUESTS = st.sampled_from([
    GET,
    GET.replace(b"GET", b"HEAD"),
    GET.replace(b"1.1", b"1.0"),
    GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
    GET.replace(b"1.1", b"1.0").replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n"),
    GET.replace(b"\r\n\r\n", b"\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"),
    GET * 3,
    GET + GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + GET,
])  # fmt: skip


def failing(headers: Sequence[tuple[bytes, bytes]], *parts: bytes) -> App:
    async def app(scope: Any, receive: Any, send: Send) -> None:
        await responding(200, headers, *parts, ends=False)(scope, receive, send)
        raise ValueError

    return app


async def silent(_scope: Any, _receive: Any, _send: Send) -> None:
    """An application that does not respond."""


async def wordy(scope: Any, receive: Any, send: Send) -> None:
    """An application that responds twice."""
    await responding(200, LENGTH, b"body")(scope, receive, send)
    await responding(200, LENGTH, b"body")(scope, receive, send)


CASES: dict[str, tuple[App, bytes, int]] = {
    "a body": (responding(200, LENGTH, b"body"), GET, 1),
    "an empty body": (responding(200, [(b"content-length", b"0")], b""), GET, 1),
    "a body in parts": (responding(200, LENGTH, b"bo", b"dy"), GET, 2),
    "a large body": (responding(200, [(b"content-length", b"100000")], b"x" * 100_000), GET, 2),
    "no body": (responding(204, [], b""), GET, 1),
    "not modified": (responding(304, [(b"etag", b'"1"')], b""), GET, 1),
    "HEAD": (responding(200, LENGTH, b"body"), GET.replace(b"GET", b"HEAD"), 1),
    "a stream": (responding(200, [], b"a", b"b", b""), GET, 4),
    "a body after 100 Continue": (responding(200, LENGTH, b"body", reads=True), POST, 2),
    "a failure before the body": (failing(LENGTH), GET, 1),
    "a failure in the body": (failing(LENGTH, b"bo"), GET, 1),
    "a failure of a stream": (failing([], b"a"), GET, 2),
    "a failure before the response": (responding(99, []), GET, 0),
    "an invalid length": (responding(200, [(b"content-length", b"x")], b"body"), GET, 0),
    "no response": (silent, GET, 1),
    "two responses": (wordy, GET, 1),
}


def written(wire: Wire) -> tuple[bytes, bool, int]:
    return b"".join(wire.transport.writes), wire.transport.closed, len(wire.scopes)


CHUNKED = re.compile(rb"transfer-encoding: chunked\r\n", re.IGNORECASE)
CHUNK = re.compile(rb"([0-9a-f]+)\r\n")


def expected(wire: Wire, request_: bytes) -> tuple[bytes, bool, int]:
    """What uvicorn writes, but without chunks for a client of HTTP/1.0, which knows none (RFC 9112, 6.1)."""
    text, closed, count = written(wire)
    head, end, body = text.partition(b"\r\n\r\n")
    if b"HTTP/1.0" not in request_ or not end:
        return text, closed, count
    plain = re.sub(rb"(?i)\r\ntransfer-encoding: [^\r]*", b"", head)
    return plain + end + (b"".join(chunks(body)) if CHUNKED.search(head + b"\r\n") else body), closed, count


def are_sound(status: int, headers: list[tuple[bytes, bytes]], request_: bytes) -> bool:
    """Whether HTTP/1.0 can say what the response is: not a coding beside a length, or without a body."""
    names = {name.lower() for name, _ in headers}
    has_other_end = b"content-length" in names or status in {204, 304}
    return not (b"HTTP/1.0" in request_ and b"transfer-encoding" in names and has_other_end)


def chunks(body: bytes) -> Iterator[bytes]:
    while found := CHUNK.match(body):
        start, size = found.end(), int(found[1], 16)
        yield body[start : start + size]
        body = body[start + size + 2 :]


@pytest.mark.parametrize(("app", "request_", "writes"), CASES.values(), ids=CASES)
def test_the_same_bytes_are_written(app: App, request_: bytes, writes: int) -> None:
    sent = [request_, *([b"{}"] if request_ is POST else [])]

    ours = exchange(DeadlineProtocol, app, sent)

    assert written(ours) == written(exchange(HttpToolsProtocol, app, sent))
    assert len(ours.transport.writes) == writes


@settings(deadline=None, max_examples=150)
@given(STATUSES, HEADERS, st.lists(BODIES, max_size=2), st.booleans(), REQUESTS)
def test_the_same_bytes_are_written_for_whatever_an_application_sends(
    status: int, headers: list[tuple[bytes, bytes]], parts: list[bytes], ends: bool, request_: bytes
) -> None:
    assume(are_sound(status, headers, request_))
    app = responding(status, headers, *parts, ends=ends)

    assert written(exchange(DeadlineProtocol, app, [request_])) == expected(
        exchange(HttpToolsProtocol, app, [request_]), request_
    )


@settings(deadline=None, max_examples=150)
@given(STATUSES, HEADERS, BODIES, REQUESTS)
def test_a_whole_response_is_written_as_its_parts_would_be(
    status: int, headers: list[tuple[bytes, bytes]], body: bytes, request_: bytes
) -> None:
    assume(are_sound(status, headers, request_))
    in_parts = exchange(HttpToolsProtocol, responding(status, headers, body), [request_])

    assert written(
        exchange(DeadlineProtocol, responding_at_once(status, headers, body), [request_])
    ) == expected(in_parts, request_)


def test_a_client_of_http_1_0_gets_no_chunks_and_no_100_continue() -> None:
    stream = exchange(DeadlineProtocol, responding(200, [], b"a", b"b", b""), [GET.replace(b"1.1", b"1.0")])
    reading = responding(200, LENGTH, b"body", reads=True)
    read = exchange(DeadlineProtocol, reading, [POST.replace(b"1.1", b"1.0"), b"{}"])

    assert written(stream)[0].endswith(b"connection: close\r\n\r\nab")
    assert stream.transport.closed
    assert written(read)[0].startswith(b"HTTP/1.1 200 OK\r\n")


def test_the_head_of_a_stream_does_not_wait_for_its_first_part() -> None:
    seen: list[int] = []

    async def run() -> None:
        async def app(_scope: Any, _receive: Any, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            seen.append(len(wire.transport.writes))
            await send({"type": "http.response.body", "body": b"part"})

        wire = connect(DeadlineProtocol, app)
        await wire.say(GET)

    asyncio.run(run())

    assert seen == [1]


def test_a_whole_response_to_a_client_that_is_gone_is_ignored() -> None:
    async def run() -> Wire:
        async def app(scope: Any, _receive: Any, _send: Send) -> None:
            wire.protocol.connection_lost(None)
            scope["freehold.respond"](200, LENGTH, b"body")

        wire = connect(DeadlineProtocol, app)
        await wire.say(GET)
        return wire

    wire = asyncio.run(run())

    assert (wire.transport.writes, wire.tasks) == ([], set())


@pytest.mark.parametrize("app", [responding(200, LENGTH, b"body"), responding_at_once(200, LENGTH, b"body")])
def test_a_response_before_the_end_of_a_body_closes_the_connection(app: App) -> None:
    wire = exchange(DeadlineProtocol, app, [POST, b"{"])

    assert b"\r\nconnection: close\r\n" in wire.transport.writes[0]
    assert wire.transport.closed


@pytest.mark.parametrize("app", [responding(200, LENGTH, b"body"), responding_at_once(200, LENGTH, b"body")])
def test_the_next_request_waits_until_the_client_has_read_the_response(app: App) -> None:
    async def run() -> list[int]:
        wire = connect(DeadlineProtocol, app)
        counts = []
        wire.protocol.pause_writing()
        for act in (lambda: wire.protocol.data_received(GET * 2), wire.protocol.resume_writing):
            act()
            await wire.settle()
            counts.append(len(wire.scopes))
        assert not wire.transport.is_paused
        return counts

    assert asyncio.run(run()) == [0, 2]
