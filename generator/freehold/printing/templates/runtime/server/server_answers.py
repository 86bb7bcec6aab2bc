"""Responses of the server itself: to malformed requests, and above the connection limit."""

import json
from http import HTTPStatus
from uuid import uuid4

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ..event_log import RateLimitedLog
from ..http.middleware.exchange import HEADER
from ..http.middleware.request_middleware import RequestMiddleware
from ..http.problems import MEDIA_TYPE, Problem, Unavailable, problem_document, respond

_AT_LIMIT = Unavailable("The service has reached its connection limit.", "busy")
_AT_LIMIT.headers["Connection"] = "close"
_PROBLEMS = {
    HTTPStatus.BAD_REQUEST: Problem(400, "The request is not valid HTTP."),
    HTTPStatus.REQUEST_TIMEOUT: Problem(408, "The request did not arrive in time."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: Problem(431, "The headers are too large."),
    HTTPStatus.NOT_IMPLEMENTED: Problem(501, "The service does not implement this."),
    HTTPStatus.HTTP_VERSION_NOT_SUPPORTED: Problem(505, "The service speaks HTTP/1.1."),
}
_exhausted_log = RateLimitedLog("connections_exhausted")


async def _respond_at_limit(scope: Scope, receive: Receive, send: Send) -> None:
    _exhausted_log.warning("MAX_CONNECTIONS are open")
    await respond(Request(scope), _AT_LIMIT)(scope, receive, send)


connection_limit_app = RequestMiddleware(_respond_at_limit)
"""The application for connections above the limit: it responds with 503 and closes the connection."""


def raw_problem_response(status: HTTPStatus, detail: str = "") -> bytes:
    """The raw HTTP response to input that is not a valid request, with a `detail` or that of the status."""
    request_id = str(uuid4())
    problem = Problem(status, detail) if detail else _PROBLEMS[status]
    body = json.dumps(problem_document(request_id, problem)).encode("ascii")
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Content-Type: {MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        f"{HEADER}: {request_id}",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
