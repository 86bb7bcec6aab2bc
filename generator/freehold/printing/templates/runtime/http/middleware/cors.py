"""CORS: which pages of other origins may send requests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import chain

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from typing_extensions import override

from ..problems import Problem, problem_response
from .exchange import current_request_id
from .request_middleware import Layer

_ALLOWED_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ALLOWED_HEADERS = (
    "Authorization",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "Idempotency-Key",
    "Traceparent",
    "Tracestate",
    "X-Request-Id",
)
_EXPOSED_HEADERS = (
    "ETag",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
)


@dataclass(frozen=True)
class DeclaredHeaders:
    """The headers that the contract declares. Pages of other origins may send and read them."""

    request: tuple[str, ...]
    response: tuple[str, ...]


def cors_layers(origins: str | None, declared: DeclaredHeaders) -> Sequence[Layer]:
    """CORS for `origins`, which are separated by commas; no layer without any.

    Pages of these origins may send and read the declared headers, and those that every service has.
    """
    if not origins:
        return ()
    return (
        partial(
            ProblemCORSMiddleware,
            allow_origins=origins.split(","),
            allow_methods=_ALLOWED_METHODS,
            allow_headers=_without_duplicates(_ALLOWED_HEADERS, declared.request),
            expose_headers=_without_duplicates(_EXPOSED_HEADERS, declared.response),
        ),
    )


def _without_duplicates(*groups: Iterable[str]) -> list[str]:
    """Return the names of headers, each once in whatever case (RFC 9110, 5.1)."""
    names: dict[str, str] = {}
    for name in chain(*groups):
        names.setdefault(name.lower(), name)
    return list(names.values())


class ProblemCORSMiddleware(CORSMiddleware):
    """CORS whose rejected preflight requests are answered with a problem."""

    @override
    def preflight_response(self, request_headers: Headers) -> Response:
        """Starlette's response, as a problem if the origin, the method or a header is not allowed."""
        response = super().preflight_response(request_headers)
        if response.status_code < HTTPStatus.BAD_REQUEST:
            return response
        headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
        reason = bytes(response.body).decode("ascii")
        return problem_response(
            current_request_id(), Problem(response.status_code, f"{reason}.", headers=headers)
        )
