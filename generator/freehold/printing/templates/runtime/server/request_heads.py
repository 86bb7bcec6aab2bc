"""Checks the heads of requests for what the parser lets pass, and RFC 9112 does not."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote

from httptools import HttpParserError, HttpParserInvalidMethodError, parse_url

_VERSIONS = frozenset({"1.0", "1.1"})
_LATER_VERSIONS = dict.fromkeys((f"1.{minor}" for minor in range(2, 10)), "1.1")
_METHOD = re.compile(rb"[\r\n]*[A-Za-z0-9!#$%&'*+.^_`|~-]++(?: |\Z)")  # a token (RFC 9110, 5.6.2)
_OF_OTHER_PROTOCOLS = ("Invalid method for HTTP/", "Expected HTTP/2")
"""What the parser says of a method of RTSP, and of PRI."""
_NAME = rb"(?:[A-Za-z0-9._~!$&'()*+,;=-]++|%[0-9A-Fa-f]{2})++|\[[0-9A-Fa-f:.]++\]"
HOST = re.compile(rb"(?:" + _NAME + rb")(?::[0-9]*)?")
"""A valid Host header (RFC 9110, 7.2)."""


class HeadFault(NamedTuple):
    """Why a request is refused before its body is read."""

    status: HTTPStatus
    detail: str


def understood_version(version: str) -> str:
    """The version as which a request is understood: 1.1 if it is a later one of HTTP/1 (RFC 9110, 2.5)."""
    return _LATER_VERSIONS.get(version, version)


def find_line_fault(error: HttpParserError, version: str, data: bytes) -> HeadFault | None:
    """Return why the parser refused a request line that is valid HTTP, or None for all else.

    `version` is the one that the parser has read. `data` begins with the request, or goes on with its first
    line: what arrives behind other requests is not looked at.
    """
    if version[0] not in "01":
        return HeadFault(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "The service speaks HTTP/1.1.")
    is_unknown = isinstance(error, HttpParserInvalidMethodError) and _METHOD.match(data)
    if is_unknown or str(error).startswith(_OF_OTHER_PROTOCOLS):
        return HeadFault(HTTPStatus.NOT_IMPLEMENTED, "The service does not know the method.")
    return None


def find_head_fault(version: str, headers: Iterable[tuple[bytes, bytes]]) -> HeadFault | None:
    """Return what is wrong with the head of a request. Names of `headers` are in lower case."""
    if version not in _VERSIONS:
        return HeadFault(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "The service speaks HTTP/1.1.")
    hosts, codings = [], []
    for name, value in headers:
        if name == b"host":
            hosts.append(value)
        elif name == b"transfer-encoding":
            codings.append(value)
    if len(hosts) > 1 or (not hosts and version == "1.1"):  # RFC 9112, 3.2
        return HeadFault(HTTPStatus.BAD_REQUEST, "The request must have one Host header.")
    if hosts and not HOST.fullmatch(hosts[0]):
        return HeadFault(HTTPStatus.BAD_REQUEST, "The Host header is not valid.")
    return _find_coding_fault(version, b",".join(codings).lower()) if codings else None


def expects_continue(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether the client waits for `100 Continue` before it sends the body. Names are in lower case."""
    return any(name == b"expect" and value.lower() == b"100-continue" for name, value in headers)


def split_target(target: bytes) -> tuple[bytes, str, bytes]:
    """The path of a request, also decoded, and its query. Raises an error of httptools, or ValueError."""
    if target[:1] == b"/" and b"#" not in target:
        raw_path, _, query = target.partition(b"?")
    else:
        url = parse_url(target)
        raw_path, query = url.path, url.query or b""
    path = raw_path.decode("ascii")
    return raw_path, unquote(path) if "%" in path else path, query


def _find_coding_fault(version: str, codings: bytes) -> HeadFault | None:
    """What is wrong with Transfer-Encoding (RFC 9112, 6.1 and 6.3)."""
    names = [name.strip() for name in codings.split(b",")]
    if names == [b"chunked"] and version == "1.1":
        return None
    if version != "1.1" or names[-1] != b"chunked" or names.count(b"chunked") > 1:
        return HeadFault(HTTPStatus.BAD_REQUEST, "The length of the body is ambiguous.")
    return HeadFault(HTTPStatus.NOT_IMPLEMENTED, "The only transfer coding is chunked.")
