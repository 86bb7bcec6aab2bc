"""Extracts the arguments of an endpoint from a request, in a fixed order: see `RequestBinding`."""

import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, Protocol, get_args, get_origin

from fastapi.params import Depends, Header
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from ...validation.operation_schemas import OperationSchemas
from ..content.bodies import Body, make_body, union_members
from ..content.forms import files_of
from ..media_types import JSON, MediaTypes
from ..preconditions import WritePreconditions
from ..problems import ErrorEntry, Invalid
from .deep_objects import DeepObject
from .parameters import HeaderParameters, PathParameters, QueryParameters, wire_name

FILES = "freehold.files"
"""In the scope of a request: the files that it has brought, to close when it has been answered."""

_MARKS = {Header: "header", DeepObject: "query"}


class Resolver(NamedTuple):
    """Resolves a dependency from a request: a function of the request, or a coroutine function."""

    call: Callable[[Request], Any]
    is_async: bool


class KeyReader(Protocol):
    """Reads the idempotency key of a request."""

    def key(self, request: Request, errors: list[ErrorEntry]) -> str | None:
        """The key of a request, or None. Adds an entry to `errors` if it is invalid."""


@dataclass(frozen=True)
class RequestBinding:
    """Extracts the arguments of an endpoint from a request.

    The order is that of the checks: guards (scopes, the owner in the path), dependencies (the token first),
    media type and size of the body, path, query, headers, body, preconditions.
    """

    guards: Sequence[Resolver]
    """The dependencies of the route itself."""
    dependencies: Sequence[tuple[str, Resolver]]
    path: PathParameters
    query: QueryParameters
    headers: HeaderParameters | None
    preconditions: WritePreconditions | None
    body: Body | None
    responses: Sequence[str]
    """The parameters that hold the response, for headers."""
    idempotency: KeyReader | None
    """Reads idempotency keys, if the endpoint accepts them."""

    async def bind(self, request: Request, response: Response | None) -> tuple[dict[str, object], str | None]:
        """The arguments and the idempotency key. Raises a Problem; a 422 lists all errors."""
        arguments: dict[str, object] = dict.fromkeys(self.responses, response) if self.responses else {}
        for guard, is_async in self.guards:
            checked = guard(request)
            _ = await checked if is_async else None
        for name, (resolve, is_async) in self.dependencies:
            arguments[name] = await resolve(request) if is_async else resolve(request)
        body, content, media_type = self.body, None, ""
        is_absent = body is None or body.is_absent(request)
        if body and not is_absent:
            media_type = body.media_types.check(request)
            content = await body.receive(request, media_type)
            request.scope[FILES] = files_of(content)
        arguments |= self.path.read(request.scope["path_params"])
        errors: list[ErrorEntry] = []
        arguments |= self.query.read(request.scope["query_string"], errors)
        key = self.idempotency.key(request, errors) if self.idempotency else None
        if self.headers is not None:
            arguments |= self.headers.read(request, errors)
        if body:
            value = body.parse_absent(errors) if is_absent else body.parse(content, media_type, errors)
            arguments[body.name] = value
        if errors:
            raise Invalid(errors)
        if self.preconditions is not None:
            self.preconditions.check(request)
        return arguments, key


def _may_create(methods: Collection[str] | None, schemas: OperationSchemas | None) -> bool:
    """Whether a PUT creates a row that is missing."""
    return "PUT" in (methods or ()) and schemas is not None and "201" in schemas.answers


def request_binding(
    route: APIRoute,
    signature: inspect.Signature,
    schemas: OperationSchemas | None,
    idempotency: KeyReader | None,
) -> RequestBinding:
    """Group the parameters of an endpoint by their source in a request, once for each route."""
    by_source: dict[str, list[inspect.Parameter]] = {}
    names = set(re.findall(r"\{([^{}]*)\}", route.path))
    for parameter in signature.parameters.values():
        by_source.setdefault(_source_of(parameter, names), []).append(parameter)
    pointers = {(p.place, p.name): p.pointer for p in (schemas.parameters if schemas else ())}
    bodies = [_body(parameter, schemas) for parameter in by_source.get("body", [])]
    objects = [p for p in (schemas.parameters if schemas else ()) if p.is_deep_object]
    headers = _pointers_by_name(pointers, "header")
    return RequestBinding(
        guards=[_resolver_of_dependency(depends) for depends in route.dependencies],
        dependencies=[(p.name, _resolver(p.annotation)) for p in by_source.get("dependency", [])],
        path=PathParameters(by_source.get("path", []), _pointers_by_name(pointers, "path")),
        query=QueryParameters(by_source.get("query", []), _pointers_by_name(pointers, "query"), objects),
        headers=HeaderParameters(by_source.get("header", []), headers) or None,
        preconditions=WritePreconditions(
            route.methods or (), headers, creates=_may_create(route.methods, schemas)
        )
        or None,
        body=bodies[0] if bodies else None,
        responses=tuple(p.name for p in by_source.get("response", [])),
        idempotency=idempotency,
    )


def _pointers_by_name(pointers: Mapping[tuple[str, str], str], location: str) -> dict[str, str]:
    return {name: pointer for (where, name), pointer in pointers.items() if where == location}


def _source_of(parameter: inspect.Parameter, path: set[str]) -> str:
    plain_type, metadata = _unwrap_annotated(parameter.annotation)
    if _media_types(metadata):
        return "body"
    marked = next(
        (place for kind, place in _MARKS.items() for item in metadata if isinstance(item, kind)), None
    )
    if marked:
        return marked
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
    """What resolves a dependency, and its dependencies, from a request."""
    depends = _find_depends(annotation)
    return _resolver_of_dependency(depends) if depends else _THE_REQUEST


def _resolver_of_dependency(depends: Depends) -> Resolver:
    call: Callable[..., Any] | None = depends.dependency
    if call is None:
        return _THE_REQUEST
    parameters = [*inspect.signature(call, eval_str=True).parameters.values()]
    is_async = inspect.iscoroutinefunction(call)
    if [_find_depends(parameter.annotation) for parameter in parameters] == [None]:  # it takes the request
        return Resolver(call, is_async)
    needs = [(parameter.name, _resolver(parameter.annotation)) for parameter in parameters]
    if not is_async and not any(need.is_async for _, need in needs):
        return Resolver(
            lambda request: call(**{name: need.call(request) for name, need in needs}), is_async=False
        )

    async def resolve(request: Request) -> object:
        values: dict[str, object] = {}
        for name, (need, is_need_async) in needs:
            values[name] = await need(request) if is_need_async else need(request)
        return await call(**values) if is_async else call(**values)

    return Resolver(resolve, is_async=True)


_THE_REQUEST = Resolver(lambda request: request, is_async=False)


def _find_depends(annotation: Any) -> Depends | None:
    return next((item for item in _unwrap_annotated(annotation)[1] if isinstance(item, Depends)), None)


def _unwrap_annotated(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type and its metadata from `Annotated`."""
    if get_origin(annotation) is Annotated:
        plain_type, *metadata = get_args(annotation)
        return plain_type, tuple(metadata)
    return annotation, ()
