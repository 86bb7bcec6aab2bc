"""Reads objects in a query (`style: deepObject`): `created[gte]=2030-01-31` is `{"gte": "2030-01-31"}`.

The schema of the document judges the whole object. A custom operation gets it as an instance of a model, and
a list each of its properties as an argument of its own.
"""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...validation.fault_texts import make_fault
from ...validation.json_values import steps_of
from ...validation.operation_schemas import ParameterSchema
from ...validation.parameter_texts import TypeFault, decode, value_pointer
from ..contract_values import ValueReader, contract_schemas, type_fault
from ..problems import ErrorEntry

Texts = Mapping[str, Sequence[str]]
"""The texts of each property that was sent, not decoded yet."""


@dataclass(frozen=True)
class DeepObject:
    """Marks an argument of an endpoint as an object in the query."""

    alias: str


class ObjectReader:
    """Reads one object of a query for the arguments of an endpoint, which are given by their wire names."""

    def __init__(self, declared: ParameterSchema, arguments: Mapping[str, inspect.Parameter]) -> None:
        self.name, self._is_required, self._pointer = declared.name, declared.required, declared.pointer
        whole = arguments.get(self.name)
        self._whole = whole.name if whole else None
        self._object = ValueReader(whole.annotation if whole else Any, declared.pointer)
        self._parts = {
            name: (argument.name, ValueReader(argument.annotation, None))
            for wire, argument in arguments.items()
            if (name := _inner_name(self.name, wire)) is not None
        }

    def property_of(self, wire: str) -> str | None:
        """The property that a name in a query means, if the schema has it: `gte` for `created[gte]`."""
        name, schemas = _inner_name(self.name, wire), contract_schemas()
        if name is None or schemas is None or not (self._whole or name in self._parts):
            return None
        return name if value_pointer(schemas, self._pointer, name) else None

    def read(self, sent: Texts, errors: list[ErrorEntry]) -> dict[str, object]:
        """The values by argument; what is wrong is added to `errors`."""
        if not sent:
            errors.extend([make_fault("required", parameter=self.name)] if self._is_required else [])
            return {}
        texts, faults = self._decoded(sent)
        value, wrong = (None, []) if faults else self._object.read(texts)
        faults += [self._of_parameter(error) for error in wrong]
        if faults or self._whole:
            errors.extend(faults)
            return {self._whole: value} if self._whole else {}
        values: dict[str, object] = {}
        for name in texts:
            argument, reader = self._parts[name]
            values[argument], wrong = reader.read(texts[name])
            errors.extend(self._of_parameter(error, name) for error in wrong)
        return values

    def _decoded(self, sent: Texts) -> tuple[dict[str, Any], list[ErrorEntry]]:
        values: dict[str, Any] = {}
        faults: list[ErrorEntry] = []
        schemas = contract_schemas()
        for name, raw in sent.items():
            place = value_pointer(schemas, self._pointer, name) if schemas else None
            try:
                values[name] = decode(schemas, place, raw) if schemas and place else raw[-1]
            except TypeFault as fault:
                faults.append(type_fault(f"{self.name}[{name}]", fault))
        return values, faults

    def _of_parameter(self, error: ErrorEntry, inner: str | None = None) -> ErrorEntry:
        """An error with the name of the property in the query, in place of its pointer."""
        steps = [inner] if inner is not None else [*steps_of(str(error.get("pointer", "")))][:1]
        name = f"{self.name}[{steps[0]}]" if steps else self.name
        return {"parameter": name} | {word: error[word] for word in error if word != "pointer"}


def read_objects(
    readers: Sequence[ObjectReader], sent: dict[str, list[str]], errors: list[ErrorEntry]
) -> dict[str, object]:
    """The values of all objects in a query by argument. Their texts are removed from `sent`."""
    values: dict[str, object] = {}
    for reader in readers:
        found = {wire: reader.property_of(wire) for wire in sent}
        texts = {name: sent.pop(wire) for wire, name in found.items() if name is not None}
        values |= reader.read(texts, errors)
    return values


def _inner_name(name: str, wire: str) -> str | None:
    is_part = wire.startswith(f"{name}[") and wire.endswith("]")
    return wire[len(name) + 1 : -1] if is_part else None
