"""Reads parameters that say nothing about their values (`schema: {}`) as text, as which they are sent."""

from collections.abc import Iterator

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
    parameters = holder.get("parameters")
    for parameter in parameters.elements() if parameters else ():
        schema, name = parameter.get("schema"), parameter.get_value("name")
        if schema is None or not isinstance(schema.value, dict):
            continue
        if _is_untyped(schema.value):
            schema.value["type"] = "string"
            yield parameter.problem(f"{name} has no type: it is a text", _FIX, _CODE)
        elif schema.value.get("type") == "array" and _is_untyped(schema.value.get("items", {})):
            schema.value["items"] = {**schema.value.get("items", {}), "type": "string"}
            yield parameter.problem(f"the elements of {name} have no type: they are texts", _FIX, _CODE)


def _is_untyped(schema: object) -> bool:
    """Whether a schema accepts everything. A default of another type says that it is of that type."""
    if not isinstance(schema, dict) or not schema.keys() <= DESCRIBING_KEYWORDS:
        return False
    return isinstance(schema.get("default", ""), str)
