"""Reads request bodies up to a limit, and parses JSON that is unambiguous to every parser (RFC 7493)."""

import json
import math
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from starlette.requests import ClientDisconnect, Request

from .problems import Malformed, Problem

_MAX_DEPTH = 32  # nested objects and arrays
_MAX_ECHOED_NAME = 64  # characters of an unknown name in a response

_MISSING = object()
NUL = b"\\u0000"
"""U+0000 in JSON. A jsonb column rejects it, but a schema that allows any value does not."""


class ContentTooLarge(Problem):
    """413: the body exceeds the limit."""

    def __init__(self, limit: int) -> None:
        headers = {"Connection": "close"}  # the rest of the body is not read
        detail = f"The body is larger than {limit:,} bytes."
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, headers=headers)


async def read_body(request: Request) -> bytes:
    """Read the body, once per request. Raises ContentTooLarge as early as possible, or ClientDisconnect."""
    if hasattr(request.state, "body"):
        cached: bytes = request.state.body
        return cached
    limit: int = request.app.state.max_body_bytes
    content_length = request.headers.get("Content-Length", "0")
    if content_length.isdecimal() and (len(content_length) > len(str(limit)) or int(content_length) > limit):
        raise ContentTooLarge(limit)
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise ContentTooLarge(limit)
        more = message.get("more_body", False)
    body = request.state.body = b"".join(chunks)
    return body


def parse_strict_json(content: bytes) -> object:
    """Parse JSON without duplicate names, NaN, infinite numbers and deep nesting. Raises Malformed for them.

    Parsers differ in which of two equal names they use, so that such a body would be ambiguous. Numbers are
    returned as texts.
    """
    try:
        value: object = json.loads(
            content.decode(),
            object_pairs_hook=_unique_keys,
            parse_constant=_reject_constant,
            parse_int=str,
            parse_float=_finite,
        )
    except (ValueError, RecursionError):
        raise Malformed from None
    _check_depth(value, _MAX_DEPTH)
    return value


def _unique_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate name")
    return members


def _finite(number: str) -> None:
    if math.isinf(float(number)):
        raise ValueError("number out of range")


def _reject_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON number")


def _check_depth(value: Any, levels_left: int) -> None:
    if not isinstance(value, dict | list):
        return
    if not levels_left:
        raise Malformed
    for inner in value.values() if isinstance(value, dict) else value:
        _check_depth(inner, levels_left - 1)


def locate(value: object, steps: Sequence[int | str]) -> list[int | str]:
    """The location in a body from the location of a validation error, which also has the names of unions.

    The last step may be a missing or an unknown name; a long unknown name is omitted.
    """
    location: list[int | str] = []
    for step in steps[:-1]:
        child = value.get(step, _MISSING) if isinstance(value, dict) else _MISSING
        if isinstance(value, list) and isinstance(step, int):
            child = value[step]
        if child is not _MISSING:
            value = child
            location.append(step)
    last = steps[-1] if steps else None
    is_valid_step = isinstance(last, int) if isinstance(value, list) else isinstance(value, dict)
    return (
        [*location, last]
        if last is not None and is_valid_step and len(str(last)) <= _MAX_ECHOED_NAME
        else location
    )


def find_nuls(value: object, *location: int | str) -> Iterator[Sequence[int | str]]:
    """The locations of U+0000 in a body, in texts or in names."""
    if isinstance(value, str):
        yield from [location] if "\0" in value else ()
    elif isinstance(value, dict):
        yield from (location for name in value if "\0" in name)
        for name, inner in value.items():
            yield from find_nuls(inner, *location, name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from find_nuls(inner, *location, index)
