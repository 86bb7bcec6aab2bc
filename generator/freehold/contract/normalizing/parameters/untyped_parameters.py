"""Reads parameters that say nothing about their values (`schema: {}`) as text, as which they are sent."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from freehold.contract.operations.contract_operation import operation_nodes
from freehold.contract.vocabulary import DESCRIBING_KEYWORDS
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_CODE = "FH908"
_FIX = "Write `type: string` into its schema, or what you mean."


def read_as_text(document: Document) -> Document:
    """Return the contract with the type of such parameters, and of elements of such arrays, with notes."""
    notes = [note for holder in _holders(document) for note in _typed(holder)]
    return document.with_notes(notes).with_root(document.root) if notes else document


def _holders(document: Document) -> Iterator[Node]:
    """Yield the path items and the operations: each can have parameters."""
    paths = document.root_node.get("paths")
    yield from (item for _, item in paths.items()) if paths else ()
    yield from operation_nodes(document)


def _typed(holder: Node) -> Iterator[Problem]:
    """Type the parameters of a holder. Each gets a schema of its own: others can refer to the one it had."""
    parameters = holder.get("parameters")
    for parameter in parameters.elements() if parameters else ():
        schema, name = parameter.get("schema"), parameter.get_value("name")
        written = parameter.document.node_at(parameter.pointer)
        is_whole = written is not None and written.value is parameter.value
        if schema is None or not isinstance(schema.value, dict) or not is_whole:
            continue
        said = [parameter.get_value("example", ""), *_values(schema.value)]
        items = schema.value.get("items", {})
        if schema.value.keys() <= DESCRIBING_KEYWORDS and _are_texts(said):
            parameter.value["schema"] = {**schema.value, "type": "string"}
            yield parameter.problem(f"{name} has no type: it is a text", _FIX, _CODE)
        elif schema.value.get("type") == "array" and isinstance(items, dict):
            elements = [each for value in said if isinstance(value, list) for each in value]
            if items.keys() <= DESCRIBING_KEYWORDS and _are_texts([*_values(items), *elements]):
                parameter.value["schema"] = {**schema.value, "items": {**items, "type": "string"}}
                yield parameter.problem(f"the elements of {name} have no type: they are texts", _FIX, _CODE)


def _values(schema: Mapping[str, Any]) -> list[Any]:
    """The values that a schema shows: its default, and its examples."""
    examples = schema.get("examples", [])
    shown = [schema[word] for word in ("default", "example") if word in schema]
    return [*shown, *(examples if isinstance(examples, list) else [])]


def _are_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)
