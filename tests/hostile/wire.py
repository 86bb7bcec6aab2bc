"""HTTP/1.1 as bytes: what a client library would tidy up is sent as it is."""

import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from urllib.parse import urlsplit

PATIENCE = 20.0  # seconds


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """The names in small letters."""
    body: bytes


@dataclass(frozen=True)
class Request:
    """What is sent. The target may hold any bytes but spaces."""

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes | None = None

    def head(self, host: str) -> bytes:
        """The lines before the body."""
        length = [] if self.body is None else [(b"Content-Length", str(len(self.body)).encode())]
        lines = [(b"Host", host.encode()), *self.headers, *length]
        first = b"%s %s HTTP/1.1" % (self.method.encode(), self.target)
        return b"\r\n".join([first, *(b"%s: %s" % line for line in lines), b"", b""])


class Wire:
    """A connection that is opened again when the other side has closed it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._place, self._host = (str(parts.hostname), parts.port or 80), str(parts.netloc)
        self._socket: socket.socket | None = None

    def ask(self, request: Request) -> Answer:
        """Send a request and read what is answered."""
        return self.say(request.method, [request.head(self._host) + (request.body or b"")])

    def say(self, method: str, parts: Iterable[bytes]) -> Answer:
        """Send bytes, whatever they are, and read one answer; `method` says whether it has a body."""
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
        """Whether the next request goes over the same connection."""
        return self._socket is not None

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


@contextmanager
def wired(url: str) -> Iterator[Wire]:
    """A connection for as long as the block lasts."""
    wire = Wire(url)
    try:
        yield wire
    finally:
        wire.close()
