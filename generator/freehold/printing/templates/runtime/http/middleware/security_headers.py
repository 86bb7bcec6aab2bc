"""Security headers of every response, and CORS."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from ..problems import Problem, problem_response
from .request_ids import current_request_id

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


def add_security_headers(app: FastAPI, origins: str | None, declared: DeclaredHeaders) -> None:
    """Add the security headers, and CORS for `origins`, which are separated by commas.

    Pages of these origins may send and read the declared headers, and those that every service has.
    """
    if origins:
        app.add_middleware(
            ProblemCORSMiddleware,
            allow_origins=origins.split(","),
            allow_methods=_ALLOWED_METHODS,
            allow_headers=_without_duplicates(_ALLOWED_HEADERS, declared.request),
            expose_headers=_without_duplicates(_EXPOSED_HEADERS, declared.response),
        )
    app.add_middleware(SecurityHeadersMiddleware)


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


class SecurityHeadersMiddleware:
    """Prevents MIME sniffing and shared caching of responses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to the response. An existing `Cache-Control` is kept."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                # With an ETag, the client may store the response and revalidate it each time.
                headers.setdefault("Cache-Control", "private, no-cache" if "ETag" in headers else "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)
