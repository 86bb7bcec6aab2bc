"""Routes that enforce the contract: they validate requests strictly and serialize responses.

The order is fixed: authentication, media type and size, path, query, body. FastAPI would parse the body
first and accept `"yes"` as true; here a value must match the contract exactly, or the response is 422 with
all errors. The routes are ordinary typed FastAPI routes; their signatures are inspected once, at startup.
"""

import inspect
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from .contract_values import schemas_of
from .declared_errors import DeclaredErrors
from .middleware.error_handlers import respond_to_error
from .middleware.exchange import Exchange
from .preconditions import NotModified
from .problems import DECLARED_ERRORS, ErrorEntry, Interrupted
from .routing.answers import (
    AddedHeaders,
    RowSource,
    Serializer,
    find_row_source,
    serializer,
    with_media_types,
)
from .routing.request_binding import FILES, request_binding

_PATH_CHARACTERS = "/:@!$&'()*+,;="  # unescaped besides letters, digits and -._~ (RFC 3986, 3.3)
_UNRESERVED = re.compile(r"[\w.~-]+", re.ASCII).fullmatch
_UNRESERVED_PATH = re.compile(r"[\w.~/-]+", re.ASCII).fullmatch  # most, which `quote` need not look at
_log = logging.getLogger(__name__)

IDEMPOTENCY_ATTRIBUTE = "__idempotency__"
"""The attribute of an endpoint that holds its IdempotencyHandler."""
AFTER_OPERATION = "after_operation"
"""In the state of a request: a list of functions to call when its operation has succeeded."""

Perform = Callable[[Mapping[str, object]], Awaitable[Response]]
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class IdempotencyHandler(Protocol):
    """Handles repeated requests; `rows.idempotency.idempotent` implements it."""

    def key(self, request: Request, errors: list[ErrorEntry]) -> str | None:
        """The key of a request, or None. Adds an entry to `errors` if it is invalid."""

    def run_once(
        self, request: Request, key: str, arguments: Mapping[str, object], perform: Perform
    ) -> Coroutine[Any, Any, Response]:
        """The response of `perform`, or the response that is stored for the key."""


class ContractRoute(APIRoute):
    """A route that accepts only requests that match the contract."""

    preceding: Sequence[re.Pattern[str]] = ()
    """More specific paths: OpenAPI gives them precedence if both match."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self._operation: _Operation | None = None
        super().__init__(path, endpoint, **options)
        self.decoded_path = path
        """The path as requests have it."""
        self.app = self._built_operation()

    @override
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether this route matches, and no more specific one does."""
        path, root = scope["path"], scope.get("root_path", "")
        if not root and not self.path_regex.match(path):
            return Match.NONE, {}
        match = super().matches(scope)
        path = path.removeprefix(root)
        return (Match.NONE, {}) if any(other.match(path) for other in self.preceding) else match

    @override
    def get_route_handler(self) -> Handler:
        """The handler of requests, which is built once for each route."""
        return self._built_operation().handle

    def _built_operation(self) -> "_Operation":
        if self._operation is None:
            self._operation = _Operation(self)
        return self._operation


class _Operation:
    """Answers the requests of one route: binds the arguments of its endpoint, calls it, and serializes.

    An ASGI application without exit stacks: only files have to be closed.
    """

    def __init__(self, route: "ContractRoute") -> None:
        signature = inspect.signature(route.endpoint, eval_str=True)
        schemas = schemas_of(route.path, route.methods)
        self._endpoint, self._name = route.endpoint, route.operation_id
        self._status = route.status_code or 200
        self._idempotency: IdempotencyHandler | None = getattr(route.endpoint, IDEMPOTENCY_ATTRIBUTE, None)
        self._binding = request_binding(route, signature, schemas, self._idempotency)
        self._row_source, encode = find_row_source(route.endpoint, signature)
        own = encode or serializer(signature.return_annotation)
        self._serialize: Serializer = with_media_types(own, schemas.json_names() if schemas else {})
        self._fill_errors = DeclaredErrors(schemas).fill

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. Raises an exception for which the application has no handler."""
        request = Request(scope, receive, send)
        try:
            try:
                response = await self.handle(request)
            except Exception as error:
                handled = await respond_to_error(request, error)
                if handled is None:
                    raise
                response = handled
            exchange = getattr(send, "__self__", None)  # of Exchange.send, if nothing is around it
            if type(exchange) is not Exchange or not exchange.answer(response):
                await response(scope, receive, send)
        finally:
            for file in scope.get(FILES, ()):
                await file.close()

    async def handle(self, request: Request) -> Response:
        """Answer a request; once more if the database interrupted it and it certainly had no effect."""
        added = AddedHeaders() if self._binding.responses else None
        request.scope["state"][DECLARED_ERRORS] = self._fill_errors
        arguments, key = await self._binding.bind(request, added)
        try:
            if key is None:
                return await self._perform(arguments, request, added)
            return await self._run_once(key, arguments, request, added)
        except Interrupted as error:  # a request with a key never takes effect twice
            if not (error.retryable or key):
                raise
        _log.info("database_retried")
        if added is not None:
            added.reset()
        if key is None:
            return await self._perform(arguments, request, added)
        return await self._run_once(key, arguments, request, added)

    def _run_once(
        self, key: str, arguments: Mapping[str, object], request: Request, added: AddedHeaders | None
    ) -> Coroutine[Any, Any, Response]:
        assert self._idempotency is not None  # noqa: S101 - narrows the type for mypy: it has read the key
        perform = partial(self._perform, request=request, added=added)
        return self._idempotency.run_once(request, f"{self._name} {key}", arguments, perform)

    async def _perform(
        self, arguments: Mapping[str, Any], request: Request, added: AddedHeaders | None
    ) -> Response:
        if self._row_source is not None:
            source: RowSource = arguments[self._row_source]
            source.skip_models()
        hooks: list[Callable[[], None]] = []
        state = request.scope["state"]
        state[AFTER_OPERATION] = hooks
        try:
            answer = await self._endpoint(**arguments)
            chosen = added.chosen_status if added is not None else None
            response = self._serialize(answer, chosen or self._status)
        except NotModified as not_modified:
            return Response(status_code=304, headers={"ETag": not_modified.etag})
        finally:
            del state[AFTER_OPERATION]
        if added is not None:
            added.add_to(response)
        for hook in hooks:
            hook()
        return response


def own_location(request: Request) -> str:
    """The value of `Location` for a row that this request created at its own path."""
    return _quoted_path(request.scope["path"])


def location_header(request: Request, row_id: object, end: str = "") -> str:
    """The value of `Location` for a row that this request created; `end` is the slash after ids in paths."""
    path, name = _quoted_path(request.scope["path"].rstrip("/")), str(row_id)
    return f"{path}/{name if _UNRESERVED(name) else quote(name, safe='')}{end}"


def _quoted_path(path: str) -> str:
    return path if _UNRESERVED_PATH(path) else quote(path, safe=_PATH_CHARACTERS)
