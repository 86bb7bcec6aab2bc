"""Requests that wait for their turn are few, and a declined upgrade leaves no part of a request behind."""

import asyncio
from typing import Any

import pytest

from generated.runtime.server.client_deadlines import DeadlineProtocol
from generated.runtime.server.connection import LARGEST_PIECE
from tests.runtime.server.exchanges import GET, Send, connect, exchange, responding

MANY = 5_000  # requests, more than are parsed at once
TIMEOUT = 0.2  # seconds
OK = responding(200, [(b"content-length", b"2")], b"ok")


async def echoing(_scope: Any, receive: Any, send: Send) -> None:
    """An application that answers with the body of its request."""
    body, more = b"", True
    while more:
        part = await receive()
        body, more = body + part.get("body", b""), part.get("more_body", False)
    await responding(200, [(b"content-length", str(len(body)).encode())], body)(None, receive, send)


def test_requests_that_wait_for_their_turn_are_few() -> None:
    async def run() -> tuple[int, list[bool], int]:
        turns, ended = asyncio.Semaphore(0), asyncio.Event()

        async def app(scope: Any, receive: Any, send: Send) -> None:
            await receive()  # of a request without a body
            await turns.acquire()
            await OK(scope, receive, send)
            if len(wire.scopes) == MANY:
                ended.set()

        wire = connect(DeadlineProtocol, app)
        await wire.say(GET * MANY)
        waiting, paused = len(wire.protocol._queue), []
        for _ in range(3):
            turns.release()
            await wire.settle()
            paused.append(wire.transport.is_paused)
        for _ in range(MANY):
            turns.release()
        await ended.wait()
        return waiting, [*paused, wire.transport.is_paused], len(wire.scopes)

    waiting, paused, answered = asyncio.run(asyncio.wait_for(run(), 30))

    assert waiting < LARGEST_PIECE / len(GET)
    assert paused == [True, True, True, False]
    assert answered == MANY


def test_what_is_parsed_in_pieces_arrives_whole() -> None:
    body = bytes(range(256)) * (4 * LARGEST_PIECE // 256)
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)

    wire = exchange(DeadlineProtocol, echoing, [head + body + GET])

    assert b"".join(wire.transport.writes).count(b"HTTP/1.1 200 OK") == len(wire.scopes) == len([head, GET])
    assert body in b"".join(wire.transport.writes)


@pytest.mark.parametrize("cut", [0, 10, 35, 37, 60, 110, 150, 200, 330])
def test_what_follows_a_declined_upgrade_is_the_next_request(cut: int) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: h2c\r\n"
    inner = b"GET /inner HTTP/1.1\r\nHost: a\r\n\r\n"
    post = b"POST /%b HTTP/1.1\r\nHost: a\r\n%bContent-Length: %d\r\n\r\n" + inner
    get = b"GET /first HTTP/1.1\r\nHost: a\r\n" + upgrade + b"\r\n"
    parts = [get * 3, post % (b"second", b"", len(inner)), post % (b"third", upgrade, len(inner)), GET]
    sent = b"".join(parts)
    end = len(sent) - len(GET) - cut

    wire = exchange(DeadlineProtocol, echoing, [sent[:end], sent[end:]])

    assert [scope["path"] for scope in wire.scopes] == [*["/first"] * 3, "/second", "/third", "/"]
    assert b"".join(wire.transport.writes).count(inner) == len(["second", "third"])


def test_an_upgrade_with_a_body_in_chunks_is_refused() -> None:
    head = GET[:-2] + b"Connection: Upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n"

    wire = exchange(DeadlineProtocol, echoing, [head, GET])

    assert wire.transport.writes[0].startswith(b"HTTP/1.1 501 ")
    assert (wire.scopes, wire.transport.closed) == ([], True)


def test_a_client_is_not_late_with_what_is_not_read() -> None:
    async def run() -> tuple[bool, list[str]]:
        go = asyncio.Event()

        async def app(scope: Any, receive: Any, send: Send) -> None:
            await go.wait()
            await OK(scope, receive, send)

        wire = connect(DeadlineProtocol, app)
        wire.protocol._limits = wire.protocol._limits.model_copy(update={"header_timeout": TIMEOUT})
        await wire.say(GET * 2 + GET[:9])
        await asyncio.sleep(2 * TIMEOUT)
        closed = wire.transport.closed
        go.set()
        await wire.settle()
        await wire.say(GET[9:])
        return closed, [scope["path"] for scope in wire.scopes]

    assert asyncio.run(asyncio.wait_for(run(), 30)) == (False, ["/"] * 3)
