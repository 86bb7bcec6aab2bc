"""Answers that are not JSON: bytes, texts and streams, with a declared media type."""

from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

_BYTES = "application/octet-stream"
_OF_RANGES = {"*/*": _BYTES, "application/*": _BYTES, "text/*": "text/plain"}
"""The media types of content of no known kind, where an operation declares a range alone."""


@dataclass(frozen=True)
class Download:
    """Content with its media type and a file name, where the first declared type is not meant.

    Example: `return Download(picture, "image/jpeg", filename="ticket.jpg")`
    """

    content: bytes | str | AsyncIterable[bytes]
    """What is sent, a text in UTF-8. A stream is read after the transaction of the request has ended."""
    media_type: str = ""
    """One of the declared media types. Without one it is the first of them, or one of a declared range."""
    filename: str = ""
    """The name under which browsers save it, in any letters (RFC 6266); without one, they show it."""


Content: TypeAlias = bytes | str | AsyncIterable[bytes] | Download
"""What an operation returns that does not answer with JSON."""


def content_response(content: Content, *media_types: str, status: int = 200) -> Response:
    """The response that sends content, of the first media type unless a Download names another one.

    Raises ValueError for a media type that is not declared. Scripts in any content, such as HTML or SVG,
    would act for the user, so browsers show it in a sandbox.
    """
    download = content if isinstance(content, Download) else Download(content)
    kind = download.media_type or _first(media_types)
    if not _is_declared(kind, media_types):
        message = f"The media type {kind!r} is not declared. Use one of: {', '.join(media_types)}."
        raise ValueError(message)
    headers = {"Content-Security-Policy": "sandbox"}
    if download.filename:
        headers["Content-Disposition"] = _disposition(download.filename)
    if isinstance(download.content, bytes | str):
        return Response(download.content, status, headers, media_type=kind)
    return StreamingResponse(download.content, status, headers, media_type=kind)


def _first(media_types: tuple[str, ...]) -> str:
    """The first media type that is no range, or else the one of a range; "" for `image/*` alone."""
    exact = [name for name in media_types if "*" not in name]
    ranged = [_OF_RANGES.get(_without_parameters(name), "") for name in media_types]
    return next(filter(None, (*exact, *ranged)), "")


def _is_declared(kind: str, media_types: tuple[str, ...]) -> bool:
    """Whether a media type, which may have parameters, is one of the declared types or in their ranges."""
    if not (kind.isascii() and kind.isprintable()):
        return False
    plain = _without_parameters(kind)
    main, _, sub = plain.partition("/")
    declared = map(_without_parameters, media_types)
    return bool(main and sub) and any(name in (plain, f"{main}/*", "*/*") for name in declared)


def _without_parameters(kind: str) -> str:
    return kind.partition(";")[0].strip().lower()


def _disposition(filename: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
