"""Problem details (RFC 9457): every failure is answered with them.

Nothing from the request is repeated but its path, in errors of another shape that declare one.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import asyncpg
from starlette.requests import Request
from starlette.responses import Response

from ..validation.problem_details.problem_codes import CODES, DETAILS, TITLES, default_code
from .middleware.exchange import request_id

MEDIA_TYPE = "application/problem+json"

ErrorEntry = Mapping[str, Any]
"""One error of a request: a JSON `pointer` (RFC 6901) or a `parameter`, a `code` (the keyword of JSON Schema
that failed, or a word of ours), the `limit` of the keyword where it has one, and a `detail`."""

DECLARED_ERRORS = "declared_errors"
"""In the state of a request: what makes the body of a problem in the shape that its operation declares."""

_encode = json.JSONEncoder(ensure_ascii=False, default=float).encode
_MAX_ERRORS = 100
_READ_ONLY = "The database takes no changes at the moment."


class Problem(Exception):
    """An error that the client gets as `application/problem+json` (RFC 9457). Rolls a transaction back.

    `detail` is a sentence for the client, without data of other owners; `headers` are added to the response;
    `errors` are those of `Invalid`; `code` is one of its status.
    Example: `raise Problem(409, "A completed task cannot be assigned.")`
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        errors: Iterable[ErrorEntry] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code or default_code(status)
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = list(errors)


class NotFound(Problem):
    """404: a missing, hidden or foreign row: the response is the same. Example: `raise NotFound()`."""

    def __init__(self) -> None:
        super().__init__(404, DETAILS["not_found"])


class Unauthorized(Problem):
    """401: no token was sent."""

    def __init__(self) -> None:
        super().__init__(401, DETAILS["unauthorized"], headers={"WWW-Authenticate": "Bearer"})


class RejectedToken(Problem):
    """401: the token is invalid (RFC 6750, 3.1). The reason is for tokens whose signature has held."""

    def __init__(self, code: str = "invalid_token", reason: str = "") -> None:
        description = f', error_description="{reason}"' if reason else ""
        headers = {"WWW-Authenticate": f'Bearer error="invalid_token"{description}'}
        super().__init__(401, reason or "The token is not valid.", code=code, headers=headers)


class Forbidden(Problem):
    """403: the token lacks a scope or a right. Example: `raise Forbidden(missing="tasks:write")`."""

    def __init__(self, *, missing: str = "") -> None:
        challenge = f'Bearer error="insufficient_scope", scope="{missing}"'
        headers = {"WWW-Authenticate": challenge} if missing else {}
        code = "insufficient_scope" if missing else "forbidden"
        super().__init__(403, DETAILS["forbidden"], code=code, headers=headers)


class Invalid(Problem):
    """422: invalid values. Example: `raise Invalid([{"pointer": "/due_on", "detail": "Must be later."}])`."""

    def __init__(self, errors: Iterable[ErrorEntry]) -> None:
        errors = islice(errors, _MAX_ERRORS)
        super().__init__(422, DETAILS["invalid"], errors=errors)


class StaleVersion(Problem):
    """412: the row has changed since it was read (RFC 9110, 13.1.1). Example: `raise StaleVersion()`."""

    def __init__(self) -> None:
        super().__init__(412, DETAILS["stale"])


class PreconditionRequired(Problem):
    """428: the operation requires `If-Match`, and the client did not send it (RFC 6585, 3)."""

    def __init__(self) -> None:
        super().__init__(428, DETAILS["precondition_required"])


class Malformed(Problem):
    """400: the body is not JSON (RFC 8259), or not the same to all readers (RFC 7493): see JsonError."""

    def __init__(self, code: str) -> None:
        super().__init__(400, CODES[400][code], code=code)


class Unavailable(Problem):
    """503: the service, or what it needs, is not there at the moment."""

    def __init__(self, detail: str, code: str = "unavailable") -> None:
        super().__init__(503, detail, code=code, headers={"Retry-After": "1"})


class Busy(Unavailable):
    """503: no connection to the database became free in time."""

    def __init__(self) -> None:
        super().__init__("The service is busy.", "busy")


class Unreachable(Unavailable):
    """503: no connection to the database can be opened."""

    def __init__(self) -> None:
        super().__init__(DETAILS["unavailable"])


class Interrupted(Unavailable):
    """503: the database interrupted the request. `retryable`: it certainly had no effect."""

    def __init__(self, *, retryable: bool, is_read_only: bool = False) -> None:
        safe = "Nothing was changed: you can retry the request."
        unsafe = "The request may have taken effect: check before you retry it."
        code = "rolled_back" if retryable else "outcome_unknown"
        if is_read_only:
            super().__init__(_READ_ONLY)
        else:
            super().__init__(f"The database was interrupted. {safe if retryable else unsafe}", code)
        self.retryable = retryable


class UnsupportedMediaType(Problem):
    """415: the operation does not accept the media type of the body, or its content coding."""

    def __init__(self, accepted: Iterable[str], *, is_patch: bool = False, is_encoded: bool = False) -> None:
        types = ", ".join(accepted)
        headers = {"Accept": types}
        if is_patch:
            headers["Accept-Patch"] = types  # RFC 5789, 2.2
        if is_encoded:
            headers["Accept-Encoding"] = "identity"  # RFC 9110, 12.5.3
        coding = " without a content coding" if is_encoded else ""
        super().__init__(415, DETAILS["unsupported_media_type"].format(f"{types}{coding}"), headers=headers)


DATABASE_BEHIND = Problem(500, DETAILS["database_behind"], code="database_behind")
_IN_USE = Problem(409, DETAILS["in_use"], code="in_use")
PROBLEMS_BY_ERROR: Mapping[type[Exception], Problem] = {
    asyncpg.UniqueViolationError: Problem(409, DETAILS["taken"], code="taken"),
    asyncpg.ForeignKeyViolationError: _IN_USE,
    asyncpg.RestrictViolationError: _IN_USE,
    asyncpg.IntegrityConstraintViolationError: Problem(422, "The database rejects these values."),
    asyncpg.DataError: Problem(422, "A value is out of range."),
    asyncpg.ProgramLimitExceededError: Problem(422, "A value is too large."),
    asyncpg.UndefinedColumnError: DATABASE_BEHIND,
    asyncpg.UndefinedTableError: DATABASE_BEHIND,
    asyncpg.QueryCanceledError: Problem(504, DETAILS["timeout"]),
    asyncpg.TransactionRollbackError: Unavailable("Concurrent requests conflict.", "rolled_back"),
    asyncpg.ReadOnlySQLTransactionError: Unavailable(_READ_ONLY),
    asyncpg.InvalidCachedStatementError: Unavailable("The database schema has changed.", "rolled_back"),
    asyncpg.PostgresConnectionError: Unreachable(),
    asyncpg.OperatorInterventionError: Unavailable("The database is restarting."),
    asyncpg.InsufficientResourcesError: Unavailable("The database is busy.", "busy"),
    asyncpg.InterfaceError: Unreachable(),
    TimeoutError: Problem(504, DETAILS["timeout"]),
    OSError: Unreachable(),
}
"""The problem for each error of the database, by class (PostgreSQL, Appendix A)."""

UNKNOWN_PATH = Problem(404, "This path does not exist.", code="unknown_path")
INTERNAL_ERROR = Problem(500, DETAILS["internal_error"])


def respond(request: Request, problem: Problem) -> Response:
    """The response to a request for a problem, in the shape that its operation declares."""
    document = problem_document(request_id(request), problem)
    fill = request.scope["state"].get(DECLARED_ERRORS)
    body = fill(document, _request_facts(request)) if fill else None
    if body is None:
        return problem_response(request_id(request), problem)
    text = _encode(body)
    return Response(text, problem.status, problem.headers, media_type="application/json")


def _request_facts(request: Request) -> dict[str, str]:
    """The time and the path of a request, as errors of other shapes may have them."""
    raw_path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    time = datetime.now(UTC).isoformat(timespec="seconds")
    return {"time": time.replace("+00:00", "Z"), "path": raw_path.decode("latin-1")}


def problem_response(request_name: str | None, problem: Problem) -> Response:
    """The response for a problem; `request_name` is the request id."""
    text = _encode(problem_document(request_name, problem))
    return Response(text, problem.status, problem.headers, media_type=MEDIA_TYPE)


def problem_document(request_name: str | None, problem: Problem) -> dict[str, object]:
    """The members of a problem (RFC 9457, 3). Its type says no more than its status: programs read `code`."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": TITLES.get(problem.status, "Unknown"),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "instance": f"urn:request:{request_name}",
    }
    return document | ({"errors": problem.errors} if problem.errors else {})
