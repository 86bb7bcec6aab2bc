"""Answers every failure with problem details (RFC 9457), and logs those of the service."""

import inspect
import logging
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from ...event_log import describe_exception
from ...validation.conversion_faults import request_fault
from ..problems import (
    DATABASE_BEHIND,
    PROBLEMS_BY_ERROR,
    UNKNOWN_PATH,
    Invalid,
    Problem,
    respond,
)
from .exchange import request_id

_log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Answer every failure of `app` with problem details."""
    app.add_exception_handler(Problem, _handle_problem)
    app.add_exception_handler(HTTPException, _handle_http_exception)
    app.add_exception_handler(RequestValidationError, _handle_validation_error)
    for error in PROBLEMS_BY_ERROR:
        app.add_exception_handler(error, _handle_database_error)


async def respond_to_error(request: Request, error: Exception) -> Response | None:
    """The answer of the application's handler for an exception; None if it has none. Starlette's rules hold.

    Unhandled exceptions have one answer: a handler of `Exception` or 500 is not asked.
    """
    handlers: Mapping[Any, Any] = getattr(request.scope.get("app"), "exception_handlers", {})
    keys: list[Any] = [cls for cls in type(error).__mro__ if cls in handlers and cls is not Exception]
    if isinstance(error, HTTPException) and error.status_code in handlers:
        keys = [error.status_code, *keys]
    if not keys:
        return None
    handle = handlers[keys[0]]
    response: Response
    if _is_async(handle):
        response = await handle(request, error)
    else:
        response = await run_in_threadpool(handle, request, error)
    error.__traceback__ = None  # an exception that requests share would collect those of all
    return response


_is_async = lru_cache(inspect.iscoroutinefunction)


def log_failure(request: Request, error: Exception) -> None:
    """Log an exception that has no handler, without its message."""
    _log.error("request %s failed: %s", request_id(request), describe_exception(error))
    _log.debug("request %s", request_id(request), exc_info=error)


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
    if problem is DATABASE_BEHIND:  # the message names a table or a column, and no value
        _log.error("database_behind: %s. The database is behind: run `freehold migrate up`", error)
    return respond(request, problem)


async def _handle_validation_error(request: Request, error: Exception) -> Response:
    """FastAPI rejected a request to a hand-written route."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - narrows the type for mypy
    return respond(request, Invalid(map(request_fault, error.errors())))


async def _handle_http_exception(request: Request, error: Exception) -> Response:
    """The router rejected an unknown path or method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - narrows the type for mypy
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted({*_allowed_methods(request), "OPTIONS"}))
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        return respond(request, Problem(405, "This path does not support the method.", headers=headers))
    if error.status_code == HTTPStatus.NOT_FOUND:
        return respond(request, UNKNOWN_PATH)
    return respond(request, Problem(error.status_code, str(error.detail), headers=headers))


def _allowed_methods(request: Request) -> set[str]:
    """All methods of the path: the router itself lists only those of the first matching route."""
    routes = iter_route_contexts(request.app.routes)  # also those of included routers
    matching = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return {method for route in matching for method in route.methods or ()}
