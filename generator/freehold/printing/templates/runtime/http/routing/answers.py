"""Turns what an endpoint returns into a response, without validating it again."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, cast, get_args

from pydantic import TypeAdapter
from starlette.datastructures import MutableHeaders
from starlette.responses import Response

from ...validation.json_text import mark_number, splice_numbers
from ..media_types import JSON
from ..response_models import is_new

_CONTENT_TYPE = (b"content-type", JSON.encode("ascii"))
_GENERATED = __name__.partition(".")[0]
_OF_CONTENT = frozenset({b"content-length", b"content-type"})

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
    to_json = TypeAdapter(result).serializer.to_json

    def serialize(value: object, status: int) -> Response:
        if value is None:  # of an endpoint that has no body for one of its statuses
            return Response(status_code=status)
        content = to_json(value, by_alias=True, warnings=False, fallback=mark_number)
        return JsonResponse(splice_numbers(content), status)

    return serialize


class RowSource(Protocol):
    """Makes the rows of an answer; `rows.responses.Responses` implements it."""

    @classmethod
    def row_encoder(cls, operation: str, result: Any) -> Callable[[Any], bytes] | None:
        """What writes the answer of an operation after `skip_models()`; None if its rows must be models."""

    def skip_models(self) -> None:
        """Make no models of rows from here on."""


def _looks_at_rows(endpoint: Callable[..., Any]) -> bool:
    """Whether an endpoint asks a row whether it is new, which only models know."""
    return is_new.__name__ in inspect.unwrap(endpoint).__code__.co_names


def find_row_source(
    endpoint: Callable[..., Any], signature: inspect.Signature
) -> tuple[str | None, Serializer | None]:
    """The parameter of an endpoint whose rows need no models, and what writes them; None without one.

    Endpoints that are generated return what the method of the same name returns, as it is.
    """
    if endpoint.__module__.partition(".")[0] != _GENERATED or _looks_at_rows(endpoint):
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


def add_headers(response: Response, added: Response) -> None:
    """Add the headers that an endpoint has set; those about the content stay as they are."""
    headers = MutableHeaders(raw=response.raw_headers)
    for name, value in added.raw_headers:
        if name not in _OF_CONTENT:
            headers[name.decode("latin-1")] = value.decode("latin-1")
