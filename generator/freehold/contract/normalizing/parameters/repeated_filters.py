"""Leaves out the parameters of a list where an exporter repeats them at operations on one row."""

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_CODE = "FH908"
_ON_ONE_ROW = ("create", "get", "update", "replace", "delete")


def leave_out_repeated_filters(document: Document) -> Document:
    """Return the contract without optional query parameters that only the list of the resource reads."""
    found = operations(document)
    of_lists = {o.resource: set[str]() for o in found}
    for operation in found:
        if operation.kind == "list":
            of_lists[operation.resource] |= {str(p.get_value("name")) for p in _query(operation)}
    notes = [
        note
        for operation in found
        if operation.kind in _ON_ONE_ROW
        for note in _leave_out(operation, of_lists[operation.resource])
    ]
    return document.with_notes(notes).with_root(document.root) if notes else document


def _leave_out(operation: ContractOperation, names: set[str]) -> list[Problem]:
    repeated = {
        parameter.pointer: parameter
        for parameter in _query(operation)
        if str(parameter.get_value("name")) in names and parameter.get_value("required") is not True
    }
    declared = operation.node.get("parameters")
    if not repeated or declared is None:
        return []
    places = list(declared.elements())
    kept = [raw for raw, node in zip(declared.value, places, strict=True) if node.pointer not in repeated]
    left_out = [node for node in places if node.pointer in repeated]
    declared.value[:] = kept
    return [_note(operation, node) for node in left_out]


def _note(operation: ContractOperation, parameter: Node) -> Problem:
    what = f"{parameter.get_value('name')} is a parameter of the list, which {operation.id} does not read"
    return parameter.problem(what, "Remove it here.", _CODE)


def _query(operation: ContractOperation) -> list[Node]:
    return [p for p in operation.parameters() if p.get_value("in") == "query"]
