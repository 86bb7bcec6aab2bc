"""Requests are understood as uvicorn would understand them, by less code, and nothing of them stays."""

import asyncio
import gc
import hashlib
import inspect
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.middleware import proxy_headers
from uvicorn.protocols.http import httptools_impl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from generated.runtime.server import client_deadlines
from generated.runtime.server.client_deadlines import DeadlineProtocol
from generated.runtime.server.request_cycle import RequestCycle
from tests.runtime.server.exchanges import GET, Send, Wire, connect, exchange, responding, responding_at_once
from tests.support.measuring.waiting import waits

REVIEWED = "8dcc6252577e20fd"
"""The digest of what `generated/runtime/server/` does in place of uvicorn."""
SERVER = str(Path(client_deadlines.__file__).parent)
MOST_CALLS = 18
KEEP_ALIVE = 0.2  # seconds
OK = responding(200, [(b"content-length", b"2")], b"ok")
AT_ONCE = responding_at_once(200, [(b"content-length", b"2")], b"ok")
TARGETS = st.lists(
    st.sampled_from([*"/?#%:@.;=a\u00e9\t", "%2F", "%61", "%C3%A9", "%zz", "//", "http://a"]), max_size=6
).map("".join)
METHODS = st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "DELETE", "PATCH", "QUERY", "get", "CONNECT"])
HEADERS = st.lists(
    st.sampled_from([
        "X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: 1.2.3.4, 127.0.0.1", "x-forwarded-proto: https",
        "X-Forwarded-Proto: gopher", "Forwarded: for=1.2.3.4", "Connection: close", "Connection: keep-alive",
        "Expect: 100-Continue", "X-A: \t b ", "x-a:", "X-B: \u00e9", "Cookie: a=b", "Upgrade: h2c",
        "Connection: upgrade",
    ]),
    max_size=4,
)  # fmt: skip


async def echoing(_scope: Any, receive: Any, send: Send) -> None:
    """An application that tells each part of a body as it gets it."""
    parts: list[dict[str, Any]] = []
    while not parts or parts[-1].get("more_body"):
        parts.append(await receive())
    body = b"".join(part.get("body", b"") for part in parts)
    headers = [(b"content-length", str(len(body)).encode()), (b"x-last", parts[-1]["type"].encode())]
    await responding(200, headers, body)(None, receive, send)


def understood(protocol: type, sent: list[bytes]) -> tuple[list[dict[str, Any]], bytes]:
    wire = exchange(protocol, echoing, sent, forwarded_allow_ips="127.0.0.1")
    return wire.scopes, b"".join(wire.transport.writes) if wire.scopes else b""


@settings(deadline=None, max_examples=200)
@given(METHODS, TARGETS, st.sampled_from(["1.0", "1.1"]), HEADERS, st.booleans())
def test_a_request_has_the_scope_that_uvicorn_gives_it(
    method: str, target: str, version: str, headers: list[str], whole: bool
) -> None:
    head = "\r\n".join([f"{method} {target} HTTP/{version}", "Host: a", *headers, "", ""]).encode()
    sent = [head] if whole else [head[place : place + 7] for place in range(0, len(head), 7)]

    scopes, written = understood(HttpToolsProtocol, sent)
    for scope in scopes:  # uvicorn leaves whitespace after values (RFC 9110, 5.5)
        scope["headers"] = [(name, value.rstrip(b" \t")) for name, value in scope["headers"]]
    if version == "1.0":  # whose clients do not wait for it (RFC 9110, 10.1.1)
        written = written.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert understood(DeadlineProtocol, sent) == (scopes, written)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=5), max_size=4), st.booleans(), st.booleans())
def test_a_body_arrives_as_it_was_sent(parts: list[bytes], chunked: bool, expects: bool) -> None:
    framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % len(b"".join(parts))
    lines = [
        b"POST / HTTP/1.1",
        b"Host: a",
        framing,
        *([b"Expect: 100-continue"] if expects else []),
        b"",
        b"",
    ]
    body = (
        [b"%x\r\n%b\r\n" % (len(part), part) for part in parts if part] + [b"0\r\n\r\n"] if chunked else parts
    )

    sent = [b"\r\n".join(lines), *body, GET]

    assert understood(DeadlineProtocol, sent) == understood(HttpToolsProtocol, sent)


def test_trailers_are_no_headers() -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    wire = exchange(DeadlineProtocol, echoing, [head, b"1\r\na\r\n", b"0\r\nAuthorization: Bearer a\r\n\r\n"])

    assert [name for name, _ in wire.scopes[0]["headers"]] == [b"host", b"transfer-encoding"]
    assert wire.transport.writes[-1].endswith(b"\r\n\r\na")


def test_a_request_without_a_body_passes_few_functions() -> None:
    seen: list[str] = []

    def count(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(SERVER):
            seen.append(frame.f_code.co_qualname)

    async def run() -> None:
        wire = connect(DeadlineProtocol, AT_ONCE)
        await wire.say(GET, GET)
        sys.setprofile(count)
        await wire.say(GET)
        sys.setprofile(None)

    asyncio.run(run())

    assert "RequestCycle.respond" in seen
    assert len(seen) <= MOST_CALLS, seen


@pytest.mark.parametrize("app", [OK, AT_ONCE, echoing])
def test_nothing_of_a_connection_is_left_to_the_garbage_collector(app: Any) -> None:
    def left() -> list[object]:
        return [item for item in gc.get_objects() if isinstance(item, RequestCycle | DeadlineProtocol)]

    gc.collect()
    gc.disable()
    try:
        assert left() == []
        exchange(DeadlineProtocol, app, [GET, GET * 3, b"GET / HTTP/1.1\r\n"])
        assert left() == []
    finally:
        gc.enable()


def test_a_stop_waits_for_what_has_arrived() -> None:
    async def run() -> tuple[list[bool], Wire]:
        go = asyncio.Event()

        async def app(scope: Any, receive: Any, send: Send) -> None:
            await go.wait()
            await OK(scope, receive, send)

        wire, idle = connect(DeadlineProtocol, app), connect(DeadlineProtocol, app)
        await wire.say(GET * 2)
        wire.protocol.shutdown()
        idle.protocol.shutdown()
        states = [idle.transport.closed, wire.transport.closed]
        go.set()
        await wire.settle()
        return states, wire

    states, wire = asyncio.run(run())

    assert states == [True, False]
    first, second = wire.transport.writes
    assert (b"connection: close" in first, b"connection: close" in second) == (False, True)
    assert (wire.transport.closed, wire.tasks) == (True, set())


def test_all_requests_of_a_lost_connection_are_told() -> None:
    told: list[str] = []

    async def app(_scope: Any, receive: Any, _send: Send) -> None:
        await receive()
        told.append((await receive())["type"])

    exchange(DeadlineProtocol, app, [GET * 2])

    assert told == ["http.disconnect"]


def test_uvicorn_is_as_it_was_when_it_was_compared() -> None:
    """Otherwise read what has changed there, take over what matters, and note the new digest here."""
    source = inspect.getsource(httptools_impl) + inspect.getsource(proxy_headers.ProxyHeadersMiddleware)

    assert hashlib.sha256(source.encode()).hexdigest()[:16] == REVIEWED


def test_an_idle_connection_is_closed_and_one_with_a_request_is_not() -> None:
    async def run() -> list[bool]:
        async def app(scope: Any, receive: Any, send: Send) -> None:
            await asyncio.sleep(3 * KEEP_ALIVE)
            await OK(scope, receive, send)

        wire = connect(DeadlineProtocol, app, timeout_keep_alive=KEEP_ALIVE)
        states = []
        for _ in range(2):
            wire.protocol.data_received(GET)
            await asyncio.gather(*wire.tasks)
            states.append(wire.transport.closed)
        with waits(KEEP_ALIVE):
            await wire.transport.closing.wait()
        return states

    assert asyncio.run(asyncio.wait_for(run(), 30)) == [False, False]


def test_the_time_for_headers_is_not_extended_by_more_of_them() -> None:
    async def run() -> bytes:
        wire = connect(DeadlineProtocol, OK, timeout_keep_alive=60)
        await wire.say(GET)
        wire.protocol._limits = wire.protocol._limits.model_copy(update={"header_timeout": KEEP_ALIVE})
        with waits(KEEP_ALIVE):
            wire.protocol.data_received(b"GET / HTTP/1.1\r\nX: ")
            while not wire.transport.closed:
                await asyncio.sleep(0.01)
                wire.protocol.data_received(b"a")
        return wire.transport.writes[-1]

    assert asyncio.run(asyncio.wait_for(run(), 30)).startswith(b"HTTP/1.1 408 ")
