"""Reads request bodies up to a limit."""

from collections.abc import AsyncGenerator

from starlette.requests import ClientDisconnect, Request

from ...validation.problem_details.problem_codes import DETAILS
from ..problems import Problem

_BODY = "body"  # in the state of a request
_MOST_DIGITS = 18  # of a number of bytes that can be below a limit


class ContentTooLarge(Problem):
    """413: the body exceeds the limit."""

    def __init__(self, limit: int) -> None:
        headers = {"Connection": "close"}  # the rest of the body is not read
        detail = DETAILS["too_large"].format(limit)
        super().__init__(413, detail, headers=headers)


async def read_body(request: Request) -> bytes:
    """Read the body, once per request. Raises ContentTooLarge as early as possible, or ClientDisconnect."""
    state = request.scope["state"]
    if _BODY in state:
        cached: bytes = state[_BODY]
        return cached
    limit = request.app.state.max_body_bytes
    _check_declared_size(request, limit)
    chunk, more = await _next_chunk(request, 0, limit)
    chunks = [chunk]
    if more:  # seldom
        chunks += [chunk async for chunk in _chunks(request, len(chunk), limit)]
    body = state[_BODY] = b"".join(chunks)
    return body


async def body_chunks(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the body as it arrives. Raises ContentTooLarge as early as possible, or ClientDisconnect."""
    _check_declared_size(request, limit)
    async for chunk in _chunks(request, 0, limit):
        yield chunk


def _check_declared_size(request: Request, limit: int) -> None:
    for name, value in request.scope["headers"]:
        if name == b"content-length" and _is_above(limit, value):
            raise ContentTooLarge(limit)


async def _chunks(request: Request, size: int, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the rest of a body of which so many bytes were read."""
    more = True
    while more:
        chunk, more = await _next_chunk(request, size, limit)
        size += len(chunk)
        yield chunk


async def _next_chunk(request: Request, size: int, limit: int) -> tuple[bytes, bool]:
    """Return the next part of a body, and whether there are more; `size` bytes were read before."""
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    chunk: bytes = message.get("body", b"")
    if size + len(chunk) > limit:
        raise ContentTooLarge(limit)
    return chunk, message.get("more_body", False)


def _is_above(limit: int, text: bytes) -> bool:
    """Whether a number is above the limit. It may have more digits than Python converts."""
    return text.isdigit() and (len(text) > _MOST_DIGITS or int(text) > limit)
