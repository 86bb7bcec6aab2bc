"""The media types of request bodies: JSON and forms in UTF-8, or files; without a content encoding."""

import re

from starlette.requests import Request

from .problems import UnsupportedMediaType

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_TEXTS = (JSON, MERGE_PATCH, FORM, MULTIPART)
_PARAMETER = re.compile(r';[ \t]*([^;="]*)(?:=("(?:[^"\\]|\\.)*"|[^;]*))?')  # RFC 9110, 5.6.6


class MediaTypes:
    """The accepted media types of a body: `Annotated[TaskUpdate, MediaTypes("application/json", ...)]`."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._ranges = tuple(
            name.removesuffix("*/*").removesuffix("*") for name in names if name.endswith("*")
        )

    def accept(self, name: str) -> bool:
        """Whether a media type is one of them."""
        return name in self._names

    def check(self, request: Request) -> str:
        """The media type of the body. Raises UnsupportedMediaType, also for a charset or content encoding."""
        content_type, is_encoded = "", False
        for name, value in request.scope["headers"]:
            if name == b"content-type":
                content_type = (
                    f"{content_type},{value.decode('latin-1')}" if content_type else value.decode("latin-1")
                )
            elif name == b"content-encoding":
                is_encoded = is_encoded or value.lower() != b"identity"
        if is_encoded or (content_type not in self._names and not self._matches(content_type)):
            is_patch = request.method == "PATCH"
            raise UnsupportedMediaType(self._names, is_patch=is_patch, is_encoded=is_encoded)
        return content_type if content_type in self._names else content_type.lower().partition(";")[0].strip()

    def _matches(self, content_type: str) -> bool:
        media_type, semicolon, parameters = content_type.lower().partition(";")
        named = _PARAMETER.findall(semicolon + parameters)
        charsets = {value.strip(' \t"') for name, value in named if name.strip() == "charset"}
        plain = media_type.strip()
        if plain not in self._names:
            return bool(self._ranges) and plain.count("/") == 1 and plain.startswith(self._ranges)
        return charsets <= {"utf-8", ""} or plain not in _TEXTS
