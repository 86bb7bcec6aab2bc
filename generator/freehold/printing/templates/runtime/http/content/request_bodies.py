"""Reads request bodies up to a limit."""

from collections.abc import AsyncGenerator

from starlette.requests import ClientDisconnect, Request

from ...validation.problem_details.problem_codes import DETAILS
from ..problems import Problem

_BODY = "body"  # in the state of a request


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
    chunks = [chunk async for chunk in body_chunks(request, request.app.state.max_body_bytes)]
    body = state[_BODY] = b"".join(chunks)
    return body


async def body_chunks(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the body as it arrives. Raises ContentTooLarge as early as possible, or ClientDisconnect."""
    for name, value in request.scope["headers"]:
        if name == b"content-length" and _is_above(limit, value):
            raise ContentTooLarge(limit)
    size, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise ContentTooLarge(limit)
        yield chunk
        more = message.get("more_body", False)


def _is_above(limit: int, text: bytes) -> bool:
    """Whether a number is above the limit. It may have more digits than Python converts."""
    return text.isdigit() and (len(text) > len(str(limit)) or int(text) > limit)
