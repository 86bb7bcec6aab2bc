"""Bodies of requests: as much as is allowed, and JSON that means the same to every reader (RFC 7493)."""

import json
import math
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from starlette.requests import ClientDisconnect, Request

from .problems import Malformed, Problem

_DEEPEST = 32  # objects and arrays within each other
_LONGEST_NAME = 64  # letters of a name that nobody knows, in an answer

_NOWHERE = object()
NUL = b"\\u0000"
"""How U+0000 is written in a body. A jsonb column refuses it, and a schema that allows anything does not."""


class TooLarge(Problem):
    """The body is larger than the service takes."""

    def __init__(self, limit: int) -> None:
        headers = {"Connection": "close"}  # what is still on its way is not waited for
        detail = f"The body is larger than {limit:,} bytes."
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, headers=headers)


async def read_body(request: Request) -> bytes:
    """The body, which is read once. Raises TooLarge as soon as that is known, and ClientDisconnect."""
    if hasattr(request.state, "body"):
        known: bytes = request.state.body
        return known
    limit: int = request.app.state.max_body_bytes
    said = request.headers.get("Content-Length", "0")
    if said.isdecimal() and (len(said) > len(str(limit)) or int(said) > limit):
        raise TooLarge(limit)
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise TooLarge(limit)
        more = message.get("more_body", False)
    body = request.state.body = b"".join(chunks)
    return body


def parse_strict_json(content: bytes) -> object:
    """Refuse a name that comes twice, a number that is none, and what is nested too deeply. Raises Malformed.

    A reader that takes the first of two equal names, and one that takes the last, would see two requests.
    What is given back has the form of the body, and its numbers as texts.
    """
    try:
        value: object = json.loads(
            content.decode(),
            object_pairs_hook=_unique,
            parse_constant=_refuse,
            parse_int=str,
            parse_float=_finite,
        )
    except (ValueError, RecursionError):
        raise Malformed from None
    _must_be_flat(value, _DEEPEST)
    return value


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


def place(value: object, steps: Sequence[int | str]) -> list[int | str]:
    """The steps that lead somewhere in a body: pydantic also names which schema of several it has tried.

    The last one may name what is missing, or what nobody knows; a long name of that kind is not repeated.
    """
    way: list[int | str] = []
    for step in steps[:-1]:
        found = value.get(step, _NOWHERE) if isinstance(value, dict) else _NOWHERE
        if isinstance(value, list) and isinstance(step, int):
            found = value[step]
        if found is not _NOWHERE:
            value = found
            way.append(step)
    last = steps[-1] if steps else None
    fits = isinstance(last, int) if isinstance(value, list) else isinstance(value, dict)
    return [*way, last] if last is not None and fits and len(str(last)) <= _LONGEST_NAME else way


def nuls(value: object, *way: int | str) -> Iterator[Sequence[int | str]]:
    """Where a body holds U+0000, in a text or in a name."""
    if isinstance(value, str):
        yield from [way] if "\0" in value else ()
    elif isinstance(value, dict):
        yield from (way for name in value if "\0" in name)
        for name, inner in value.items():
            yield from nuls(inner, *way, name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from nuls(inner, *way, index)
