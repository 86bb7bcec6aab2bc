"""Sends requests as they are, without normalizing them, over a connection that is kept open."""

import shlex
import string
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from freehold.fuzzing.targets import Identity

_TIMEOUT = 30.0  # seconds
_LONGEST_COMMAND = 4000
"""How many bytes of a body a command of a report repeats."""


@dataclass(frozen=True)
class Request:
    """A request of a user. The target is percent-encoded; headers may have any bytes of HTTP."""

    user: Identity | None
    """None sends no token."""
    method: str
    target: str
    headers: Mapping[str, bytes]
    body: bytes | None = None

    def command(self, url: str) -> str | None:
        """Return the line that sends it with curl, or None where the line would be too long."""
        if len(self.target) + len(self.body or b"") > _LONGEST_COMMAND:
            return None
        said = [f"-H {_quote(name.encode() + b': ' + value)}" for name, value in self.headers.items()]
        token = [f'-H "Authorization: Bearer ${self.user.variable}"'] if self.user else []
        words = ["curl -sS -i --path-as-is", f"-X {self.method}", *token, *said]
        words += ["--data-binary @-"] if self.body is not None else []
        pipe = f"printf {_quote(_octal(self.body))} | " if self.body is not None else ""
        return f"{pipe}{' '.join(words)} {shlex.quote(url + self.target)}"


@dataclass(frozen=True)
class Answer:
    """A response. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire:
    """A connection to a service. It connects again after the service has closed it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(str(parts.hostname), parts.port, timeout=_TIMEOUT)
        self._prefix = parts.path.rstrip("/")

    def paths(self, request: Request) -> tuple[str, ...]:
        """What the path of a request may be for the service: a proxy may take the prefix of the URL away."""
        path = request.target.partition("?")[0]
        return tuple(dict.fromkeys((self._prefix + path, path)))

    def send(self, request: Request) -> Answer | None:
        """Send a request and return the response; None when the service gives none, twice."""
        for _ in range(2):
            try:
                return self._exchange(request)
            except (OSError, HTTPException):
                self._connection.close()
        return None

    def _exchange(self, request: Request) -> Answer:
        token = {"Authorization": f"Bearer {request.user.token}".encode()} if request.user else {}
        headers = {**token, **request.headers}
        self._connection.putrequest(request.method, self._prefix + request.target, skip_accept_encoding=True)
        for name, value in headers.items():
            self._connection.putheader(name, value)
        if request.body is not None:
            self._connection.putheader("Content-Length", str(len(request.body)))
        self._connection.endheaders()
        try:
            if request.body:
                self._connection.send(request.body)
        except ConnectionError:
            pass  # refused before all of it was sent: the answer says why
        with self._connection.getresponse() as response:
            body = response.read()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, body)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _quote(content: bytes) -> str:
    """Quote a word for a shell. Bytes that are not text are what `printf` makes of them."""
    text = content.decode("utf-8", "replace")
    if text.encode() == content and text.isprintable():
        return shlex.quote(text)
    return f'"$(printf {shlex.quote(_octal(content).decode())})"'


def _octal(content: bytes | None) -> bytes:
    """The format of `printf` for some bytes. One that begins with a hyphen would be an option."""
    plain = {byte: bytes([byte]) for byte in string.printable.encode() if not chr(byte).isspace()}
    plain |= {ord(" "): b" ", ord("%"): b"%%", ord("\\"): b"\\\\"}
    written = b"".join(plain.get(byte, b"\\%03o" % byte) for byte in content or b"")
    return b"\\055" + written[1:] if written.startswith(b"-") else written
