"""Reads request bodies up to a limit."""

from collections.abc import AsyncGenerator

from starlette.requests import ClientDisconnect, Request

from ...validation.problem_codes import DETAILS
from ..problems import Problem


class ContentTooLarge(Problem):
    """413: the body exceeds the limit."""

    def __init__(self, limit: int) -> None:
        headers = {"Connection": "close"}  # the rest of the body is not read
        detail = DETAILS["too_large"].format(limit)
        super().__init__(413, detail, headers=headers)


async def read_body(request: Request) -> bytes:
    """Read the body, once per request. Raises ContentTooLarge as early as possible, or ClientDisconnect."""
    if hasattr(request.state, "body"):
        cached: bytes = request.state.body
        return cached
    chunks = [chunk async for chunk in body_chunks(request, request.app.state.max_body_bytes)]
    body = request.state.body = b"".join(chunks)
    return body


async def body_chunks(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the body as it arrives. Raises ContentTooLarge as early as possible, or ClientDisconnect."""
    content_length = request.headers.get("Content-Length", "0")
    if content_length.isdecimal() and (len(content_length) > len(str(limit)) or int(content_length) > limit):
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
