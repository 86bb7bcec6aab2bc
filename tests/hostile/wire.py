"""A raw HTTP/1.1 client, which sends requests that client libraries would normalize."""

import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from urllib.parse import urlsplit

PATIENCE = 20.0  # seconds


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    headers: Mapping[str, str]
    """The names in small letters."""
    body: bytes


@dataclass(frozen=True)
class Request:
    """A request. The target may contain any bytes but spaces."""

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes | None = None

    def head(self, host: str) -> bytes:
        """The head of the request."""
        length = [] if self.body is None else [(b"Content-Length", str(len(self.body)).encode())]
        lines = [(b"Host", host.encode()), *self.headers, *length]
        first = b"%s %s HTTP/1.1" % (self.method.encode(), self.target)
        return b"\r\n".join([first, *(b"%s: %s" % line for line in lines), b"", b""])


class Wire:
    """A connection that reconnects after the other side has closed it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._place, self._host = (str(parts.hostname), parts.port or 80), str(parts.netloc)
        self._socket: socket.socket | None = None

    def ask(self, request: Request) -> Answer:
        """Send a request and read the response."""
        return self.say(request.method, [request.head(self._host) + (request.body or b"")])

    def say(self, method: str, parts: Iterable[bytes]) -> Answer:
        """Send any bytes and read one response; `method` tells whether it has a body."""
        again = self._socket is not None
        try:
            return self._exchange(method, parts := list(parts))
        except (ConnectionError, TimeoutError):
            self.close()
            if not again:
                raise
            return self._exchange(method, parts)

    def _exchange(self, method: str, parts: Iterable[bytes]) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(self._place, PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for part in parts:
                self._socket.sendall(part)
        except ConnectionError:
            pass  # refused before all of it was sent: the answer says why
        with HTTPResponse(self._socket, method=method) as response:
            response.begin()
            body = response.read()
            headers = {name.lower(): value for name, value in response.getheaders()}
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(response.status, headers, body)

    @property
    def open(self) -> bool:
        """Whether the connection is kept alive."""
        return self._socket is not None

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


@contextmanager
def wired(url: str) -> Iterator[Wire]:
    """A connection for the duration of the block."""
    wire = Wire(url)
    try:
        yield wire
    finally:
        wire.close()
