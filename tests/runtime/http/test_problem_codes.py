"""The codes of problems are stable, and every problem that the service can answer has one."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path

import pytest
from limits import parse

from generated import runtime
from generated.runtime.http import problems
from generated.runtime.http.content.forms import MalformedForm
from generated.runtime.http.content.request_bodies import ContentTooLarge
from generated.runtime.http.preconditions import KeyReused, UnsupportedPrecondition
from generated.runtime.http.problems import INTERNAL_ERROR, PROBLEMS_BY_ERROR, UNKNOWN_PATH, Problem
from generated.runtime.http.rate_limit import TooManyRequests
from generated.runtime.identity.compact_jws import InvalidClaims
from generated.runtime.identity.jwks import KeysUnavailable
from generated.runtime.operations.unwritten import NotWritten
from generated.runtime.server import server_answers
from generated.runtime.validation.problem_details.problem_codes import CODES, TITLES, default_code
from tests.support.service import ROOT

SOURCES = [path for path in Path(runtime.__path__[0]).rglob("*.py") if path.name != "__init__.py"]
MALFORMED = ("malformed", "duplicate_name", "number_range", "too_deep")
CLAIMS = {
    "malformed_claims", "missing_claim", "invalid_claim", "token_lifetime", "token_expired",
    "token_not_yet_valid", "wrong_issuer", "wrong_audience",
}  # fmt: skip

CLASSES: Mapping[str, tuple[Callable[[], Problem], int, str, str]] = {
    "Busy": (problems.Busy, 503, "busy", "Service Unavailable"),
    "ContentTooLarge": (lambda: ContentTooLarge(1), 413, "too_large", "Content Too Large"),
    "MalformedForm": (MalformedForm, 400, "malformed", "Bad Request"),
    "Forbidden": (problems.Forbidden, 403, "forbidden", "Forbidden"),
    "Forbidden, a scope": (
        lambda: problems.Forbidden(missing="a"),
        403,
        "insufficient_scope",
        "Forbidden",
    ),
    "Interrupted": (
        lambda: problems.Interrupted(retryable=False),
        503,
        "outcome_unknown",
        "Service Unavailable",
    ),
    "Interrupted, retryable": (
        lambda: problems.Interrupted(retryable=True),
        503,
        "rolled_back",
        "Service Unavailable",
    ),
    "Invalid": (lambda: problems.Invalid([]), 422, "invalid", "Unprocessable Content"),
    "KeyReused": (KeyReused, 422, "key_reused", "Unprocessable Content"),
    "NotWritten": (NotWritten, 501, "not_written", "Not Implemented"),
    "KeysUnavailable": (KeysUnavailable, 503, "unavailable", "Service Unavailable"),
    **{
        f"Malformed, {code}": (lambda code=code: problems.Malformed(code), 400, code, "Bad Request")  # type: ignore[misc]
        for code in MALFORMED
    },
    "NotFound": (problems.NotFound, 404, "not_found", "Not Found"),
    "PreconditionRequired": (
        problems.PreconditionRequired,
        428,
        "precondition_required",
        "Precondition Required",
    ),
    "RejectedToken": (problems.RejectedToken, 401, "invalid_token", "Unauthorized"),
    "StaleVersion": (problems.StaleVersion, 412, "stale", "Precondition Failed"),
    "TooManyRequests": (
        lambda: TooManyRequests(parse("1/minute"), 1),
        429,
        "too_many_requests",
        "Too Many Requests",
    ),
    "Unauthorized": (problems.Unauthorized, 401, "unauthorized", "Unauthorized"),
    "Unavailable": (lambda: problems.Unavailable("x"), 503, "unavailable", "Service Unavailable"),
    "Unreachable": (problems.Unreachable, 503, "unavailable", "Service Unavailable"),
    "UnsupportedPrecondition": (
        lambda: UnsupportedPrecondition("If-Match"),
        400,
        "unsupported_precondition",
        "Bad Request",
    ),
    "UnsupportedMediaType": (
        lambda: problems.UnsupportedMediaType(["a/b"]),
        415,
        "unsupported_media_type",
        "Unsupported Media Type",
    ),
}
DATABASE = {
    "UniqueViolationError": (409, "taken"),
    "ForeignKeyViolationError": (409, "in_use"),
    "RestrictViolationError": (409, "in_use"),
    "IntegrityConstraintViolationError": (422, "invalid"),
    "DataError": (422, "invalid"),
    "ProgramLimitExceededError": (422, "invalid"),
    "UndefinedColumnError": (500, "database_behind"),
    "UndefinedTableError": (500, "database_behind"),
    "QueryCanceledError": (504, "timeout"),
    "TransactionRollbackError": (503, "rolled_back"),
    "ReadOnlySQLTransactionError": (503, "unavailable"),
    "InvalidCachedStatementError": (503, "rolled_back"),
    "PostgresConnectionError": (503, "unavailable"),
    "OperatorInterventionError": (503, "unavailable"),
    "InsufficientResourcesError": (503, "busy"),
    "InterfaceError": (503, "unavailable"),
    "TimeoutError": (504, "timeout"),
    "OSError": (503, "unavailable"),
}
CONSTANTS = {
    "an unknown path": (UNKNOWN_PATH, 404, "unknown_path"),
    "an exception": (INTERNAL_ERROR, 500, "internal_error"),
    "a conflict of an override": (Problem(409, "A completed task cannot be assigned."), 409, "conflict"),
}


LIST_CLASSES = """
import importlib, json, pkgutil
from generated import runtime
from generated.runtime.http.problems import Problem

for module in pkgutil.walk_packages(runtime.__path__, f"{runtime.__name__}."):
    importlib.import_module(module.name)

def subclasses(problem):
    return {problem.__name__}.union(*map(subclasses, problem.__subclasses__()))

print(json.dumps(sorted(subclasses(Problem) - {"Problem"})))
"""


@pytest.mark.long
def test_the_table_has_every_class_of_the_runtime() -> None:
    """In a process of its own: some modules define tables when they are imported."""
    done = subprocess.run(
        [sys.executable, "-c", LIST_CLASSES], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert set(json.loads(done.stdout)) == {name.partition(",")[0] for name in CLASSES}


@pytest.mark.parametrize(("make", "status", "code", "title"), CLASSES.values(), ids=CLASSES)
def test_the_status_the_code_and_the_title_of_a_class_are_stable(
    make: Callable[[], Problem], status: int, code: str, title: str
) -> None:
    problem = make()
    document = problems.problem_document("one", problem)

    assert (problem.status, problem.code) == (status, code)
    assert document == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code,
        "detail": problem.detail,
        "instance": "urn:request:one",
        **({"errors": problem.errors} if problem.errors else {}),
    }


def test_the_codes_of_database_errors_are_stable() -> None:
    found = {error.__name__: (p.status, p.code) for error, p in PROBLEMS_BY_ERROR.items()}

    assert found == DATABASE


@pytest.mark.parametrize(("problem", "status", "code"), CONSTANTS.values(), ids=CONSTANTS)
def test_the_codes_of_other_problems_are_stable(problem: Problem, status: int, code: str) -> None:
    assert (problem.status, problem.code) == (status, code)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (HTTPStatus.BAD_REQUEST, "bad_request"),
        (HTTPStatus.REQUEST_TIMEOUT, "request_timeout"),
        (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large"),
        (HTTPStatus.NOT_IMPLEMENTED, "not_implemented"),
        (HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "http_version_not_supported"),
    ],
)
def test_the_codes_of_the_server_are_stable(status: HTTPStatus, code: str) -> None:
    head, _, body = server_answers.raw_problem_response(status).partition(b"\r\n\r\n")

    assert head.startswith(f"HTTP/1.1 {status.value} ".encode())
    assert (json.loads(body)["status"], json.loads(body)["code"]) == (status.value, code)


def test_every_code_is_that_of_some_problem() -> None:
    """And 405, which has no class, is tested over HTTP in `test_problems.py`."""
    used = {(status, code) for _, status, code, _ in CLASSES.values()} | {*DATABASE.values()}
    used |= {(status, code) for _, status, code in CONSTANTS.values()} | {(401, code) for code in CLAIMS}
    used |= {(400, "bad_request"), (405, "method_not_allowed")}
    used |= {(408, "request_timeout"), (431, "headers_too_large")}
    used |= {(501, "not_implemented"), (505, "http_version_not_supported")}

    assert {(status, code) for status, codes in CODES.items() for code in codes} == used
    assert len({code for _, code in used}) == len(used), "two statuses have one code"


@pytest.mark.parametrize("code", sorted(CLAIMS))
def test_a_reason_of_a_token_has_a_sentence(code: str) -> None:
    assert InvalidClaims(code, "exp").code == code
    assert str(InvalidClaims(code, "exp")).endswith(".")


@pytest.mark.parametrize(
    ("status", "code"),
    [(402, "payment_required"), (418, "im_a_teapot"), (507, "insufficient_storage"), (499, "error")],
)
def test_a_status_of_an_override_has_a_code_too(status: int, code: str) -> None:
    assert Problem(status, "x").code == default_code(status) == code


def test_every_status_has_a_title() -> None:
    assert CODES.keys() <= TITLES.keys()


def literal_codes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The status and the code of each call that has both as literals."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        status = call.args[0] if call.args else None
        for word in call.keywords:
            if (
                word.arg == "code"
                and isinstance(status, ast.Constant)
                and isinstance(word.value, ast.Constant)
            ):
                yield int(str(status.value)), str(word.value.value)


def test_every_code_in_the_sources_is_in_the_table() -> None:
    found = [pair for path in SOURCES for pair in literal_codes(ast.parse(path.read_text("utf-8")))]

    assert len(found) >= 4
    assert [(status, code) for status, code in found if code not in CODES[status]] == []


def test_every_reason_of_unreadable_json_is_a_code_of_400() -> None:
    found = {
        call.args[0].value
        for path in SOURCES
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "JsonError"
        and isinstance(call.args[0], ast.Constant)
    }

    assert found == {*MALFORMED}
