"""The heads of responses as bytes: what would make another response of one is refused."""

from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from string import ascii_uppercase

RawHeaders = Sequence[tuple[bytes, bytes]]

_CONTROLS = bytes(range(32)) + b"\x7f"
_INVALID_IN_NAMES = _CONTROLS + b' ()<>@,;:\\[]={}"'
UNUSUAL_IN_NAMES = _INVALID_IN_NAMES + ascii_uppercase.encode()
"""What `lower_names` is for."""
INVALID_IN_VALUES = _CONTROLS.replace(b"\t", b"")


@cache
def status_line(status: int) -> bytes:
    """The first line of a response. Raises RuntimeError for what is no status."""
    if not 100 <= status <= 599:  # noqa: PLR2004 - RFC 9110, 15
        raise RuntimeError(f"Invalid HTTP status {status}.")
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}".encode("ascii")


def lower_names(headers: RawHeaders) -> RawHeaders:
    """The headers, names in lower case. Raises RuntimeError for what must not be in one."""
    for name, value in headers:
        if name.translate(None, _INVALID_IN_NAMES) != name:
            raise RuntimeError("Invalid HTTP header name.")
        if value.translate(None, INVALID_IN_VALUES) != value:
            raise RuntimeError("Invalid HTTP header value.")
    return [(name.lower(), value) for name, value in headers]


def wants_close(headers: RawHeaders) -> bool:
    """Whether the headers, names in lower case, say that the connection ends with the response."""
    options = b",".join(value for name, value in headers if name == b"connection")
    return b"close" in [option.strip() for option in options.lower().split(b",")]


def without_codings(headers: RawHeaders) -> RawHeaders:
    """The headers for a client of HTTP/1.0, which knows no transfer codings (RFC 9112, 6.1)."""
    return [header for header in headers if header[0].lower() != b"transfer-encoding"]


def is_chunked(headers: RawHeaders) -> bool:
    """Whether the headers, names in lower case, say that the application wants its body in chunks."""
    return any(name == b"transfer-encoding" and value.lower() == b"chunked" for name, value in headers)


class DefaultHeaders:
    """The lines of the headers that uvicorn wants in each response. It replaces their list once a second."""

    def __init__(self) -> None:
        self.known: tuple[RawHeaders, tuple[bytes, ...]] = ((), ())
        """The headers of the last response, and their lines."""

    def lines(self, headers: RawHeaders) -> tuple[bytes, ...]:
        """The lines of new headers, which are known from now on."""
        lines = tuple(map(b": ".join, headers))
        self.known = (headers, lines)
        return lines
