"""Checks each answer of a contract route against the document that is served (CHECK_ANSWERS).

An answer that the document does not declare becomes a 500 that changed nothing, with an event in the log.
This is for development and tests: each request is a transaction, and each body is parsed again. Streams and
304 are not checked.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..database.deferred_commit import DeferredDatabase
from ..event_log import events
from ..http.contract_route import ContractRoute
from ..http.contract_values import read_document, schemas_of
from ..http.problems import INTERNAL_ERROR, Problem, respond
from ..settings.service_settings import Settings
from ..validation.answers import AnswerFault, AnswerSchemas
from ..validation.operation_schemas import OperationSchemas

_NOT_MODIFIED = 304


def install(app: FastAPI, settings: Settings) -> None:
    """Check the answers of all contract routes of `app`, if the setting is on; else change nothing."""
    document = read_document() if settings.check_answers else None
    if document is not None:
        app.router.routes[:] = _checked_routes(app.router.routes, AnswerSchemas(document))


def _checked_routes(routes: Iterable[BaseRoute], answers: AnswerSchemas) -> list[BaseRoute]:
    checked: list[BaseRoute] = []
    for route in routes:
        operation = schemas_of(route.path, route.methods) if isinstance(route, ContractRoute) else None
        if isinstance(route, ContractRoute) and operation is not None:
            route = copy(route)  # noqa: PLW2901 - a module's route, which other applications share
            route.app = _CheckedRoute(route.app, str(route.operation_id), operation, answers)
        checked.append(route)
    return checked


class _CheckedRoute:
    """A contract route whose answers are checked before the changes of the request are committed."""

    def __init__(
        self, app: ASGIApp, operation_id: str, operation: OperationSchemas, answers: AnswerSchemas
    ) -> None:
        self._app = app
        self._operation_id = operation_id
        self._operation = operation
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. Without a complete answer, what the request changed is committed as usual."""
        state: dict[str, Any] = scope["state"]
        database = state["database"] = DeferredDatabase(state["database"])
        start: Message | None = None
        replaced = False

        async def check_and_send(message: Message) -> None:
            nonlocal start, replaced
            if message["type"] == "http.response.start":
                start = message
                return
            if start is not None:
                problem = await self._finish(database, start, message)
                if problem is None:
                    await send(start)
                else:
                    replaced = True
                    await respond(Request(scope), problem)(scope, receive, send)
                start = None
            if not replaced:
                await send(message)

        try:
            await self._app(scope, receive, check_and_send)
        except Exception:
            await database.finish(commit=True)
            raise
        finally:
            await database.finish(commit=False)

    async def _finish(self, database: DeferredDatabase, start: Message, body: Message) -> Problem | None:
        """Commit the changes of the request if its answer is declared; the problem if it is not."""
        fault = None if body.get("more_body") else self._find_fault(start, body.get("body", b""))
        try:
            await database.finish(commit=fault is None)
        except Problem as interrupted:
            return interrupted
        if fault is None:
            return None
        fields = {"operation": self._operation_id, "status": start["status"], **fault._asdict()}
        events.error("answer_not_declared", extra={"fields": fields})
        return INTERNAL_ERROR

    def _find_fault(self, start: Message, content: bytes) -> AnswerFault | None:
        status: int = start["status"]
        if status == _NOT_MODIFIED:
            return None
        headers = Headers(raw=start["headers"])
        texts = {name: ", ".join(headers.getlist(name)) for name in headers}
        return self._answers.find_fault(self._operation, status, texts, content)
