"""Gives ids in paths the type of the id that they are compared with, and all that holds for a chosen key.

Exporters write `type: string` for every parameter of a path. A text that is no id is answered with 404 either
way; with the type of the id the document says which texts can be found.
"""

from collections.abc import Iterator
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.path_parameters import parents_in_path, split_path_parameters
from freehold.contract.resources import chosen_key, id_property, properties, resources
from freehold.contract.rows.column_types import base_type, without_null
from freehold.contract.rows.keys import key_property
from freehold.contract.vocabulary import DECIDING_KEYWORDS
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_CODE = "FH908"
_TYPES = {"type", "format"}
_SMALL_INTEGER = {"type": "integer", "format": "int32"}
Words = dict[str, Any]
"""Keywords of a schema."""


def type_path_ids(document: Document) -> Document:
    """Return the contract with the type of the id instead of a plain string, with a note for each."""
    wanted: dict[str, tuple[Node, Words]] = {}
    conflicts: set[str] = set()
    for schema, words in _compared_ids(document):
        if wanted.setdefault(schema.pointer, (schema, words))[1] != words:
            conflicts.add(schema.pointer)
    notes = [
        _give_words(schema, missing)
        for pointer, (schema, words) in wanted.items()
        if pointer not in conflicts and (missing := _missing_words(schema, words))
    ]
    return document.with_notes(notes).with_root(document.root) if notes else document


def _compared_ids(document: Document) -> Iterator[tuple[Node, Words]]:
    """Yield the schema of each parameter that names a row, with the type of the id of these rows."""
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        for parameter, target in _targets(operation, resource) if resource else ():
            schema = parameter.get("schema")
            row_id = properties(target).get(id_property(target))
            if schema is not None and row_id is not None and not row_id.pointer.startswith(schema.pointer):
                yield schema, _words_of_id(target, row_id)


def _words_of_id(resource: Node, row_id: Node) -> Words:
    """The type of an id; for a key that clients choose, each keyword that decides its values."""
    plain = without_null(row_id)
    form = plain.get_value("format")
    words = {"type": str(base_type(plain))} | ({"format": str(form)} if form else {})
    is_chosen = chosen_key(resource) is not None
    others = {word: plain.value[word] for word in plain.value if is_chosen and word in DECIDING_KEYWORDS}
    return others | words


def _targets(operation: ContractOperation, resource: Node) -> Iterator[tuple[Node, Node]]:
    """Yield the parameters of a path that name a row, with the resource of the row."""
    yield from parents_in_path(operation, resource)
    item = split_path_parameters(operation, resource)[1]
    name = str(item.get_value("name")) if item else ""
    is_id = key_property(operation, resource) == id_property(resource)
    if item is not None and is_id and (name == id_property(resource) or name not in properties(resource)):
        yield item, resource


def _missing_words(schema: Node, words: Words) -> Words:
    """What a parameter lacks: a plain string the type of the id, one of the right type the other keywords."""
    declared = DECIDING_KEYWORDS & schema.value.keys()
    if declared == {"type"} and schema.get_value("type") == "string" and words != {"type": "string"}:
        return words
    if declared == {"type"} and schema.get_value("type") == "integer" and words == _SMALL_INTEGER:
        return {"format": _SMALL_INTEGER["format"]}
    if schema.get_value("type") == words["type"] and not words.keys() <= _TYPES:
        return {word: value for word, value in words.items() if word not in declared}
    return {}


def _give_words(schema: Node, words: Words) -> Problem:
    schema.value.update(words)
    shown = ", ".join(f"{word}: {value}" for word, value in words.items())
    what = "an id in a path is a string, but the id of the row is not"
    if "type" not in words or not words.keys() <= _TYPES:
        what = "a key in a path can have values that the key of no row has"
    return schema.problem(what, f"Use `{shown}`.", _CODE)
