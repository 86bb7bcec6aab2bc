"""Compares an answer with the one that the document declares: its status, media type, body and headers."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from .faults import find_faults
from .json_text import parse_number
from .json_values import pointer_to, steps_of
from .operation_schemas import AnswerSchema, OperationSchemas, ParameterSchema
from .parameter_texts import TypeFault, allowed_types, item_types, parse_text
from .validators import ContractSchemas

_FIRST_ERROR, _FIRST_SERVER_ERROR = 400, 500
_IGNORED_HEADERS = frozenset({"content-type"})  # OpenAPI 3.1, 4.8.17.1: the media type is declared elsewhere


class AnswerFault(NamedTuple):
    """One thing that the document does not declare. It repeats no value of the answer."""

    pointer: str
    """A JSON pointer (RFC 6901) into the body, `status`, `media type`, or `header` with its name."""
    keyword: str
    """The keyword of JSON Schema that fails, `undeclared` or `malformed`."""


class AnswerSchemas:
    """Judges the answers of all operations of a served document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas = ContractSchemas(document)

    def find_fault(
        self, operation: OperationSchemas, status: int, headers: Mapping[str, str], content: bytes
    ) -> AnswerFault | None:
        """The first thing in an answer that is not declared. Names of `headers` are in lower case."""
        answer = operation.answer(status)
        if answer is None:
            need_not = status >= _FIRST_SERVER_ERROR or _rejects_a_precondition(status, content)
            return None if need_not else AnswerFault("status", "undeclared")
        if status >= _FIRST_ERROR and not answer.content:
            return None  # `"404": {description: ...}` says nothing about the body
        faults = (self._body_fault(answer, headers, content), *self._header_faults(answer, headers))
        return next((fault for fault in faults if fault is not None), None)

    def _body_fault(
        self, answer: AnswerSchema, headers: Mapping[str, str], content: bytes
    ) -> AnswerFault | None:
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if not answer.content:
            return AnswerFault("", "undeclared") if content else None
        if not content and (not media_type or _is_json(media_type)):
            return AnswerFault("", "required")
        declared = next((kind for kind in _ranges(media_type) if kind in answer.content), None)
        if declared is None:
            return AnswerFault("media type", "undeclared")
        pointer = answer.content[declared]
        return self._json_fault(pointer, content) if _is_json(media_type) and pointer is not None else None

    def _json_fault(self, pointer: str, content: bytes) -> AnswerFault | None:
        try:
            value = json.loads(content, parse_float=parse_number)
        except ValueError:
            return AnswerFault("", "malformed")
        if self._schemas.validator(pointer).is_valid(value):
            return None
        fault = find_faults(self._schemas, pointer, value)[0]
        return AnswerFault(self._without_data(fault["pointer"], value), fault["code"])

    def _header_faults(
        self, answer: AnswerSchema, headers: Mapping[str, str]
    ) -> Iterator[AnswerFault | None]:
        for name, header in answer.headers.items():
            if name in headers and name not in _IGNORED_HEADERS:
                yield self._header_fault(header, headers[name])
            elif header.required and name not in headers:
                yield AnswerFault(f"header {header.name}", "required")

    def _header_fault(self, header: ParameterSchema, text: str) -> AnswerFault | None:
        types = allowed_types(self._schemas, header.pointer)
        try:
            value = self._header_list(header.pointer, text) if "array" in types else parse_text(text, types)
        except TypeFault:
            return AnswerFault(f"header {header.name}", "type")
        if self._schemas.validator(header.pointer).is_valid(value):
            return None
        fault = find_faults(self._schemas, header.pointer, value)[0]
        return AnswerFault(f"header {header.name}", fault["code"])

    def _header_list(self, pointer: str, text: str) -> list[Any]:
        """The elements of a header that is a list (RFC 9110, 5.6.1)."""
        types = item_types(self._schemas, pointer)
        return [parse_text(piece.strip(), types) for piece in text.split(",")] if text else []

    def _without_data(self, pointer: str, value: Any) -> str:
        """A pointer without the names that the document does not have: those come from stored values."""
        steps: list[str] = []
        for name in steps_of(pointer):
            steps.append(name if isinstance(value, list) or name in self._names else "*")
            value = _inside(value, name)
        return pointer_to(steps)

    @cached_property
    def _names(self) -> frozenset[str]:
        """All names of properties in the document."""
        return frozenset(_property_names(self._schemas.root))


def _rejects_a_precondition(status: int, content: bytes) -> bool:
    """Whether the request had a header that no operation of the document needs to know."""
    return status == _FIRST_ERROR and b'"unsupported_precondition"' in content


def _is_json(media_type: str) -> bool:
    return media_type == "application/json" or media_type.endswith("+json")


def _ranges(media_type: str) -> Iterable[str]:
    """A media type, and the ranges that it is in, the narrowest first (OpenAPI 3.1, 4.8.14)."""
    return media_type, f"{media_type.partition('/')[0]}/*", "*/*"


def _inside(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return value[int(name)] if name.isdecimal() and int(name) < len(value) else None
    return value.get(name) if isinstance(value, dict) else None


def _property_names(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        properties, required = part.get("properties"), part.get("required")
        yield from properties if isinstance(properties, Mapping) else ()
        yield from (name for name in required if isinstance(name, str)) if isinstance(required, list) else ()
    for inner in _parts(part):
        yield from _property_names(inner)


def _parts(part: Any) -> Iterable[Any]:
    if isinstance(part, Mapping):
        return part.values()
    return part if isinstance(part, list) else ()
