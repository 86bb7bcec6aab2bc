"""Reads the parameters of a path or a query, and validates headers.

`contract_values` decodes and validates each text: an integer is written as in JSON, a boolean is
`true` or `false`, and a list is `?a=1&a=2` or `?a=1,2`.
"""

import inspect
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin

from starlette.requests import Request

from ...validation.fault_texts import make_fault
from ...validation.operation_schemas import ParameterSchema
from ...validation.parameter_texts import is_utf8, split_query
from ..contract_values import ParameterReader
from ..problems import ErrorEntry, NotFound
from .deep_objects import ObjectReader, read_objects

_MAX_ECHOED_NAME = 64  # characters of an unknown name in a response


class PathParameters:
    """The parameters of a path. A text that cannot be an id matches no row."""

    def __init__(self, parameters: list[inspect.Parameter], pointers: Mapping[str, str]) -> None:
        self._readers = [
            (
                parameter.name,
                wire.replace("-", "_"),
                ParameterReader(wire, parameter.annotation, pointers.get(wire)),
            )
            for parameter in parameters
            if (wire := wire_name(parameter))
        ]

    def read(self, texts: Mapping[str, str]) -> dict[str, object]:
        """The values by parameter name. Raises NotFound for a text that cannot be an id."""
        values: dict[str, object] = {}
        for name, group, reader in self._readers:
            values[name], errors = reader.read_decoded(texts[group])
            if errors:
                raise NotFound
        return values


class QueryParameters:
    """The parameters of a query."""

    def __init__(
        self,
        parameters: list[inspect.Parameter],
        pointers: Mapping[str, str],
        objects: Sequence[ParameterSchema] = (),
    ) -> None:
        by_name = {wire_name(parameter): parameter for parameter in parameters}
        self._objects = [ObjectReader(declared, by_name) for declared in objects]
        plain = {
            wire: found
            for wire, found in by_name.items()
            if not any(declared.name in (wire, wire.partition("[")[0]) for declared in objects)
        }
        self._names = {wire: parameter.name for wire, parameter in plain.items()}
        self._readers = {
            wire: ParameterReader(wire, parameter.annotation, pointers.get(wire))
            for wire, parameter in plain.items()
        }
        self._defaults = _defaults(parameters)
        self._are_all_optional = len(self._defaults) == len(parameters)

    def read(self, query: bytes, errors: list[ErrorEntry]) -> dict[str, object]:
        """The values by parameter name; errors are added to `errors`."""
        values = dict(self._defaults)
        if not query and self._are_all_optional:
            return values
        if not is_utf8(query):
            errors.append(make_fault("encoding"))
        sent = split_query(query)
        if self._objects:
            values |= read_objects(self._objects, sent, errors)
        for wire, raw in sent.items():
            if wire in self._readers:
                value, faults = self._readers[wire].read(raw)
                errors.extend(faults)
                values[self._names[wire]] = value
            else:
                errors.append(make_fault("unknown", parameter=wire[:_MAX_ECHOED_NAME]))
        if not self._are_all_optional:
            missing = [wire for wire, name in self._names.items() if name not in values]
            errors.extend(make_fault("required", parameter=wire) for wire in missing)
        return values


class HeaderParameters:
    """The request headers that the contract gives a schema.

    Entity tags and idempotency keys, which have parameters of another kind, are only validated.
    """

    def __init__(self, parameters: list[inspect.Parameter], pointers: Mapping[str, str]) -> None:
        by_name = {wire_name(parameter).lower(): parameter for parameter in parameters}
        known: dict[str, str | None] = {**dict.fromkeys(map(wire_name, parameters)), **pointers}
        self._arguments = {wire: parameter.name for wire, parameter in by_name.items()}
        self._readers = [
            ParameterReader(wire, by_name[wire.lower()].annotation if wire.lower() in by_name else str, at)
            for wire, at in known.items()
        ]
        self._defaults = _defaults(parameters)

    def __bool__(self) -> bool:
        return bool(self._readers)

    def read(self, request: Request, errors: list[ErrorEntry]) -> dict[str, object]:
        """The values by parameter name; errors are added, but for headers that have one already."""
        values = dict(self._defaults)
        for reader in self._readers:
            name, lines = self._arguments.get(reader.name.lower()), header_lines(request, reader.name)
            if lines and all(error.get("parameter") != reader.name for error in errors):
                value, faults = reader.read_decoded(", ".join(lines))  # one list (RFC 9110, 5.3)
                errors.extend(faults)
                values |= {name: value} if name else {}
            elif name and name not in values:
                errors.append(make_fault("required", parameter=reader.name))
        return values


def _defaults(parameters: list[inspect.Parameter]) -> dict[str, object]:
    """The defaults of the parameters that have one, by name."""
    found = ((parameter.name, parameter.default) for parameter in parameters)
    return {name: default for name, default in found if default is not inspect.Parameter.empty}


def header_lines(request: Request, name: str) -> list[str]:
    """The values of each line of a header, without the spaces around them (RFC 9110, 5.5)."""
    sought = name.lower().encode("latin-1")
    return [value.decode("latin-1").strip(" \t") for key, value in request.scope["headers"] if key == sought]


def wire_name(parameter: inspect.Parameter) -> str:
    """The name in the path or the query, for example in camelCase."""
    aliases = (getattr(part, "alias", None) for part in _metadata(parameter.annotation))
    return next((alias for alias in aliases if alias), parameter.name)


def _metadata(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
