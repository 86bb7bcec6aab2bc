"""Answers that are not JSON: bytes, texts and streams, with a declared media type."""

from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse


@dataclass(frozen=True)
class Download:
    """Content with its media type and a file name, where the first declared type is not meant.

    Example: `return Download(picture, "image/jpeg", filename="ticket.jpg")`
    """

    content: bytes | str | AsyncIterable[bytes]
    """What is sent, a text in UTF-8. A stream is read after the transaction of the request has ended."""
    media_type: str = ""
    """One of the declared media types; the first one if it is empty."""
    filename: str = ""
    """The name under which browsers save it, in any letters (RFC 6266); without one, they show it."""


Content: TypeAlias = bytes | str | AsyncIterable[bytes] | Download
"""What an operation returns that does not answer with JSON."""


def content_response(content: Content, *media_types: str, status: int = 200) -> Response:
    """The response that sends content, of the first media type unless a Download names another one."""
    download = content if isinstance(content, Download) else Download(content)
    kind = download.media_type or next(name for name in media_types if "*" not in name)
    headers = {"Content-Disposition": _disposition(download.filename)} if download.filename else {}
    if kind.startswith("text/html"):
        headers["Content-Security-Policy"] = "sandbox"  # scripts in it would act for the user
    if isinstance(download.content, bytes | str):
        return Response(download.content, status, headers, media_type=kind)
    return StreamingResponse(download.content, status, headers, media_type=kind)


def _disposition(filename: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
