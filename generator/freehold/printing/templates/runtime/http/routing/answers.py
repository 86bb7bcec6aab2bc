"""Turns what an endpoint returns into a response, without validating it again."""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from types import NoneType
from typing import Any, Literal, Protocol, cast, get_args, get_origin

from pydantic import TypeAdapter
from starlette.responses import Response

from ...validation.json_text import mark_number, splice_numbers
from ..content.bodies import union_members
from ..media_types import JSON
from ..response_models import is_generated, is_new

_CONTENT_TYPE = (b"content-type", JSON.encode("ascii"))
_OF_CONTENT = frozenset({b"content-length", b"content-type"})
_NOT_CHOSEN = 200

Serializer = Callable[[object, int], Response]
"""Makes the response for what an endpoint returns, and for the status of its route."""


class JsonResponse(Response):
    """A response whose body is JSON in UTF-8 already."""

    media_type = JSON

    def __init__(self, content: bytes, status: int) -> None:
        self.status_code = status
        self.body = content
        self.background = None
        self.raw_headers = [(b"content-length", b"%d" % len(content)), _CONTENT_TYPE]


def serializer(result: Any) -> Serializer:
    """The serializer of an endpoint, by its return annotation."""
    if result in (None, inspect.Signature.empty):
        return lambda _, status: Response(status_code=status)
    if result is Response:
        return lambda response, _: cast("Response", response)
    chosen = _chosen_statuses(result)
    if chosen:
        return partial(_serialize_chosen, chosen)
    to_json = TypeAdapter(result).serializer.to_json

    def serialize(value: object, status: int) -> Response:
        if value is None:  # of an endpoint that has no body for one of its statuses
            return Response(status_code=status)
        content = to_json(value, by_alias=True, warnings=False, fallback=mark_number)
        return JsonResponse(splice_numbers(content), status)

    return serialize


def _chosen_statuses(result: Any) -> dict[int, Serializer]:
    """The serializer of each status, for an endpoint that returns `tuple[Literal[200, 201], Task]`."""
    tuples = [part for part in union_members(result) if get_origin(part) is tuple]
    pairs = [get_args(part) for part in tuples if get_origin((get_args(part) or (None,))[0]) is Literal]
    return {
        status: serializer(None if kind is NoneType else kind)
        for literal, kind in pairs
        for status in get_args(literal)
    }


def _serialize_chosen(chosen: Mapping[int, Serializer], value: Any, _status: int) -> Response:
    """The response with the status that a method has chosen. Raises ValueError for another one."""
    status, content = value
    if status not in chosen:
        raise ValueError(f"The status {status!r} is not declared. Use one of: {', '.join(map(str, chosen))}.")
    return chosen[status](content, status)


def with_media_types(serialize: Serializer, names: Mapping[int, str]) -> Serializer:
    """The serializer whose JSON has another name by status: `application/hal+json`."""
    types = {status: (b"content-type", name.encode("ascii")) for status, name in names.items()}

    def serialize_named(value: object, status: int) -> Response:
        response = serialize(value, status)
        if isinstance(response, JsonResponse):
            response.raw_headers[1] = types.get(response.status_code, _CONTENT_TYPE)
        return response

    return serialize_named if types else serialize


class RowSource(Protocol):
    """Makes the rows of an answer; `rows.responses.Responses` implements it."""

    @classmethod
    def row_encoder(cls, operation: str, result: Any) -> Callable[[Any], bytes] | None:
        """What writes the answer of an operation after `skip_models()`; None if its rows must be models."""

    def skip_models(self) -> None:
        """Make no models of rows from here on."""


def _looks_at_rows(endpoint: Callable[..., Any]) -> bool:
    """Whether an endpoint asks a row whether it is new, which only models know."""
    return is_new.__name__ in endpoint.__code__.co_names


def find_row_source(
    endpoint: Callable[..., Any], signature: inspect.Signature
) -> tuple[str | None, Serializer | None]:
    """The parameter of an endpoint whose rows need no models, and what writes them; None without one.

    Endpoints that are generated return what the method of the same name returns, as it is.
    """
    if not is_generated(endpoint) or _looks_at_rows(endpoint):
        return None, None
    for parameter in signature.parameters.values():
        source, *_ = get_args(parameter.annotation) or (None,)
        find_encoder = getattr(source, "row_encoder", None)
        encode = find_encoder(endpoint.__name__, signature.return_annotation) if find_encoder else None
        if encode is not None:
            return parameter.name, partial(_encoded, encode)
    return None, None


def _encoded(encode: Callable[[Any], bytes], value: object, status: int) -> Response:
    return JsonResponse(encode(value), status)


class AddedHeaders(Response):
    """What an endpoint gets as its response, to set headers and maybe a status: something else is sent."""

    def __init__(self) -> None:
        self.body = b""
        self.background = None
        self.raw_headers: list[tuple[bytes, bytes]] = []
        self.status_code = _NOT_CHOSEN

    @property
    def chosen_status(self) -> int | None:
        """The status that the endpoint has set, or None."""
        return self.status_code if self.status_code != _NOT_CHOSEN else None

    def reset(self) -> None:
        """Forget what was set, before the endpoint is called again."""
        self.raw_headers.clear()
        self.status_code = _NOT_CHOSEN

    def add_to(self, response: Response) -> None:
        """Add the headers to the response that is sent; those about the content stay as they are."""
        new = [header for header in self.raw_headers if header[0] not in _OF_CONTENT]
        names = {name for name, _ in new}
        kept = [header for header in response.raw_headers if header[0] not in names]
        response.raw_headers[:] = kept + new
