"""Reads forms: texts that mean what the schema of each field says, and files (OpenAPI 3.1, 4.8.14)."""

import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

from pydantic import TypeAdapter, ValidationError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from typing_extensions import override

from ...validation.fault_texts import make_fault
from ...validation.faults import find_faults
from ...validation.json_text import JsonError, parse_strict_json, unstorable, use_exact_numbers
from ...validation.json_values import pointer_to
from ...validation.parameter_texts import (
    TypeFault,
    allowed_types,
    is_utf8,
    item_types,
    parse_text,
    property_pointer,
    split_query,
)
from ..contract_values import contract_schemas, conversion_faults
from ..media_types import MULTIPART
from ..problems import ErrorEntry, Problem
from .request_bodies import ContentTooLarge, body_chunks, read_body
from .uploads import Upload

_MOST_FIELDS = 1000
_LARGE_FILES = 8  # so many files of a form are in memory up to 1 MiB, and all others
_SMALL_FILE = 65_536  # bytes: up to this size
logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns of each malformed form
_TEXT = frozenset({"string"})

Fields = Mapping[str, Sequence[str | Upload]]
"""The values of each field, in their order."""


class MalformedForm(Problem):
    """400: the body is not a form of its media type."""

    def __init__(self) -> None:
        detail = f"The body is not a form of its media type, or has more than {_MOST_FIELDS:,} fields."
        super().__init__(400, detail, code="malformed")


async def read_form(request: Request, media_type: str) -> Fields:
    """The fields of a form. Raises MalformedForm, ContentTooLarge or ClientDisconnect."""
    if media_type == MULTIPART:
        return await _read_multipart(request)
    content = await read_body(request)
    if not is_utf8(content) or content.count(b"&") >= _MOST_FIELDS:
        raise MalformedForm
    sent = split_query(content).items()
    return {name: [unquote_plus(text) for text in texts] for name, texts in sent}


async def _read_multipart(request: Request) -> Fields:
    limits = request.app.state
    chunks = body_chunks(request, limits.max_upload_bytes)
    parser = _FormParser(request.headers, chunks, limits.max_body_bytes)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError):
        raise MalformedForm from None
    fields: dict[str, list[str | Upload]] = {}
    for name, value in form.multi_items():
        fields.setdefault(name, []).append(Upload(value) if isinstance(value, UploadFile) else value)
    return fields


class _FormParser(MultiPartParser):
    """Reads a form in UTF-8, of which a limited part is in memory: all texts together, and small files."""

    def __init__(self, headers: Headers, stream: AsyncGenerator[bytes, None], max_text_bytes: int) -> None:
        super().__init__(
            headers, stream, max_files=_MOST_FIELDS, max_fields=_MOST_FIELDS, max_part_size=max_text_bytes
        )
        self._left = max_text_bytes

    @override
    def on_headers_finished(self) -> None:
        """Start a part. The charset of a form can only be UTF-8, which its name is in."""
        self._charset = "utf-8"
        if self._current_files >= _LARGE_FILES:
            self.spool_max_size = _SMALL_FILE
        _, options = parse_options_header(self._current_part.content_disposition)
        _check_text(options.get(b"name", b""))
        super().on_headers_finished()

    @override
    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Read a piece of a part. Raises ContentTooLarge if the texts are too large together."""
        if self._current_part.file is None:
            self._left -= end - start
            if self._left < 0:
                raise ContentTooLarge(self.max_part_size)
        super().on_part_data(data, start, end)

    @override
    def on_part_end(self) -> None:
        """End a part. Raises MalformedForm for a text that is not UTF-8."""
        if self._current_part.file is None:
            _check_text(self._current_part.data)
        super().on_part_end()


def _check_text(content: bytes | bytearray) -> None:
    try:
        content.decode()
    except UnicodeDecodeError:
        raise MalformedForm from None


class FormReader:
    """Judges the fields of a form by the schema of the document, and converts them."""

    def __init__(self, model: Any, pointers: Mapping[str, str]) -> None:
        self._adapter: TypeAdapter[Any] = TypeAdapter(model)
        self._pointers = pointers

    def read(self, fields: Fields, media_type: str, errors: list[ErrorEntry]) -> Any:
        """The form, converted; what is wrong with it is added to `errors`."""
        pointer = self._pointers.get(media_type)
        values, faults = self._values(fields, pointer)
        schemas, judged = contract_schemas(), {name: _judged(value) for name, value in values.items()}
        faults += [make_fault("characters", pointer=place) for place in unstorable(judged)]
        if pointer is not None and schemas and not faults and not schemas.validator(pointer).is_valid(judged):
            faults += find_faults(schemas, pointer, judged)
        if not faults:
            try:
                return self._adapter.validate_python(use_exact_numbers(values))
            except ValidationError as error:
                faults += conversion_faults(error, judged=pointer is not None)
        errors.extend(faults)
        return None

    def _values(self, fields: Fields, pointer: str | None) -> tuple[dict[str, Any], list[ErrorEntry]]:
        values: dict[str, Any] = {}
        faults: list[ErrorEntry] = []
        for name, sent in fields.items():
            try:
                values[name] = _decode(sent, pointer, name)
            except TypeFault as fault:
                of_type = fault.types if fault.types[1:] else fault.types[0] if fault.types else None
                code = "type" if of_type else "repeated"
                faults.append(make_fault(code, of_type, pointer=pointer_to([name])))
        return values, faults


def _decode(sent: Sequence[str | Upload], pointer: str | None, name: str) -> Any:
    """The value of a field. Raises TypeFault, without types if it was sent more than once."""
    schemas = contract_schemas()
    place = property_pointer(schemas, pointer, name) if schemas and pointer is not None else None
    types = allowed_types(schemas, place) if schemas and place is not None else _TEXT
    if "array" in types and schemas and place is not None:
        of_items = item_types(schemas, place)
        return [_decode_one(value, of_items) for value in sent]
    if len(sent) > 1:
        raise TypeFault([])
    return _decode_one(sent[0], types)


def _decode_one(value: str | Upload, types: frozenset[str]) -> Any:
    if isinstance(value, Upload):
        return value
    if "object" in types and "string" not in types:
        try:
            return parse_strict_json(value.encode()).value
        except JsonError:
            raise TypeFault(["object"]) from None
    return parse_text(value, types)


def _judged(value: Any) -> Any:
    """A value as JSON. Of a file, the document says nothing but that it is there."""
    if isinstance(value, list):
        return [_judged(item) for item in value]
    return "" if isinstance(value, Upload) else value


def files_of(value: object) -> list[Upload]:
    """The files in the fields of a form, or the file that a body is."""
    if isinstance(value, bytes | Upload):
        return [value] if isinstance(value, Upload) else []
    parts = value.values() if isinstance(value, Mapping) else ()
    return [item for part in parts for item in part if isinstance(item, Upload)]
