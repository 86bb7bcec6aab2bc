"""Parses the parameters of a path or a query strictly.

An integer is `-?(0|[1-9][0-9]*)`, a boolean is `true` or `false`, a UUID has one spelling (RFC 9562, 4).
"""

import inspect
import json
import math
import re
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from urllib.parse import unquote_to_bytes
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import QueryParams

from .problems import ErrorEntry

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_TYPE_NAMES = {_INTEGER: "an integer", _NUMBER: "a number"}
_NO_PARAMETERS = QueryParams()
_MAX_ECHOED_NAME = 64  # characters of an unknown name in a response

Reader = Callable[[str], object]
"""Parses a text. Raises ValidationError or ValueError if it does not match the contract."""


def make_reader(annotation: Any) -> Reader:
    """A function that parses a text as this type; `None` in the type means that it is optional."""
    adapter: TypeAdapter[Any] = TypeAdapter(_without_none(annotation))
    plain_type = _plain_type(annotation)
    if plain_type in (int, float):
        pattern = _INTEGER if plain_type is int else _NUMBER
        return lambda text: adapter.validate_json(_check_number(pattern, text), strict=True)
    if plain_type is bool:
        return lambda text: adapter.validate_json(_check_trimmed(text), strict=True)
    if plain_type is UUID:
        return lambda text: _check_canonical(adapter.validate_json(json.dumps(text), strict=True), text)
    return lambda text: adapter.validate_json(json.dumps(text), strict=True)


class Commas:
    """Marks a list whose values are separated by commas (OpenAPI: `explode: false`)."""


class QueryParameters:
    """The query parameters of one operation."""

    def __init__(self, parameters: list[inspect.Parameter]) -> None:
        self._names = {wire_name(parameter): parameter.name for parameter in parameters}
        self._readers = {
            wire_name(parameter): _make_list_reader(parameter.annotation) for parameter in parameters
        }
        self._defaults = {
            parameter.name: parameter.default
            for parameter in parameters
            if parameter.default is not inspect.Parameter.empty
        }

    def read(self, query: bytes, errors: list[ErrorEntry]) -> dict[str, object]:
        """The values by name; errors are added to `errors`."""
        values = dict(self._defaults)
        query_parameters = QueryParams(query) if query else _NO_PARAMETERS
        if query and not _is_utf8(query):
            errors.append({"detail": "The query string is not percent-encoded UTF-8."})
        for name in query_parameters:
            try:
                if name not in self._readers:
                    raise ValueError("Unknown parameter.")
                values[self._names[name]] = self._readers[name](query_parameters.getlist(name))
            except ValueError as error:
                errors.append({"parameter": name[:_MAX_ECHOED_NAME], "detail": _detail(error)})
        missing = [
            name for name in self._readers if self._names[name] not in values and name not in query_parameters
        ]
        errors.extend({"parameter": name, "detail": "This parameter is required."} for name in missing)
        return values


def _make_list_reader(annotation: Any) -> Callable[[list[str]], object]:
    """A function that parses all texts that were sent under one name."""
    if get_origin(_plain_type(annotation)) is not list:
        read = make_reader(annotation)
        return lambda texts: read(_single(texts))
    list_adapter: TypeAdapter[Any] = TypeAdapter(_without_none(annotation))
    item = make_reader(get_args(_plain_type(annotation))[0])
    comma_separated = any(isinstance(part, Commas) for part in _metadata(annotation))
    split = _split_at_commas if comma_separated else list
    return lambda texts: list_adapter.validate_python([item(text) for text in split(texts)])


def _split_at_commas(texts: list[str]) -> list[str]:
    text = _single(texts)
    return text.split(",") if text else []


def _single(texts: list[str]) -> str:
    if len(texts) > 1:
        raise ValueError("Must not be repeated.")
    return texts[0]


def wire_name(parameter: inspect.Parameter) -> str:
    """The name in the path or the query, for example in camelCase."""
    aliases = (getattr(part, "alias", None) for part in _metadata(parameter.annotation))
    return next((alias for alias in aliases if alias), parameter.name)


def _metadata(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()


def _detail(error: ValueError) -> str:
    message = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    return message.removeprefix("Value error, ")


def _without_none(annotation: Any) -> Any:
    """The type without `None`: a text is never null."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return Annotated[(_without_none(inner), *metadata)]
    if get_origin(annotation) in (Union, UnionType):
        return Union[tuple(part for part in get_args(annotation) if part is not NoneType)]  # noqa: UP007
    return annotation


def _plain_type(annotation: Any) -> Any:
    """The type without constraints; for a literal, the type of its values."""
    inner_type = _without_none(annotation)
    if get_origin(inner_type) is Annotated:
        return _plain_type(get_args(inner_type)[0])
    return type(get_args(inner_type)[0]) if get_origin(inner_type) is Literal else inner_type


def _check_number(pattern: re.Pattern[str], text: str) -> str:
    """Check the spelling of a number: a literal would accept `true` as 1, and JSON has no `Infinity`."""
    if not pattern.fullmatch(text) or (pattern is _NUMBER and math.isinf(float(text))):
        raise ValueError(f"Must be {_TYPE_NAMES[pattern]}, written as in JSON.")
    return text


def _is_utf8(query: bytes) -> bool:
    """Whether a query is percent-encoded UTF-8: decoders silently replace invalid bytes."""
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return False
    return query.isascii()


def _check_trimmed(text: str) -> str:
    if text != text.strip():
        raise ValueError("Must not have leading or trailing spaces.")
    return text


def _check_canonical(value: object, text: str) -> object:
    if str(value) != text:
        raise ValueError("Must be in canonical form.")
    return value
