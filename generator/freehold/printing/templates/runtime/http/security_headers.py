"""Headers that every answer carries, and which pages of other origins may ask."""

from http import HTTPStatus

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from .problems import Problem, problem_response
from .request_ids import current_id

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ASKED = ("Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "X-Request-Id")
_SHOWN = (
    "ETag",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
)


def add_security_headers(app: FastAPI, origins: str | None) -> None:
    """Add the headers, and let pages of `origins`, separated by commas, ask; without any none may."""
    if origins:
        app.add_middleware(
            Origins,
            allow_origins=origins.split(","),
            allow_methods=_METHODS,
            allow_headers=_ASKED,
            expose_headers=_SHOWN,
        )
    app.add_middleware(SafeHeaders)


class Origins(CORSMiddleware):
    """Says what a page may ask, and refuses others with a problem."""

    @override
    def preflight_response(self, request_headers: Headers) -> Response:
        """Starlette's answer, whose text says what is refused: the origin, the method or the headers."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < HTTPStatus.BAD_REQUEST:
            return answer
        kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
        refused = bytes(answer.body).decode("ascii")
        return problem_response(current_id(), Problem(answer.status_code, f"{refused}.", headers=kept))


class SafeHeaders:
    """An answer is of the type that it says, and nobody keeps it for somebody else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add to the answer. `Cache-Control` stays where the operation has set it."""

        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                # Who has an ETag may keep the answer, and asks each time whether it still holds.
                headers.setdefault("Cache-Control", "private, no-cache" if "ETag" in headers else "no-store")
            await send(message)

        await self._app(scope, receive, safe)
