"""Every failure, as `application/problem+json` (RFC 9457). Nothing that a client sent is echoed."""

import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from traceback import extract_tb

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

Fault = Mapping[str, str]
"""One thing that is wrong with a request: a JSON `pointer` (RFC 6901) or a `parameter`, and a `detail`."""


_RETRY = {"Retry-After": "1"}
_MOST_FAULTS = 100
_LONGEST_CHAIN = 5  # exceptions that led to one another
TITLES = {status.value: status.phrase for status in HTTPStatus} | {
    413: "Content Too Large",  # as RFC 9110 calls them, and Python since 3.13
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
"""What a status is called."""


class Problem(Exception):
    """A failure that the client is told about."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Iterable[Fault] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = list(errors)


class NotFound(Problem):
    """There is no such row, or it is somebody else's, or it is hidden: nobody can tell which."""

    def __init__(self) -> None:
        super().__init__(404, "There is nothing with this id.")


class Unauthorized(Problem):
    """Nobody knows who is asking. RFC 6750, 3.1: the error is named only when a token was sent."""

    def __init__(self, *, sent: bool) -> None:
        challenge = 'Bearer error="invalid_token"' if sent else "Bearer"
        detail = "The token is not valid." if sent else "A bearer token is needed."
        super().__init__(401, detail, headers={"WWW-Authenticate": challenge})


class Forbidden(Problem):
    """The token is good, and not for this. RFC 6750, 3.1: a missing scope is named."""

    def __init__(self, *, missing: str = "") -> None:
        challenge = f'Bearer error="insufficient_scope", scope="{missing}"'
        headers = {"WWW-Authenticate": challenge} if missing else {}
        super().__init__(403, "This is not yours to do.", headers=headers)


class Invalid(Problem):
    """The request is not what the contract says; `errors` holds what is wrong with it, 100 things at most."""

    def __init__(self, errors: Iterable[Fault]) -> None:
        errors = islice(errors, _MOST_FAULTS)
        super().__init__(422, "The request is not what the contract says.", errors=errors)


class StaleVersion(Problem):
    """The row has changed since the client read it (RFC 9110, 13.1.1)."""

    def __init__(self) -> None:
        super().__init__(412, "It has changed since: get it again, and send its ETag as If-Match.")


class PreconditionRequired(Problem):
    """The client does not say which version it means to change (RFC 6585, 3)."""

    def __init__(self) -> None:
        super().__init__(428, "Say which version you mean: send its ETag as If-Match.")


class Malformed(Problem):
    """The body is not JSON (RFC 8259)."""

    def __init__(self) -> None:
        super().__init__(400, "The body is not JSON.")


class Busy(Problem):
    """Every connection to the database is in use, and stayed so."""

    def __init__(self) -> None:
        super().__init__(503, "The service is busy.", headers=_RETRY)


class Unreachable(Problem):
    """There is no connection to the database, and none can be made."""

    def __init__(self) -> None:
        super().__init__(503, "The database cannot be reached.", headers=_RETRY)


class Interrupted(Problem):
    """The database broke off in the middle. `undone` says that nothing has happened for certain."""

    def __init__(self, *, undone: bool) -> None:
        known = "Nothing was done: send it again."
        unknown = "It may have been done, or not: look before you send it again."
        super().__init__(503, f"The database broke off. {known if undone else unknown}", headers=_RETRY)
        self.undone = undone


class UnsupportedMediaType(Problem):
    """The body is of a media type that the operation does not take."""

    def __init__(self, accepted: Iterable[str]) -> None:
        types = ", ".join(accepted)
        super().__init__(415, f"The body must be {types}.", headers={"Accept": types})


FAULTS: Mapping[type[Exception], Problem] = {
    asyncpg.UniqueViolationError: Problem(409, "There is already one with these values."),
    asyncpg.ForeignKeyViolationError: Problem(409, "Something else depends on it."),
    asyncpg.RestrictViolationError: Problem(409, "Something else depends on it."),
    asyncpg.IntegrityConstraintViolationError: Problem(422, "The database refuses these values."),
    asyncpg.DataError: Problem(422, "A value is outside what can be stored."),
    asyncpg.ProgramLimitExceededError: Problem(422, "A value is larger than what can be stored."),
    asyncpg.QueryCanceledError: Problem(504, "The database took too long."),
    asyncpg.TransactionRollbackError: Problem(503, "Others change the same rows.", headers=_RETRY),
    asyncpg.ReadOnlySQLTransactionError: Problem(503, "The database is read-only.", headers=_RETRY),
    asyncpg.InvalidCachedStatementError: Problem(503, "The database has changed.", headers=_RETRY),
    asyncpg.PostgresConnectionError: Problem(503, "The database cannot be reached.", headers=_RETRY),
    asyncpg.OperatorInterventionError: Problem(503, "The database is restarting.", headers=_RETRY),
    asyncpg.InsufficientResourcesError: Problem(503, "The database is busy.", headers=_RETRY),
    asyncpg.InterfaceError: Problem(503, "The database cannot be reached.", headers=_RETRY),
    TimeoutError: Problem(504, "The database took too long."),
    OSError: Problem(503, "The database cannot be reached.", headers=_RETRY),
}
"""What the client is told of a failure inside; PostgreSQL's errors by class (its Appendix A)."""

_NOWHERE = Problem(404, "There is nothing at this path.")
UNKNOWN = Problem(500, "Something went wrong on our side. The request id names it in our log.")


def install(app: FastAPI) -> None:
    """Give every failure of `app` the form of a problem."""
    app.add_exception_handler(Problem, _told)
    app.add_exception_handler(HTTPException, _routed)
    app.add_exception_handler(RequestValidationError, _invalid)
    for fault in FAULTS:
        app.add_exception_handler(fault, _failed)
    app.add_middleware(LastResort)


class LastResort:
    """Answers what nothing else did. The connection lives on, which Starlette's own 500 would end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer 500 for any exception before an answer has begun."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            app = respond(Request(scope), _NOWHERE) if _hides_a_slash(scope) else self._app
            await app(scope, receive, watched)
        except ClientDisconnect:
            return  # nobody is there to be answered
        except Exception as error:
            if scope["type"] != "http":
                raise
            request = Request(scope)
            _log.error("request %s failed: %s", request_id(request), _told_of(error))
            _log.debug("request %s", request_id(request), exc_info=error)
            if begun:  # it cannot be answered any more: the server ends the connection
                raise RuntimeError("an answer broke off") from None
            await respond(request, UNKNOWN)(scope, receive, send)


def _hides_a_slash(scope: Scope) -> bool:
    """`%2F` is a letter of a step (RFC 3986, 2.2), and decoded it would divide steps: no path has it."""
    path: bytes = scope.get("raw_path") or b""
    return b"%" in path and scope["type"] == "http" and b"%2f" in path.lower()


def _told_of(error: BaseException) -> str:
    """What happened, and where in the code. What an exception says may quote a row or a request."""
    told: list[str] = []
    cause: BaseException | None = error
    while cause and len(told) < _LONGEST_CHAIN:
        frames = extract_tb(cause.__traceback__)[-8:]
        steps = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
        told.append(f"{type(cause).__name__} at {' > '.join(steps)}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return ", after ".join(told)


def respond(request: Request, problem: Problem) -> Response:
    """The answer that says `problem`."""
    return answer_to(request_id(request), problem)


def answer_to(name: str | None, problem: Problem) -> Response:
    """The answer to the request of this name."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": TITLES.get(problem.status, "Unknown"),
        "status": problem.status,
        "detail": problem.detail,
        "instance": f"urn:request:{name}",
    }
    if problem.errors:
        body["errors"] = problem.errors
    return Response(
        json.dumps(body, ensure_ascii=False), problem.status, problem.headers, media_type=MEDIA_TYPE
    )


async def _told(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - what it was installed for
    return respond(request, problem)


async def _failed(request: Request, fault: Exception) -> Response:
    """Log what kind of fault it was; its text may quote a row, so it stays out of the log."""
    known = next(FAULTS[cls] for cls in type(fault).__mro__ if cls in FAULTS)
    if known.status == HTTPStatus.UNPROCESSABLE_ENTITY:  # validation should have found it
        _log.warning("validation_gap: request %s: %s", request_id(request), type(fault).__name__)
    else:
        level = logging.INFO if known.status == HTTPStatus.CONFLICT else logging.ERROR
        _log.log(level, "request %s failed: %s", request_id(request), type(fault).__name__)
    return respond(request, known)


async def _invalid(request: Request, error: Exception) -> Response:
    """A hand-written route's fault: FastAPI found it, we say it."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it was installed for
    return respond(
        request, Invalid({"pointer": pointer(e["loc"][1:]), "detail": e["msg"]} for e in error.errors())
    )


async def _routed(request: Request, error: Exception) -> Response:
    """What the router answers for a path or a method that it does not know."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what it was installed for
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    details = {404: _NOWHERE.detail, 405: "This path does not know the method."}
    detail = details.get(error.status_code, str(error.detail))
    return respond(request, Problem(error.status_code, detail, headers=headers))


def _methods(request: Request) -> set[str]:
    """All methods of the path: the router itself names only those of the first route that matches."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    found = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return {method for route in found for method in route.methods or ()}


def pointer(location: Iterable[object]) -> str:
    """A JSON pointer (RFC 6901) from the steps to a place."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)
