"""Reads request bodies up to a limit."""

from starlette.requests import ClientDisconnect, Request

from ..validation.problem_codes import DETAILS
from .problems import Problem


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
