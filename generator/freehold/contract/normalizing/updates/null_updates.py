"""Takes null out of the bodies of updates where the column of the property has no null."""

from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.resources import is_not_null, properties, resources
from freehold.contract.rows.column_types import is_nullable
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_NULL = {"type": "null"}


def refuse_null(document: Document) -> Document:
    """Return the contract without null for such properties, with a note for each.

    pydantic writes `anyOf: [T, null]` for a value that may be left out: an update does not change it then.
    """
    known = resources(document)
    answers = {answer.pointer for o in operations(document) if (answer := o.response_schema())}
    notes: list[Problem] = []
    for operation in operations(document):
        resource, body = known.get(operation.resource or ""), operation.row_body()
        if operation.kind == "update" and resource and body and body.pointer not in answers:
            notes += _refuse_null(operation, resource, body)
    return document.with_notes(notes).with_root(document.root) if notes else document


def _refuse_null(operation: ContractOperation, resource: Node, body: Node) -> list[Problem]:
    notes: list[Problem] = []
    columns, written = properties(resource), body.value.get("properties", {})
    for name, prop in properties(body).items():
        column = columns.get(name)
        if column is not None and is_nullable(prop) and is_not_null(resource, name, column):
            plain = _without_null(written[name])
            if plain is not None:
                what = (
                    f"{name} of {operation.id} cannot be null: {name} of {resource.name} always has a value"
                )
                notes.append(prop.problem(what, "Remove null here, or allow null in both.", "FH908"))
                written[name] = plain
    return notes


def _without_null(schema: dict[str, Any]) -> dict[str, Any] | None:
    """Return a schema without null; None if it cannot be told apart."""
    plain = {word: part for word, part in schema.items() if word != "nullable"}
    if plain.get("default", ...) is None:
        del plain["default"]
    if None in plain.get("enum", ()):
        plain["enum"] = [value for value in plain["enum"] if value is not None]
    if isinstance(plain.get("type"), list):
        left = [kind for kind in plain["type"] if kind != "null"]
        return {**plain, "type": left[0] if len(left) == 1 else left}
    for choice in ("anyOf", "oneOf"):
        parts = [part for part in plain.get(choice, ()) if part != _NULL]
        if len(parts) == 1:
            beside = {word: part for word, part in plain.items() if word != choice}
            return parts[0] if "$ref" in parts[0] else {**parts[0], **beside}
    return plain if "nullable" in schema else None
