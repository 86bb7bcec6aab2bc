"""The codes of problems: what a program reads, beside the status, to know what went wrong.

A code never changes its meaning; titles and details are for people, and may. The first code of a status is
that of a problem without a code of its own.
"""

from collections.abc import Mapping
from http import HTTPStatus

CODES: Mapping[int, Mapping[str, str]] = {
    400: {
        "bad_request": "The request is not valid HTTP, or a preflight asks for what CORS does not allow.",
        "malformed": "The body is not JSON in UTF-8.",
        "duplicate_name": "An object in the body has the same name twice.",
        "number_range": "A number in the body is beyond IEEE 754 doubles, or has more than 4,300 digits.",
        "too_deep": "The body is nested more than 32 levels deep.",
        "unsupported_precondition": "The operation does not declare the precondition of the request.",
    },
    401: {
        "unauthorized": "No token was sent.",
        "invalid_token": "The token is malformed, has no valid signature, or names no owner.",
        "malformed_claims": "The payload of the token is not a JSON object in UTF-8.",
        "missing_claim": "The token has no `iat`, `exp`, `sub`, `iss` or `aud`, and needs it.",
        "invalid_claim": "`iat`, `exp`, `nbf` or `sub` of the token is not what it must be.",
        "token_lifetime": "From `iat` to `exp` it is longer than `AUTH_MAX_LIFETIME`.",
        "token_expired": "The token has expired.",
        "token_not_yet_valid": "The token is not valid yet.",
        "wrong_issuer": "`iss` of the token is not `AUTH_ISSUER`.",
        "wrong_audience": "`aud` of the token is not `AUTH_AUDIENCE`.",
    },
    403: {
        "forbidden": "The row or the path belongs to another owner, and the contract says so with a 403.",
        "insufficient_scope": "The token lacks a scope.",
    },
    404: {
        "not_found": "No row with this id exists, or it belongs to another owner, or an override hides it.",
        "unknown_path": "The contract has no such path.",
    },
    405: {"method_not_allowed": "The path does not have this method; `Allow` lists those that it has."},
    408: {"request_timeout": "The request did not arrive within `HEADER_TIMEOUT` or `BODY_TIMEOUT`."},
    409: {
        "conflict": "An override refuses the request because of the state of the row.",
        "taken": "A row with these values of a unique key exists.",
        "in_use": "Another row refers to the one that is to be deleted.",
    },
    412: {"stale": "`If-Match` names another version: the row has changed since it was read."},
    413: {"too_large": "The body is larger than `MAX_BODY_BYTES`; the connection is closed."},
    415: {
        "unsupported_media_type": "The body has another media type or encoding than the operation accepts."
    },
    422: {
        "invalid": "The request does not match the contract, or a reference has no target; see `errors`.",
        "key_reused": "`Idempotency-Key` was used for another request.",
    },
    428: {"precondition_required": "The operation requires `If-Match`."},
    429: {"too_many_requests": "The user exceeds `RATE_LIMIT`; `Retry-After` says how long to wait."},
    431: {"headers_too_large": "The headers are larger than `MAX_HEADER_BYTES`; the connection is closed."},
    500: {
        "internal_error": "An unexpected error; the log has it under the request id.",
        "database_behind": "A table or a column is missing: a migration has not been applied.",
    },
    501: {
        "not_implemented": "The method or the transfer coding is unknown; the connection is closed.",
        "not_written": "The operation is declared, and its method in `overrides/` is not written yet.",
    },
    503: {
        "unavailable": "The database cannot be reached or written to, or the service is not ready.",
        "busy": "No connection became free in time.",
        "rolled_back": "The database interrupted the request, and nothing was changed: it can be sent again.",
        "outcome_unknown": "The database interrupted the request, which may have taken effect.",
    },
    504: {"timeout": "The database did not respond within `DATABASE_TIMEOUT`."},
    505: {"http_version_not_supported": "The request is not HTTP/1.x; the connection is closed."},
}
"""The codes of each status, and when they are sent."""

TITLES = {status.value: status.phrase for status in HTTPStatus} | {
    413: "Content Too Large",  # the names of RFC 9110, which Python has since 3.13
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
"""The title of each status code."""

DETAILS: Mapping[str, str] = {
    "unauthorized": "A bearer token is required.",
    "token_expired": "The token has expired.",
    "unsupported_precondition": (
        "The operation does not evaluate {}. Nothing was changed: send the request without it."
    ),
    "forbidden": "You do not have permission to do this.",
    "insufficient_scope": "You do not have permission to do this.",
    "not_found": "No resource with this id exists.",
    "taken": "A resource with these values already exists.",
    "in_use": "Another resource refers to this one.",
    "stale": "The resource has changed. Get it again and send its ETag as If-Match.",
    "too_large": "The body is larger than {:,} bytes.",
    "unsupported_media_type": "The body must be {}.",
    "invalid": "The request does not match the contract.",
    "key_reused": "The request is not the first one with its idempotency key.",
    "precondition_required": "The request must be conditional. Send the ETag of the resource as If-Match.",
    "too_many_requests": "Too many requests. Wait before you retry.",
    "database_behind": "The database is behind: run `freehold migrate up`.",
    "internal_error": "Internal error. The server log has the details under the request id.",
    "unavailable": "The database cannot be reached.",
    "timeout": "The database did not respond in time.",
}
"""The sentence that the service sends with a code, where the documentation shows one."""


def default_code(status: int) -> str:
    """The code of a problem that has none of its own: the name of its status, for one that is not listed."""
    if status in CODES:
        return next(iter(CODES[status]))
    return HTTPStatus(status).name.lower() if status in {*HTTPStatus} else "error"
