"""Turns what an endpoint returns into a response, without validating it again."""

import inspect
from collections.abc import Callable
from typing import Any, cast

from pydantic import TypeAdapter
from starlette.datastructures import MutableHeaders
from starlette.responses import Response

from ...validation.json_text import mark_number, splice_numbers
from ..media_types import JSON

_CONTENT_TYPE = (b"content-type", JSON.encode("ascii"))
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
        content = to_json(value, by_alias=True, warnings=False, fallback=mark_number)
        return JsonResponse(splice_numbers(content), status)

    return serialize


def add_headers(response: Response, added: Response) -> None:
    """Add the headers that an endpoint has set; those about the content stay as they are."""
    headers = MutableHeaders(raw=response.raw_headers)
    for name, value in added.raw_headers:
        if name not in _OF_CONTENT:
            headers[name.decode("latin-1")] = value.decode("latin-1")
