"""Texts of a path or a query, read as exactly what the contract says they are.

An integer is `-?(0|[1-9][0-9]*)`, a boolean is `true` or `false`, a UUID has one spelling (RFC 9562, 4).
"""

import inspect
import json
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import QueryParams

from .problems import Fault

Read = Callable[[str], object]
"""Reads a text. Raises ValidationError or ValueError when it is not what the contract says."""


def reader(annotation: Any) -> Read:
    """How to read a text as a value of this type; `None` in it means that it may be left out."""
    adapter: TypeAdapter[Any] = TypeAdapter(_given(annotation))
    base = _base(annotation)
    if base in (bool, int, float):
        return lambda text: adapter.validate_json(_bare(text), strict=True)
    if base is UUID:
        return lambda text: _canonical(adapter.validate_json(json.dumps(text), strict=True), text)
    return lambda text: adapter.validate_json(json.dumps(text), strict=True)


class Query:
    """The query parameters of one operation."""

    def __init__(self, parameters: list[inspect.Parameter]) -> None:
        self._readers = {parameter.name: reader(parameter.annotation) for parameter in parameters}
        self._defaults = {
            parameter.name: parameter.default
            for parameter in parameters
            if parameter.default is not inspect.Parameter.empty
        }

    def read(self, sent: QueryParams, faults: list[Fault]) -> dict[str, object]:
        """The values by name; what is wrong is added to `faults`."""
        values = dict(self._defaults)
        for name in sent:
            try:
                values[name] = self._one(name, sent.getlist(name))
            except ValueError as error:
                faults.append({"parameter": name, "detail": _detail(error)})
        missing = self._readers.keys() - values.keys() - {fault.get("parameter") for fault in faults}
        faults.extend({"parameter": name, "detail": "It is required."} for name in sorted(missing))
        return values

    def _one(self, name: str, texts: list[str]) -> object:
        if name not in self._readers:
            raise ValueError("This operation has no such parameter.")
        if len(texts) > 1:
            raise ValueError("It was sent more than once.")
        return self._readers[name](texts[0])


def _detail(error: ValueError) -> str:
    return str(error.errors()[0]["msg"]) if isinstance(error, ValidationError) else str(error)


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


def _bare(text: str) -> str:
    if text != text.strip():
        raise ValueError("It must not have spaces around it.")
    return text


def _canonical(value: object, text: str) -> object:
    if str(value) != text:
        raise ValueError("It must be written in its canonical form.")
    return value
