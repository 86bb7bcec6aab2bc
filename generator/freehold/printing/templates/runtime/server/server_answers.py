"""What the server answers itself: to what is no request, and to connections that it has no room for."""

import json
from http import HTTPStatus
from uuid import uuid4

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ..event_log import RateLimitedLog
from ..http.problems import MEDIA_TYPE, TITLES, Problem, respond
from ..http.request_ids import HEADER, RequestIdMiddleware
from ..http.security_headers import SecurityHeadersMiddleware

_FULL = Problem(
    503,
    "The service has reached its connection limit.",
    headers={"Retry-After": "1", "Connection": "close"},
)
_DETAILS = {
    HTTPStatus.BAD_REQUEST: "The request is not valid HTTP.",
    HTTPStatus.REQUEST_TIMEOUT: "The request did not arrive in time.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The headers are too large.",
}
_exhausted = RateLimitedLog("connections_exhausted")


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    _exhausted.warning("MAX_CONNECTIONS are open")
    await respond(Request(scope), _FULL)(scope, receive, send)


full = RequestIdMiddleware(SecurityHeadersMiddleware(_refuse))
"""The application for a connection that is one too many: it says so, and the connection ends."""


def refusal(status: HTTPStatus) -> bytes:
    """The whole answer to what never became a request."""
    name = str(uuid4())
    problem = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status.value,
        "detail": _DETAILS[status],
        "instance": f"urn:request:{name}",
    }
    body = json.dumps(problem).encode("ascii")
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Content-Type: {MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        f"{HEADER}: {name}",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
