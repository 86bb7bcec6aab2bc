"""A client for many requests: HTTP/1.1 over connections that stay open, and responses as they were sent."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from freehold.ground.varying_parts import without_varying_parts

_NO_BODY = {204, 304}


@dataclass(frozen=True)
class Answer:
    """A response: its status line, its headers in their order, and its body."""

    status: int
    head: tuple[bytes, ...]
    body: bytes
    path: str = ""
    """That of the request."""

    def header(self, name: bytes) -> bytes | None:
        lines = (line.split(b":", 1) for line in self.head[1:])
        return next((value.strip() for key, value in lines if key.lower() == name), None)

    @property
    def visible(self) -> tuple[tuple[bytes, ...], bytes]:
        """All bytes of it, but for what differs in every answer."""
        lines = (line.decode("latin-1").partition(":") for line in self.head[1:])
        headers = {name.lower(): value.strip() for name, _, value in lines}
        text = self.body.decode("latin-1")
        seen, text = without_varying_parts(text, self.status, headers, self.path)
        head = [self._without_path(line, seen) for line in self.head[1:] if _name(line) in seen]
        return (self.head[0], *head), text.encode("latin-1")

    def _without_path(self, line: bytes, seen: dict[str, str]) -> bytes:
        return b"content-length: " + seen["content-length"].encode() if _name(line) == LENGTH else line


LENGTH = "content-length"


def _name(line: bytes) -> str:
    return line.partition(b":")[0].decode("latin-1").lower()


class Connection:
    """A connection that is opened again after the service has closed it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: bytes) -> Answer:
        """Send a request as it is, and read the response."""
        for last in (False, True):
            try:
                return await self._exchange(request)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if last:
                    raise
        raise AssertionError

    async def _exchange(self, request: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n"))[:-4].split(b"\r\n")
        status = int(head[0].split()[1])
        length, closes = 0, False
        for line in head[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            closes = closes or (name.lower() == b"connection" and value.strip().lower() == b"close")
        body = await reader.readexactly(length) if length and status not in _NO_BODY else b""
        if closes:
            self.close()
        path = request.split(b" ", 2)[1].partition(b"?")[0]
        return Answer(status, tuple(head), body, path.decode("latin-1"))

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
