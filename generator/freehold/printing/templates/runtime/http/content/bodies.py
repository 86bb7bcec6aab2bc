"""The body of an operation: JSON, a form or a file, as the parameter of its endpoint says."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import UnionType
from typing import Any, get_args, get_origin

from starlette.requests import Request
from typing_extensions import override

from ..contract_values import BodyReader
from ..media_types import FORM, JSON, MULTIPART, MediaTypes
from ..problems import ErrorEntry
from .forms import FormReader, read_form
from .request_bodies import read_body
from .uploads import Upload, read_upload


class Body(ABC):
    """The parameter of an endpoint that holds the body of the request."""

    def __init__(self, name: str, model: Any, media_types: MediaTypes, *, required: bool) -> None:
        self.name = name
        self.media_types = media_types
        self._required = required
        self._nullable = type(None) in union_members(model)

    def is_absent(self, request: Request) -> bool:
        """Whether the body is optional, and the request has none (RFC 9112, 6.3)."""
        if self._required:
            return False
        headers = request.headers
        return headers.get("Content-Length", "0") == "0" and "Transfer-Encoding" not in headers

    def parse_absent(self, errors: list[ErrorEntry]) -> Any:
        """The body of a request without one: None, or an empty object."""
        return None if self._nullable else self.parse(self.empty(), JSON, errors)

    def empty(self) -> Any:
        """The content of an empty body."""
        return b"{}"

    @abstractmethod
    async def receive(self, request: Request, media_type: str) -> Any:
        """Read the content. Raises Malformed, ContentTooLarge or ClientDisconnect."""

    @abstractmethod
    def parse(self, content: Any, media_type: str, errors: list[ErrorEntry]) -> Any:
        """The value of the content. Raises Malformed; other errors are added to `errors`."""


class _ReadBody(Body):
    """A body whose content a reader judges and converts."""

    def __init__(
        self, name: str, model: Any, types: MediaTypes, reader: BodyReader | FormReader, *, required: bool
    ) -> None:
        super().__init__(name, model, types, required=required)
        self._reader = reader

    @override
    def parse(self, content: Any, media_type: str, errors: list[ErrorEntry]) -> Any:
        return self._reader.read(content, media_type, errors)


class _JsonBody(_ReadBody):
    @override
    async def receive(self, request: Request, media_type: str) -> bytes:
        return await read_body(request)


class _FormBody(_ReadBody):
    @override
    def empty(self) -> Any:
        return {}

    @override
    async def receive(self, request: Request, media_type: str) -> Any:
        return await read_form(request, media_type)


class _FileBody(Body):
    @override
    async def receive(self, request: Request, media_type: str) -> Upload:
        return await read_upload(request)

    @override
    def parse(self, content: Any, media_type: str, errors: list[ErrorEntry]) -> Any:
        return content


def make_body(
    name: str, model: Any, types: MediaTypes, pointers: Mapping[str, str], *, required: bool
) -> Body:
    """The body for a parameter; `pointers` are those of its schemas, by media type."""
    if Upload in union_members(model):
        return _FileBody(name, model, types, required=required)
    if types.accept(FORM) or types.accept(MULTIPART):
        return _FormBody(name, model, types, FormReader(model, pointers), required=required)
    return _JsonBody(name, model, types, BodyReader(model, pointers), required=required)


def union_members(annotation: Any) -> tuple[Any, ...]:
    """The members of a union; a type that is none is its only member."""
    return get_args(annotation) if get_origin(annotation) is UnionType else (annotation,)
