"""From a request to the arguments of an endpoint, and from what it returns to an answer.

The order is fixed: who is asking, the media type and the size, the path, the query, the body. FastAPI would
parse the body first and read `"yes"` as true; here a value is exactly what the contract says, or the answer
is 422 with everything that is wrong. Routes stay ordinary typed FastAPI routes; what is read from their
signatures is read once, when the service starts.
"""

import inspect
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any, Protocol, get_args, get_origin
from urllib.parse import quote

from fastapi.params import Depends
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Scope
from typing_extensions import override

from .media_types import JSON, MediaTypes
from .parameters import Query, Read, on_the_wire, reader
from .preconditions import NotModified
from .problems import ErrorEntry, Interrupted, Invalid, Malformed, NotFound, pointer
from .request_bodies import NUL, nuls, parse_strict_json, place, read_body

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_IN_A_PATH = "/:@!$&'()*+,;="  # besides letters, digits and -._~ (RFC 3986, section 3.3)
_log = logging.getLogger(__name__)

_NO_NUL = "Must not contain U+0000."
IDEMPOTENCY_ATTRIBUTE = "__idempotency__"
"""Where an endpoint carries what it makes of requests that are sent again."""

Resolver = Callable[[Request], Awaitable[object]]
Perform = Callable[[Mapping[str, object]], Awaitable[Response]]


class IdempotencyHandler(Protocol):
    """What is made of requests that are sent again; `idempotency.once` is one."""

    def key(self, request: Request, errors: list[ErrorEntry]) -> str | None:
        """The key that came with a request; what is wrong with it is added to `faults`."""

    async def run_once(
        self, request: Request, key: str, arguments: Mapping[str, object], perform: Perform
    ) -> Response:
        """What `perform` answers, or what it answered to the same request before."""


class ContractRoute(APIRoute):
    """A route that takes what the contract says, and nothing else."""

    before: Sequence[re.Pattern[str]] = ()
    """The paths that go before this one where both match: OpenAPI wants the more concrete one."""

    @override
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path is this one, and no other that goes before; only then, what FastAPI asks."""
        path, root = scope["path"], scope.get("root_path", "")
        if not root and not self.path_regex.match(path):
            return Match.NONE, {}
        found = super().matches(scope)
        path = path.removeprefix(root)
        return (Match.NONE, {}) if any(other.match(path) for other in self.before) else found

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function that answers a request, made once for each route."""
        endpoint, status, operation = self.endpoint, self.status_code or 200, self.operation_id
        signature = inspect.signature(endpoint, eval_str=True)
        guards = [_resolver_of(depends) for depends in self.dependencies]
        idempotency: IdempotencyHandler | None = getattr(endpoint, IDEMPOTENCY_ATTRIBUTE, None)
        bind = _binding(signature, set(self.param_convertors), guards, idempotency)
        serialize = _serializer(signature.return_annotation)

        async def handle(request: Request) -> Response:
            extra = Response()
            arguments, key = await bind(request, extra)

            async def perform(arguments: Mapping[str, object]) -> Response:
                try:
                    response = serialize(await endpoint(**arguments), status)
                except NotModified as same:
                    return Response(status_code=304, headers={"ETag": same.tag})
                response.headers.update({k: v for k, v in extra.headers.items() if k != "content-length"})
                return response

            again = False
            while True:
                try:
                    if idempotency is None or key is None:
                        return await perform(arguments)
                    return await idempotency.run_once(request, f"{operation} {key}", arguments, perform)
                except Interrupted as fault:  # a request with a key is never done twice
                    if again or not (fault.retryable or key):
                        raise
                    again = True
                    _log.info("database_retried")

        return handle


@dataclass(frozen=True)
class _Body:
    """The one parameter that is read from the request's body."""

    name: str
    model: type[BaseModel]
    media_types: MediaTypes

    def read(self, content: bytes, errors: list[ErrorEntry]) -> dict[str, object]:
        """The value by name. Raises Malformed; what is not as the schema says is added to `faults`."""
        sent = parse_strict_json(content)
        try:
            value = self.model.model_validate_json(content, strict=True)
            if NUL in content:
                errors.extend({"pointer": pointer(way), "detail": _NO_NUL} for way in nuls(sent))
            return {self.name: value}
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
        if found[0]["type"] == "json_invalid":
            raise Malformed
        errors.extend(
            {"pointer": pointer(place(sent, fault["loc"])), "detail": _detail(fault)} for fault in found
        )
        return {}


def _detail(fault: "ErrorDetails") -> str:
    """What is wrong, without what was sent: pydantic repeats a tag that it does not know."""
    if fault["type"] == "union_tag_invalid":
        return f"The property {fault['ctx']['discriminator']} must be one of {fault['ctx']['expected_tags']}."
    return fault["msg"].removeprefix("Value error, ")


@dataclass(frozen=True)
class _Binding:
    """How the parameters of one endpoint are found in a request."""

    guards: Sequence[Resolver]
    """What the route itself depends on: scopes, the owner in the path."""
    dependencies: Mapping[str, Resolver]
    path: Mapping[str, tuple[str, Read]]
    """For each parameter of the path its name there, and how to read it."""
    query: Query
    body: _Body | None
    responses: tuple[str, ...]
    idempotency: IdempotencyHandler | None
    """Whether a request may be sent again, with a key to tell it by."""

    async def __call__(self, request: Request, response: Response) -> tuple[dict[str, object], str | None]:
        """The arguments, and the key. Raises a Problem; a 422 holds everything that is wrong."""
        arguments: dict[str, object] = dict.fromkeys(self.responses, response)
        for guard in self.guards:
            await guard(request)
        for name, resolve in self.dependencies.items():
            arguments[name] = await resolve(request)
        content = b""
        if self.body:
            self.body.media_types.check(request)
            content = await read_body(request)
        arguments |= self._from_path(request)
        errors: list[ErrorEntry] = []
        arguments |= self.query.read(request.scope["query_string"], errors)
        key = self.idempotency.key(request, errors) if self.idempotency else None
        if self.body:
            arguments |= self.body.read(content, errors)
        if errors:
            raise Invalid(errors)
        return arguments, key

    def _from_path(self, request: Request) -> dict[str, object]:
        """A text that cannot be an id names no row: NotFound."""
        try:
            return {name: read(request.path_params[wire]) for name, (wire, read) in self.path.items()}
        except ValueError:
            raise NotFound from None


def _binding(
    signature: inspect.Signature,
    path: set[str],
    guards: Sequence[Resolver],
    idempotency: IdempotencyHandler | None,
) -> _Binding:
    """Sort the parameters of an endpoint by where they are found."""
    found: dict[str, list[inspect.Parameter]] = {}
    for parameter in signature.parameters.values():
        found.setdefault(_place(parameter, path), []).append(parameter)
    bodies = [_body(parameter) for parameter in found.get("body", [])]
    return _Binding(
        guards=guards,
        dependencies={p.name: _resolver(p.annotation) for p in found.get("dependency", [])},
        path={p.name: (on_the_wire(p), reader(p.annotation)) for p in found.get("path", [])},
        query=Query(found.get("query", [])),
        body=bodies[0] if bodies else None,
        responses=tuple(p.name for p in found.get("response", [])),
        idempotency=idempotency,
    )


def _place(parameter: inspect.Parameter, path: set[str]) -> str:
    kind, _ = _parts(parameter.annotation)
    if kind is Response:
        return "response"
    if kind is Request or _depends(parameter.annotation):
        return "dependency"
    if on_the_wire(parameter) in path:
        return "path"
    return "body" if isinstance(kind, type) and issubclass(kind, BaseModel) else "query"


def _body(parameter: inspect.Parameter) -> _Body:
    model, metadata = _parts(parameter.annotation)
    named = [item for item in metadata if isinstance(item, MediaTypes)]
    return _Body(parameter.name, model, named[0] if named else MediaTypes(JSON))


def _resolver(annotation: Any) -> Resolver:
    """What a dependency needs is found in the same way, down to the request itself."""
    depends = _depends(annotation)
    return _resolver_of(depends) if depends else _the_request


def _resolver_of(depends: Depends) -> Resolver:
    call: Callable[..., Any] | None = depends.dependency
    if call is None:
        return _the_request
    parameters = inspect.signature(call, eval_str=True).parameters.values()
    needs = {parameter.name: _resolver(parameter.annotation) for parameter in parameters}

    async def resolve(request: Request) -> object:
        value = call(**{name: await need(request) for name, need in needs.items()})
        return await value if inspect.isawaitable(value) else value

    return resolve


async def _the_request(request: Request) -> object:
    return request


def _depends(annotation: Any) -> Depends | None:
    return next((item for item in _parts(annotation)[1] if isinstance(item, Depends)), None)


def _parts(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type and what `Annotated` says of it."""
    if get_origin(annotation) is Annotated:
        kind, *metadata = get_args(annotation)
        return kind, tuple(metadata)
    return annotation, ()


def sort_by_specificity(routes: Iterable[BaseRoute]) -> list[BaseRoute]:
    """The routes as OpenAPI matches them: `/tasks/stats` before `/tasks/{task_id}`."""
    found = sorted(routes, key=lambda route: ["{" in step for step in getattr(route, "path", "").split("/")])
    contract = [route for route in found if isinstance(route, ContractRoute)]
    for number, route in enumerate(contract):
        paths = {other.path: other.path_regex for other in contract[:number]}
        route.before = [regex for path, regex in paths.items() if _meet(path, route.path)]
    return found


def _meet(one: str, other: str) -> bool:
    """Whether two paths that are not the same can match the same request."""
    pairs = [*zip_longest(one.split("/"), other.split("/"), fillvalue="")]
    return one != other and all(a == b or ("{" in a + b and a and b) for a, b in pairs)


def location_header(request: Request, row_id: object) -> str:
    """Where a row is that was created by this request."""
    return f"{quote(request.scope['path'], safe=_IN_A_PATH)}/{row_id}"


def _serializer(result: Any) -> Callable[[object, int], Response]:
    """How to answer what an endpoint returns. It is not validated again: the database did."""
    if result in (None, inspect.Signature.empty):
        return lambda _, status: Response(status_code=status)
    dump = TypeAdapter(result).dump_json
    return lambda value, status: Response(dump(value, by_alias=True, warnings=False), status, media_type=JSON)
