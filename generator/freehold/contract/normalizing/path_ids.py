"""Gives ids in paths the type of the id that they are compared with.

Exporters write `type: string` for every parameter of a path. A text that is no id is answered with 404 either
way; with the type of the id the document says which texts can be found.
"""

from collections.abc import Iterator

from freehold.contract.operations import ContractOperation, ancestors, operations, split_path_parameters
from freehold.contract.resources import id_property, properties, resources
from freehold.contract.rows.column_types import base_type, without_null
from freehold.contract.rows.keys import key_property
from freehold.contract.vocabulary import DECIDING_KEYWORDS
from freehold.ground.naming import column_name
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_CODE = "FH908"


def type_path_ids(document: Document) -> Document:
    """Return the contract with the type of the id instead of a plain string, with a note for each."""
    wanted: dict[str, tuple[Node, dict[str, str]]] = {}
    conflicts: set[str] = set()
    for schema, types in _compared_ids(document):
        if wanted.setdefault(schema.pointer, (schema, types))[1] != types:
            conflicts.add(schema.pointer)
    notes = [
        _give_type(schema, types)
        for pointer, (schema, types) in wanted.items()
        if pointer not in conflicts
        and _is_plain_string(schema)
        and types["type"] + types.get("format", "") != "string"
    ]
    return document.with_notes(notes).with_root(document.root) if notes else document


def _compared_ids(document: Document) -> Iterator[tuple[Node, dict[str, str]]]:
    """Yield the schema of each parameter that names a row, with the type of the id of these rows."""
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        for parameter, target in _targets(operation, resource) if resource else ():
            schema = parameter.get("schema")
            row_id = properties(target).get(id_property(target))
            if schema is not None and row_id is not None and not row_id.pointer.startswith(schema.pointer):
                plain = without_null(row_id)
                form = plain.get_value("format")
                yield schema, {"type": str(base_type(plain))} | ({"format": str(form)} if form else {})


def _targets(operation: ContractOperation, resource: Node) -> Iterator[tuple[Node, Node]]:
    """Yield the parameters of a path that name a row, with the resource of the row."""
    parents, item = split_path_parameters(operation, resource)
    above = {link.field: target for link, target in ancestors(resource)}
    yield from ((parent, above[column_name(str(parent.get_value("name")))]) for parent in parents)
    name = str(item.get_value("name")) if item else ""
    is_id = key_property(operation, resource) == id_property(resource)
    if item is not None and is_id and (name == id_property(resource) or name not in properties(resource)):
        yield item, resource


def _is_plain_string(schema: Node) -> bool:
    return schema.get_value("type") == "string" and {*DECIDING_KEYWORDS & schema.value.keys()} == {"type"}


def _give_type(schema: Node, types: dict[str, str]) -> Problem:
    schema.value.update(types)
    shown = ", ".join(f"{word}: {value}" for word, value in types.items())
    return schema.problem(
        "an id in a path is a string, but the id of the row is not", f"Use `{shown}`.", _CODE
    )
