"""Texts of a path or a query, read as exactly what the contract says they are.

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
_KINDS = {_INTEGER: "an integer", _NUMBER: "a number"}
_NOTHING = QueryParams()
_LONGEST_NAME = 64  # letters of a name that nobody knows, in an answer

Read = Callable[[str], object]
"""Reads a text. Raises ValidationError or ValueError when it is not what the contract says."""


def reader(annotation: Any) -> Read:
    """How to read a text as a value of this type; `None` in it means that it may be left out."""
    adapter: TypeAdapter[Any] = TypeAdapter(_given(annotation))
    base = _base(annotation)
    if base in (int, float):
        pattern = _INTEGER if base is int else _NUMBER
        return lambda text: adapter.validate_json(_number(pattern, text), strict=True)
    if base is bool:
        return lambda text: adapter.validate_json(_bare(text), strict=True)
    if base is UUID:
        return lambda text: _canonical(adapter.validate_json(json.dumps(text), strict=True), text)
    return lambda text: adapter.validate_json(json.dumps(text), strict=True)


class Commas:
    """The values of a list stand in one text, with commas between them (OpenAPI: `explode: false`)."""


class Query:
    """The query parameters of one operation."""

    def __init__(self, parameters: list[inspect.Parameter]) -> None:
        self._names = {on_the_wire(parameter): parameter.name for parameter in parameters}
        self._readers = {
            on_the_wire(parameter): _texts_reader(parameter.annotation) for parameter in parameters
        }
        self._defaults = {
            parameter.name: parameter.default
            for parameter in parameters
            if parameter.default is not inspect.Parameter.empty
        }

    def read(self, query: bytes, errors: list[ErrorEntry]) -> dict[str, object]:
        """The values by name; what is wrong is added to `faults`."""
        values = dict(self._defaults)
        sent = QueryParams(query) if query else _NOTHING
        if query and not _is_text(query):
            errors.append({"detail": "The query string is not percent-encoded UTF-8."})
        for name in sent:
            try:
                if name not in self._readers:
                    raise ValueError("Unknown parameter.")
                values[self._names[name]] = self._readers[name](sent.getlist(name))
            except ValueError as error:
                errors.append({"parameter": name[:_LONGEST_NAME], "detail": _detail(error)})
        missing = [name for name in self._readers if self._names[name] not in values and name not in sent]
        errors.extend({"parameter": name, "detail": "This parameter is required."} for name in missing)
        return values


def _texts_reader(annotation: Any) -> Callable[[list[str]], object]:
    """How to read all texts that were sent under one name."""
    if get_origin(_base(annotation)) is not list:
        read = reader(annotation)
        return lambda texts: read(_only(texts))
    whole: TypeAdapter[Any] = TypeAdapter(_given(annotation))
    item = reader(get_args(_base(annotation))[0])
    commas = any(isinstance(part, Commas) for part in _metadata(annotation))
    split = _at_commas if commas else list
    return lambda texts: whole.validate_python([item(text) for text in split(texts)])


def _at_commas(texts: list[str]) -> list[str]:
    text = _only(texts)
    return text.split(",") if text else []


def _only(texts: list[str]) -> str:
    if len(texts) > 1:
        raise ValueError("Must not be repeated.")
    return texts[0]


def on_the_wire(parameter: inspect.Parameter) -> str:
    """The name in the path or the query, which may be in camelCase."""
    aliases = (getattr(part, "alias", None) for part in _metadata(parameter.annotation))
    return next((alias for alias in aliases if alias), parameter.name)


def _metadata(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()


def _detail(error: ValueError) -> str:
    said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    return said.removeprefix("Value error, ")


def _given(annotation: Any) -> Any:
    """The type without `None`: a text is never null."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return Annotated[(_given(inner), *metadata)]
    if get_origin(annotation) in (Union, UnionType):
        return Union[tuple(part for part in get_args(annotation) if part is not NoneType)]  # noqa: UP007
    return annotation


def _base(annotation: Any) -> Any:
    """The plain type below constraints; for a literal, the type of its values."""
    given = _given(annotation)
    if get_origin(given) is Annotated:
        return _base(get_args(given)[0])
    return type(get_args(given)[0]) if get_origin(given) is Literal else given


def _number(pattern: re.Pattern[str], text: str) -> str:
    """A literal of numbers would take `true` for 1, and JSON has no `Infinity`."""
    if not pattern.fullmatch(text) or (pattern is _NUMBER and math.isinf(float(text))):
        raise ValueError(f"Must be {_KINDS[pattern]}, written as in JSON.")
    return text


def _is_text(query: bytes) -> bool:
    """Whether it is UTF-8: whoever decodes it replaces what is not."""
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return False
    return query.isascii()


def _bare(text: str) -> str:
    if text != text.strip():
        raise ValueError("Must not have leading or trailing spaces.")
    return text


def _canonical(value: object, text: str) -> object:
    if str(value) != text:
        raise ValueError("Must be in canonical form.")
    return value
