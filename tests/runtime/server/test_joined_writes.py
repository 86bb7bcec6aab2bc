"""A response whose length is declared leaves in one write; every other byte leaves when it is sent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import Mock

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from generated.runtime.server.joined_writes import join_writes

Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Send], Awaitable[None]]


class Recorded:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.writes.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def answer(app: App, *, join: bool = True, method: str = "GET", keep_alive: bool = True) -> Recorded:
    """Run an application as uvicorn does, with or without joined writes."""

    async def run() -> Recorded:
        transport = Recorded()
        cycle = RequestResponseCycle(
            scope={"type": "http", "method": method, "headers": [], "http_version": "1.1"},  # type: ignore[typeddict-item]
            transport=transport,  # type: ignore[arg-type]
            flow=FlowControl(Mock()),
            logger=logging.getLogger("test"),
            access_logger=logging.getLogger("test"),
            access_log=False,
            default_headers=[],
            message_event=asyncio.Event(),
            expect_100_continue=True,
            keep_alive=keep_alive,
            on_response=lambda: None,
        )
        cycle.message_event.set()
        if join:
            join_writes(cycle)
        await cycle.run_asgi(app)  # type: ignore[arg-type]
        return transport

    return asyncio.run(run())


def responding(status: int, headers: dict[str, str], *parts: bytes, reads: bool = False) -> App:
    async def app(_scope: Any, receive: Any, send: Send) -> None:
        if reads:
            await receive()
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        for number, part in enumerate(parts):
            more = number + 1 < len(parts)
            await send({"type": "http.response.body", "body": part, "more_body": more})

    return app


def failing(headers: dict[str, str], *parts: bytes) -> App:
    async def app(scope: Any, receive: Any, send: Send) -> None:
        await responding(200, headers, *parts, b"more", b"")(scope, receive, Mock(side_effect=ValueError))

    async def begin(scope: Any, receive: Any, send: Send) -> None:
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await app(scope, receive, send)

    return begin


LENGTH = {"content-length": "4"}
CASES: dict[str, tuple[App, str, int]] = {
    "a body": (responding(200, LENGTH, b"body"), "GET", 1),
    "an empty body": (responding(200, {"content-length": "0"}, b""), "GET", 1),
    "a body in parts": (responding(200, LENGTH, b"bo", b"dy"), "GET", 2),
    "a large body": (responding(200, {"content-length": "100000"}, b"x" * 100_000), "GET", 2),
    "no body": (responding(204, {}, b""), "GET", 2),
    "not modified": (responding(304, {"etag": '"1"'}, b""), "GET", 2),
    "HEAD": (responding(200, LENGTH, b"body"), "HEAD", 1),
    "a stream": (responding(200, {}, b"a", b"b", b""), "GET", 4),
    "a body after 100 Continue": (responding(200, LENGTH, b"body", reads=True), "POST", 2),
    "a failure before the body": (failing(LENGTH), "GET", 1),
    "a failure in the body": (failing(LENGTH, b"bo"), "GET", 1),
    "a failure of a stream": (failing({}, b"a"), "GET", 2),
}


@pytest.mark.parametrize("keep_alive", [True, False])
@pytest.mark.parametrize(("app", "method", "writes"), CASES.values(), ids=CASES)
def test_the_same_bytes_are_written(app: App, method: str, writes: int, keep_alive: bool) -> None:
    plain = answer(app, join=False, method=method, keep_alive=keep_alive)
    joined = answer(app, method=method, keep_alive=keep_alive)

    assert b"".join(joined.writes) == b"".join(plain.writes)
    assert joined.closed == plain.closed
    assert len([data for data in joined.writes if data]) <= len(plain.writes)
    assert len(joined.writes) == writes


def test_the_head_of_a_stream_does_not_wait_for_its_first_part() -> None:
    seen: list[int] = []

    async def app(_scope: Any, _receive: Any, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        seen.append(len(send.__self__.transport._transport.writes))  # type: ignore[attr-defined]
        await send({"type": "http.response.body", "body": b"part"})

    answer(app)

    assert seen == [1]
