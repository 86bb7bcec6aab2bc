"""A connection without a socket: what a protocol writes for what it receives."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override
from uvicorn import Config
from uvicorn.server import ServerState

Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Any, Any, Send], Awaitable[None]]

DATE = (b"date", b"Mon, 30 Nov 2026 00:00:00 GMT")
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
_ENOUGH = 25  # turns of the loop, more than any application here takes


class Recorded(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__({"sockname": ("127.0.0.1", 8000), "peername": ("127.0.0.1", 1)})
        self.writes: list[bytes] = []
        self.closed = False
        self.closing = asyncio.Event()
        self.is_paused = False

    @override
    def write(self, data: Any) -> None:
        if not self.closed and data:
            self.writes.append(bytes(data))

    @override
    def close(self) -> None:
        self.closed = True
        self.closing.set()

    @override
    def is_closing(self) -> bool:
        return self.closed

    @override
    def pause_reading(self) -> None:
        self.is_paused = True

    @override
    def resume_reading(self) -> None:
        self.is_paused = False

    @override
    def get_write_buffer_size(self) -> int:
        return 0


@dataclass
class Wire:
    """A connection, made and lost by hand."""

    protocol: Any
    transport: Recorded
    tasks: set[asyncio.Task[None]]
    scopes: list[dict[str, Any]] = field(default_factory=list)

    async def settle(self) -> None:
        """Let the applications run until they wait."""
        for _ in range(_ENOUGH):
            await asyncio.sleep(0)

    async def say(self, *parts: bytes) -> bytes:
        """Send parts, and return what is written then."""
        seen = len(self.transport.writes)
        for part in parts:
            if not self.transport.closed:
                self.protocol.data_received(part)
                await self.settle()
        return b"".join(self.transport.writes[seen:])


def connect(protocol: type, app: App, **options: Any) -> Wire:
    """A new connection of a protocol, in a running loop."""
    scopes: list[dict[str, Any]] = []

    async def recording(scope: Any, receive: Any, send: Send) -> None:
        scopes.append({name: value for name, value in scope.items() if name != "freehold.respond"})
        await app(scope, receive, send)

    config = Config(recording, ws="none", access_log=False, log_config=None, **options)
    config.load()
    state = ServerState()
    state.default_headers = [DATE]
    made = protocol(config=config, server_state=state, app_state={}, _loop=asyncio.get_running_loop())
    wire = Wire(made, Recorded(), state.tasks, scopes)
    made.connection_made(wire.transport)
    return wire


def exchange(protocol: type, app: App, sent: Sequence[bytes], **options: Any) -> Wire:
    """All that happens on a connection until the client closes it."""

    async def run() -> Wire:
        wire = connect(protocol, app, **options)
        await wire.say(*sent)
        wire.protocol.connection_lost(None)
        await wire.settle()
        return wire

    return asyncio.run(run())


def responding(
    status: int, headers: Sequence[tuple[bytes, bytes]], *parts: bytes, reads: bool = False, ends: bool = True
) -> App:
    """An application that sends a response in parts."""

    async def app(_scope: Any, receive: Any, send: Send) -> None:
        if reads:
            await receive()
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for number, part in enumerate(parts):
            more = not ends or number + 1 < len(parts)
            await send({"type": "http.response.body", "body": part, "more_body": more})

    return app


def responding_at_once(status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> App:
    """An application that sends a whole response by one call."""

    async def app(scope: Any, _receive: Any, _send: Send) -> None:
        scope["freehold.respond"](status, headers, body)

    return app
