"""Bodies of requests: as much as is allowed, and JSON that means the same to every reader (RFC 7493)."""

import json
import math
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from starlette.requests import Request

from .problems import Malformed, Problem

_DEEPEST = 32  # objects and arrays within each other


class TooLarge(Problem):
    """The body is larger than the service takes."""

    def __init__(self, limit: int) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body has at most {limit:,} bytes.")


async def read_body(request: Request) -> bytes:
    """The body, which is read once. Raises TooLarge, as soon as that is known."""
    if hasattr(request.state, "body"):
        known: bytes = request.state.body
        return known
    limit: int = request.app.state.max_body_bytes
    said = request.headers.get("Content-Length", "0")
    if said.isdecimal() and (len(said) > len(str(limit)) or int(said) > limit):
        raise TooLarge(limit)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        chunks.append(chunk)
    body = request.state.body = b"".join(chunks)
    return body


def must_be_clear(content: bytes) -> None:
    """Refuse a name that comes twice, a number that is none, and what is nested too deeply. Raises Malformed.

    A reader that takes the first of two equal names, and one that takes the last, would see two requests.
    """
    try:
        value = json.loads(
            content.decode(),
            object_pairs_hook=_unique,
            parse_constant=_refuse,
            parse_int=str,
            parse_float=_finite,
        )
    except (ValueError, RecursionError):
        raise Malformed from None
    _must_be_flat(value, _DEEPEST)


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _finite(number: str) -> None:
    if math.isinf(float(number)):
        raise ValueError("a number is beyond what readers of JSON agree on")


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")


def _must_be_flat(value: Any, left: int) -> None:
    if not isinstance(value, dict | list):
        return
    if not left:
        raise Malformed
    for inner in value.values() if isinstance(value, dict) else value:
        _must_be_flat(inner, left - 1)
