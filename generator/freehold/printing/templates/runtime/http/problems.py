"""Problem details (RFC 9457): every failure is answered with them. Nothing from the request is echoed."""

import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from traceback import extract_tb
from typing import Any

import asyncpg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .request_ids import request_id

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)

ErrorEntry = Mapping[str, Any]
"""One error of a request: a JSON `pointer` (RFC 6901) or a `parameter`, a `code` (the keyword of JSON Schema
that failed, or a word of ours), the `limit` of the keyword where it has one, and a `detail`."""

_RETRY = {"Retry-After": "1"}
_MAX_ERRORS = 100
_MAX_CHAIN_LENGTH = 5  # exceptions that caused each other
TITLES = {status.value: status.phrase for status in HTTPStatus} | {
    413: "Content Too Large",  # the names of RFC 9110, which Python has since 3.13
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
"""The title of each status code."""


class Problem(Exception):
    """An error that the client gets as `application/problem+json` (RFC 9457). Rolls a transaction back.

    `detail` is a sentence for the client, without data of other owners; `headers` are added to the response;
    `errors` are those of `Invalid`. Example: `raise Problem(409, "A completed task cannot be assigned.")`
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Iterable[ErrorEntry] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = list(errors)


class NotFound(Problem):
    """404: a missing, hidden or foreign row: the response is the same. Example: `raise NotFound()`."""

    def __init__(self) -> None:
        super().__init__(404, "No resource with this id exists.")


class Unauthorized(Problem):
    """401: the token is missing or invalid. Only an invalid one is an `error` (RFC 6750, 3.1)."""

    def __init__(self, *, sent: bool) -> None:
        challenge = 'Bearer error="invalid_token"' if sent else "Bearer"
        detail = "The token is not valid." if sent else "A bearer token is required."
        super().__init__(401, detail, headers={"WWW-Authenticate": challenge})


class Forbidden(Problem):
    """403: the token lacks a scope or a right. Example: `raise Forbidden(missing="tasks:write")`."""

    def __init__(self, *, missing: str = "") -> None:
        challenge = f'Bearer error="insufficient_scope", scope="{missing}"'
        headers = {"WWW-Authenticate": challenge} if missing else {}
        super().__init__(403, "You do not have permission to do this.", headers=headers)


class Invalid(Problem):
    """422: invalid values. Example: `raise Invalid([{"pointer": "/due_on", "detail": "Must be later."}])`."""

    def __init__(self, errors: Iterable[ErrorEntry]) -> None:
        errors = islice(errors, _MAX_ERRORS)
        super().__init__(422, "The request does not match the contract.", errors=errors)


class StaleVersion(Problem):
    """412: the row has changed since it was read (RFC 9110, 13.1.1). Example: `raise StaleVersion()`."""

    def __init__(self) -> None:
        super().__init__(412, "The resource has changed. Get it again and send its ETag as If-Match.")


class PreconditionRequired(Problem):
    """428: the operation requires `If-Match`, and the client did not send it (RFC 6585, 3)."""

    def __init__(self) -> None:
        super().__init__(428, "The request must be conditional. Send the ETag of the resource as If-Match.")


_MALFORMED = {
    "duplicate_name": "An object in the body has the same name twice.",
    "malformed": "The body is not valid JSON.",
    "number_range": "A number in the body is outside the range of IEEE 754 doubles (RFC 7493, section 2.2).",
    "too_deep": "The body is nested more than 32 levels deep.",
}


class Malformed(Problem):
    """400: the body is not JSON (RFC 8259), or not JSON that all readers understand alike (RFC 7493)."""

    def __init__(self, code: str = "malformed") -> None:
        super().__init__(400, _MALFORMED[code])


class Busy(Problem):
    """503: no connection to the database became free in time."""

    def __init__(self) -> None:
        super().__init__(503, "The service is busy.", headers=_RETRY)


class Unreachable(Problem):
    """503: no connection to the database can be opened."""

    def __init__(self) -> None:
        super().__init__(503, "The database cannot be reached.", headers=_RETRY)


class Interrupted(Problem):
    """503: the database interrupted the request. `retryable`: it certainly had no effect."""

    def __init__(self, *, retryable: bool) -> None:
        safe = "Nothing was changed: you can retry the request."
        unsafe = "The request may have taken effect: check before you retry it."
        super().__init__(
            503, f"The database was interrupted. {safe if retryable else unsafe}", headers=_RETRY
        )
        self.retryable = retryable


class UnsupportedMediaType(Problem):
    """415: the operation does not accept the media type of the body."""

    def __init__(self, accepted: Iterable[str]) -> None:
        types = ", ".join(accepted)
        super().__init__(415, f"The body must be {types}.", headers={"Accept": types})


PROBLEMS_BY_ERROR: Mapping[type[Exception], Problem] = {
    asyncpg.UniqueViolationError: Problem(409, "A resource with these values already exists."),
    asyncpg.ForeignKeyViolationError: Problem(409, "Another resource refers to this one."),
    asyncpg.RestrictViolationError: Problem(409, "Another resource refers to this one."),
    asyncpg.IntegrityConstraintViolationError: Problem(422, "The database rejects these values."),
    asyncpg.DataError: Problem(422, "A value is out of range."),
    asyncpg.ProgramLimitExceededError: Problem(422, "A value is too large."),
    asyncpg.QueryCanceledError: Problem(504, "The database did not respond in time."),
    asyncpg.TransactionRollbackError: Problem(503, "Concurrent requests conflict.", headers=_RETRY),
    asyncpg.ReadOnlySQLTransactionError: Problem(503, "The database is read-only.", headers=_RETRY),
    asyncpg.InvalidCachedStatementError: Problem(503, "The database schema has changed.", headers=_RETRY),
    asyncpg.PostgresConnectionError: Problem(503, "The database cannot be reached.", headers=_RETRY),
    asyncpg.OperatorInterventionError: Problem(503, "The database is restarting.", headers=_RETRY),
    asyncpg.InsufficientResourcesError: Problem(503, "The database is busy.", headers=_RETRY),
    asyncpg.InterfaceError: Problem(503, "The database cannot be reached.", headers=_RETRY),
    TimeoutError: Problem(504, "The database did not respond in time."),
    OSError: Problem(503, "The database cannot be reached.", headers=_RETRY),
}
"""The problem for each error of the database, by class (PostgreSQL, Appendix A)."""

_NO_SUCH_PATH = Problem(404, "This path does not exist.")
INTERNAL_ERROR = Problem(500, "Internal error. The server log has the details under the request id.")


def install(app: FastAPI) -> None:
    """Answer every failure of `app` with problem details."""
    app.add_exception_handler(Problem, _handle_problem)
    app.add_exception_handler(HTTPException, _handle_http_exception)
    app.add_exception_handler(RequestValidationError, _handle_validation_error)
    for error in PROBLEMS_BY_ERROR:
        app.add_exception_handler(error, _handle_database_error)
    app.add_middleware(UnhandledErrorMiddleware)


class UnhandledErrorMiddleware:
    """Answers unhandled exceptions with 500. Unlike Starlette's own handler, it keeps the connection open."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer 500 for an exception before the response has started."""
        started = False

        async def send_and_record(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            app = respond(Request(scope), _NO_SUCH_PATH) if _has_encoded_slash(scope) else self._app
            await app(scope, receive, send_and_record)
        except ClientDisconnect:
            return  # the client is gone
        except Exception as error:
            if scope["type"] != "http":
                raise
            request = Request(scope)
            _log.error("request %s failed: %s", request_id(request), _describe(error))
            _log.debug("request %s", request_id(request), exc_info=error)
            if started:  # too late for a response: the server closes the connection
                raise RuntimeError("a response was interrupted") from None
            await respond(request, INTERNAL_ERROR)(scope, receive, send)


def _has_encoded_slash(scope: Scope) -> bool:
    """Whether the path contains `%2F`, which decoded would separate segments (RFC 3986, 2.2)."""
    path: bytes = scope.get("raw_path") or b""
    return b"%" in path and scope["type"] == "http" and b"%2f" in path.lower()


def _describe(error: BaseException) -> str:
    """The types and locations of an exception and its causes, without messages, which may quote rows."""
    descriptions: list[str] = []
    cause: BaseException | None = error
    while cause and len(descriptions) < _MAX_CHAIN_LENGTH:
        frames = extract_tb(cause.__traceback__)[-8:]
        locations = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
        descriptions.append(f"{type(cause).__name__} at {' > '.join(locations)}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return ", after ".join(descriptions)


def respond(request: Request, problem: Problem) -> Response:
    """The response to a request for a problem."""
    return problem_response(request_id(request), problem)


def problem_response(request_name: str | None, problem: Problem) -> Response:
    """The response for a problem; `request_name` is the request id."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": TITLES.get(problem.status, "Unknown"),
        "status": problem.status,
        "detail": problem.detail,
        "instance": f"urn:request:{request_name}",
    }
    if problem.errors:
        body["errors"] = problem.errors
    text = json.dumps(body, ensure_ascii=False, default=float)  # limits of the contract may be Decimals
    return Response(text, problem.status, problem.headers, media_type=MEDIA_TYPE)


async def _handle_problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - narrows the type for mypy
    return respond(request, problem)


async def _handle_database_error(request: Request, error: Exception) -> Response:
    """Log the type of a database error. Its message may quote a row, so it is not logged."""
    problem = next(PROBLEMS_BY_ERROR[cls] for cls in type(error).__mro__ if cls in PROBLEMS_BY_ERROR)
    if problem.status == HTTPStatus.UNPROCESSABLE_ENTITY:  # validation should have rejected it
        _log.warning("validation_gap: request %s: %s", request_id(request), type(error).__name__)
    else:
        level = logging.INFO if problem.status == HTTPStatus.CONFLICT else logging.ERROR
        _log.log(level, "request %s failed: %s", request_id(request), type(error).__name__)
    return respond(request, problem)


async def _handle_validation_error(request: Request, error: Exception) -> Response:
    """FastAPI rejected a request to a hand-written route."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - narrows the type for mypy
    return respond(
        request, Invalid({"pointer": pointer(e["loc"][1:]), "detail": e["msg"]} for e in error.errors())
    )


async def _handle_http_exception(request: Request, error: Exception) -> Response:
    """The router rejected an unknown path or method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - narrows the type for mypy
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_allowed_methods(request)))
    details = {404: _NO_SUCH_PATH.detail, 405: "This path does not support the method."}
    detail = details.get(error.status_code, str(error.detail))
    return respond(request, Problem(error.status_code, detail, headers=headers))


def _allowed_methods(request: Request) -> set[str]:
    """All methods of the path: the router itself lists only those of the first matching route."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    matching = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return {method for route in matching for method in route.methods or ()}


def pointer(location: Iterable[object]) -> str:
    """A JSON pointer (RFC 6901) from the steps to a location."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)
