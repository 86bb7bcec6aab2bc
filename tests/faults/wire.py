"""A raw HTTP client that is fast, can disconnect at any time, and sees exact responses."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self


class NoAnswer(Exception):
    """The connection failed before the response arrived."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def written(method: str, path: str, token: str = "", body: object = None) -> bytes:
    """A request as bytes."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(content)}"]
    if content:
        lines.append("Content-Type: application/json")
    if token:
        lines.append(f"Authorization: Bearer {token}")
    return "\r\n".join([*lines, "", ""]).encode() + content


class Wire:
    """One client. It connects on demand, and reconnects after a disconnect."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()

    async def ask(self, request: bytes, limit: float = 30.0) -> Answer:
        """Send a request and read the response. Raises NoAnswer; the request is never repeated."""
        try:
            async with asyncio.timeout(limit):
                return await self._ask(request)
        except (OSError, EOFError) as error:
            self.hang_up()
            raise NoAnswer(str(error)) from error

    async def send(self, request: bytes) -> None:
        """Send without reading the response. Raises NoAnswer."""
        try:
            _, writer = await self._connected()
            writer.write(request)
            await writer.drain()
        except OSError as error:
            self.hang_up()
            raise NoAnswer(str(error)) from error

    def hang_up(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
        self._streams = None

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return self._streams

    async def _ask(self, request: bytes) -> Answer:
        reader, writer = await self._connected()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            self.hang_up()
        return Answer(int(head[0].split(" ")[1]), headers, body)
