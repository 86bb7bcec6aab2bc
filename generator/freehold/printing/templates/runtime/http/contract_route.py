"""Routes that enforce the contract: they validate requests strictly and serialize responses.

The order is fixed: authentication, media type and size, path, query, body. FastAPI would parse the body
first and accept `"yes"` as true; here a value must match the contract exactly, or the response is 422 with
all errors. The routes are ordinary typed FastAPI routes; their signatures are inspected once, at startup.
"""

import inspect
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, cast, get_args, get_origin
from urllib.parse import quote

from fastapi.params import Depends, Header
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope
from typing_extensions import override

from ..validation.json_text import mark_number, splice_numbers
from ..validation.operation_schemas import OperationSchemas
from .content.bodies import Body, make_body, union_members
from .content.forms import files_of
from .contract_values import schemas_of
from .declared_errors import DeclaredErrors
from .media_types import JSON, MediaTypes
from .parameters import HeaderParameters, PathParameters, QueryParameters, wire_name
from .preconditions import NotModified, WritePreconditions
from .problems import ErrorEntry, Interrupted, Invalid

_PATH_CHARACTERS = "/:@!$&'()*+,;="  # unescaped besides letters, digits and -._~ (RFC 3986, 3.3)
_log = logging.getLogger(__name__)

IDEMPOTENCY_ATTRIBUTE = "__idempotency__"
"""The attribute of an endpoint that holds its IdempotencyHandler."""
AFTER_OPERATION = "after_operation"
"""In the state of a request: a list of functions to call when its operation has succeeded."""

Resolver = Callable[[Request], Awaitable[object]]
Perform = Callable[[Mapping[str, object]], Awaitable[Response]]


class IdempotencyHandler(Protocol):
    """Handles repeated requests; `rows.idempotency.idempotent` implements it."""

    def key(self, request: Request, errors: list[ErrorEntry]) -> str | None:
        """The key of a request, or None. Adds an entry to `errors` if it is invalid."""

    async def run_once(
        self, request: Request, key: str, arguments: Mapping[str, object], perform: Perform
    ) -> Response:
        """The response of `perform`, or the response that is stored for the key."""


class ContractRoute(APIRoute):
    """A route that accepts only requests that match the contract."""

    preceding: Sequence[re.Pattern[str]] = ()
    """More specific paths: OpenAPI gives them precedence if both match."""

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
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Build the handler of requests, once for each route."""
        endpoint, status, operation = self.endpoint, self.status_code or 200, self.operation_id
        signature = inspect.signature(endpoint, eval_str=True)
        idempotency: IdempotencyHandler | None = getattr(endpoint, IDEMPOTENCY_ATTRIBUTE, None)
        bind = _binding(self, signature, idempotency)
        serialize = _serializer(signature.return_annotation)
        errors = DeclaredErrors(schemas_of(self.path, self.methods))

        async def handle(request: Request) -> Response:
            added = Response()
            request.state.declared_errors = errors.fill
            arguments, key = await bind(request, added)

            async def perform(arguments: Mapping[str, object]) -> Response:
                hooks = request.scope["state"][AFTER_OPERATION] = list[Callable[[], None]]()
                try:
                    response = serialize(await endpoint(**arguments), status)
                except NotModified as not_modified:
                    return Response(status_code=304, headers={"ETag": not_modified.etag})
                response.headers.update({k: v for k, v in added.headers.items() if k != "content-length"})
                _call_all(hooks)
                return response

            retried = False
            while True:
                try:
                    if idempotency is None or key is None:
                        return await perform(arguments)
                    return await idempotency.run_once(request, f"{operation} {key}", arguments, perform)
                except Interrupted as error:  # a request with a key never takes effect twice
                    if retried or not (error.retryable or key):
                        raise
                    retried = True
                    _log.info("database_retried")

        return handle


def _call_all(functions: Sequence[Callable[[], None]]) -> None:
    for function in functions:
        function()


@dataclass(frozen=True)
class _Binding:
    """Extracts the arguments of an endpoint from a request."""

    guards: Sequence[Resolver]
    """The dependencies of the route itself: scopes, the owner in the path."""
    dependencies: Mapping[str, Resolver]
    path: PathParameters
    query: QueryParameters
    body: Body | None
    responses: tuple[str, ...]
    idempotency: IdempotencyHandler | None
    """The handler of idempotency keys, if the endpoint accepts them."""
    headers: HeaderParameters
    preconditions: WritePreconditions

    async def __call__(self, request: Request, response: Response) -> tuple[dict[str, object], str | None]:
        """The arguments and the idempotency key. Raises a Problem; a 422 lists all errors."""
        arguments: dict[str, object] = dict.fromkeys(self.responses, response)
        for guard in self.guards:
            await guard(request)
        for name, resolve in self.dependencies.items():
            arguments[name] = await resolve(request)
        content, media_type = None, ""
        is_absent = self.body is None or self.body.is_absent(request)
        if self.body and not is_absent:
            media_type = self.body.media_types.check(request)
            content = await self.body.receive(request, media_type)
            for file in files_of(content):
                request.scope["fastapi_middleware_astack"].push_async_callback(file.close)
        arguments |= self.path.read(request.path_params)
        errors: list[ErrorEntry] = []
        arguments |= self.query.read(request.scope["query_string"], errors)
        key = self.idempotency.key(request, errors) if self.idempotency else None
        arguments |= self.headers.read(request, errors)
        if self.body:
            body = self.body
            value = body.parse_absent(errors) if is_absent else body.parse(content, media_type, errors)
            arguments[body.name] = value
        if errors:
            raise Invalid(errors)
        self.preconditions.check(request)
        return arguments, key


def _binding(
    route: "ContractRoute", signature: inspect.Signature, idempotency: IdempotencyHandler | None
) -> _Binding:
    """Group the parameters of an endpoint by their source in a request."""
    by_source: dict[str, list[inspect.Parameter]] = {}
    names = set(re.findall(r"\{([^{}]*)\}", route.path))
    for parameter in signature.parameters.values():
        by_source.setdefault(_source_of(parameter, names), []).append(parameter)
    schemas = schemas_of(route.path, route.methods)
    pointers = {(p.place, p.name): p.pointer for p in (schemas.parameters if schemas else ())}
    bodies = [_body(parameter, schemas) for parameter in by_source.get("body", [])]
    headers = _pointers_by_name(pointers, "header")
    return _Binding(
        guards=[_resolver_of_dependency(depends) for depends in route.dependencies],
        dependencies={p.name: _resolver(p.annotation) for p in by_source.get("dependency", [])},
        path=PathParameters(by_source.get("path", []), _pointers_by_name(pointers, "path")),
        query=QueryParameters(by_source.get("query", []), _pointers_by_name(pointers, "query")),
        body=bodies[0] if bodies else None,
        responses=tuple(p.name for p in by_source.get("response", [])),
        idempotency=idempotency,
        headers=HeaderParameters(by_source.get("header", []), headers),
        preconditions=WritePreconditions(route.methods or (), headers),
    )


def _pointers_by_name(pointers: Mapping[tuple[str, str], str], location: str) -> dict[str, str]:
    return {name: pointer for (where, name), pointer in pointers.items() if where == location}


def _source_of(parameter: inspect.Parameter, path: set[str]) -> str:
    plain_type, metadata = _unwrap_annotated(parameter.annotation)
    if _media_types(metadata):
        return "body"
    if any(isinstance(item, Header) for item in metadata):
        return "header"
    if plain_type is Response:
        return "response"
    if plain_type is Request or _find_depends(parameter.annotation):
        return "dependency"
    if wire_name(parameter) in path:
        return "path"
    is_model = any(
        isinstance(part, type) and issubclass(part, BaseModel) for part in union_members(plain_type)
    )
    return "body" if is_model else "query"


def _body(parameter: inspect.Parameter, schemas: OperationSchemas | None) -> Body:
    model, metadata = _unwrap_annotated(parameter.annotation)
    accepted = _media_types(metadata) or MediaTypes(JSON)
    required = schemas is None or schemas.body_required
    return make_body(parameter.name, model, accepted, schemas.body if schemas else {}, required=required)


def _media_types(metadata: tuple[Any, ...]) -> MediaTypes | None:
    return next((item for item in metadata if isinstance(item, MediaTypes)), None)


def _resolver(annotation: Any) -> Resolver:
    """A function that resolves a dependency, and its dependencies, from a request."""
    depends = _find_depends(annotation)
    return _resolver_of_dependency(depends) if depends else _resolve_request


def _resolver_of_dependency(depends: Depends) -> Resolver:
    call: Callable[..., Any] | None = depends.dependency
    if call is None:
        return _resolve_request
    parameters = inspect.signature(call, eval_str=True).parameters.values()
    needs = {parameter.name: _resolver(parameter.annotation) for parameter in parameters}

    async def resolve(request: Request) -> object:
        value = call(**{name: await need(request) for name, need in needs.items()})
        return await value if inspect.isawaitable(value) else value

    return resolve


async def _resolve_request(request: Request) -> object:
    return request


def _find_depends(annotation: Any) -> Depends | None:
    return next((item for item in _unwrap_annotated(annotation)[1] if isinstance(item, Depends)), None)


def _unwrap_annotated(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type and its metadata from `Annotated`."""
    if get_origin(annotation) is Annotated:
        plain_type, *metadata = get_args(annotation)
        return plain_type, tuple(metadata)
    return annotation, ()


def location_header(request: Request, row_id: object, end: str = "") -> str:
    """The value of `Location` for a row that this request created; `end` is the slash after ids in paths."""
    path = quote(request.scope["path"].rstrip("/"), safe=_PATH_CHARACTERS)
    return f"{path}/{quote(str(row_id), safe='')}{end}"


def _serializer(result: Any) -> Callable[[object, int], Response]:
    """A function that serializes what an endpoint returns, without validating it again."""
    if result in (None, inspect.Signature.empty):
        return lambda _, status: Response(status_code=status)
    if result is Response:
        return lambda response, _: cast("Response", response)
    dump = TypeAdapter(result).dump_json

    def serialize(value: object, status: int) -> Response:
        content = dump(value, by_alias=True, warnings=False, fallback=mark_number)
        return Response(splice_numbers(content), status, media_type=JSON)

    return serialize
