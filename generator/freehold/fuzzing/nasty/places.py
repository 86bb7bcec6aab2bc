"""The places of a request that take a value: its parameters, its body, and each property in it."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.deep_objects import split_objects
from freehold.reading.document import Node

_PLACEHOLDER = "@@nasty value@@"
_DEEPEST = 4
"""How deep in a body values are tried."""
_CHOICES = ("allOf", "oneOf", "anyOf")
Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """A place for a value."""

    kind: str
    """`path`, `query`, `header`, `property`, `key` or `body`."""
    name: str
    steps: Steps = ()
    """The way to the property, in the body."""

    @property
    def is_json(self) -> bool:
        """Whether the value is JSON in a body; otherwise it is a text."""
        return self.kind in {"property", "key", "body"}


def places(operation: ContractOperation) -> list[Place]:
    """Return all places of an operation."""
    declared = [
        Place(str(parameter.get_value("in")), str(parameter.get_value("name")))
        for parameter in split_objects(operation.parameters())
        if parameter.get_value("in") != "cookie"
    ]
    unknown = [Place("query", "no_such_parameter")]
    body = operation.body_schema()
    if body is None:
        return declared + unknown
    whole = [Place("header", "Content-Type"), Place("body", "body"), Place("key", "a new key")]
    steps = dict.fromkeys(_steps(body, ()))
    return declared + unknown + whole + [Place("property", _pointer(found), found) for found in steps]


def content(place: Place, sample: Any, value: bytes) -> bytes:
    """Return a body with the value in its place. The value is any bytes, and possibly no JSON."""
    if place.kind == "body":
        return value
    whole = copy.deepcopy(sample) if isinstance(sample, dict) else {}
    if place.kind == "key":
        inside = json.dumps(whole).encode()[1:-1]
        return b"{" + inside + (b", " if inside else b"") + value + b": 1}"
    _put(whole, place.steps)
    return json.dumps(whole).encode().replace(json.dumps(_PLACEHOLDER).encode(), value)


def _steps(schema: Node, above: Steps) -> Iterator[Steps]:
    """Yield the ways to all properties and elements below a schema."""
    if len(above) > _DEEPEST:
        return
    for word in _CHOICES:
        for choice in node.elements() if (node := schema.get(word)) else ():
            yield from _steps(choice, above)
    properties, items = schema.get("properties"), schema.get("items")
    inner: list[tuple[str | int, Node]] = list(properties.items()) if properties else []
    for step, node in [*inner, *([(0, items)] if items else [])]:
        yield (*above, step)
        yield from _steps(node, (*above, step))


def _put(whole: Any, steps: Steps) -> None:
    """Put the placeholder into a value, with the objects and arrays around it."""
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        inner: Any = _PLACEHOLDER if after is None else [] if isinstance(after, int) else {}
        if isinstance(whole, list):
            whole[:1] = [inner]
        elif after is None or not isinstance(whole.get(step), type(inner)):
            whole[step] = inner
        whole = whole[step]


def _pointer(steps: Steps) -> str:
    return "".join(f"/{step}" for step in steps)
