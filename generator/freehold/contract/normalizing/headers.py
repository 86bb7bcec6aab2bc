"""Leaves out the headers that nothing reads or sets: those of standard operations that are not the service's.

An operation of your own gets its header parameters, and sets its response headers.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from freehold.contract.messages import IGNORED_HEADERS, own_header_parameters, own_response_headers
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.rows.keys import sends_etag
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_CODE = "FH908"
_YOURS = "Remove it, or write `x-operation: custom` to implement the operation yourself."


def leave_out_headers(document: Document) -> Document:
    """Return the contract without these headers, with a note for each."""
    notes: list[Problem] = []
    for _, of_path in groupby(operations(document), key=lambda operation: operation.path):
        found = list(of_path)
        notes += _leave_out_parameters(found)
        notes += [note for operation in found for note in _leave_out_response_headers(operation)]
    return document.with_notes(notes).with_root(document.root) if notes else document


def _leave_out_parameters(of_path: list[ContractOperation]) -> list[Problem]:
    """Leave out parameters of the operations of a path. Each then has those of the path as its own."""
    unread = [(operation, parameter) for operation in of_path for parameter in _unread(operation)]
    if not unread:
        return []
    declared = [_effective_parameters(operation) for operation in of_path]
    of_path[0].path_item.value.pop("parameters", None)
    for operation, parameters in zip(of_path, declared, strict=True):
        left_out = {parameter.pointer for other, parameter in unread if other is operation}
        kept = [raw for raw, node in parameters if node.pointer not in left_out]
        operation.node.value.update({"parameters": kept})
    return [_note(operation, parameter) for operation, parameter in unread]


def _unread(operation: ContractOperation) -> Iterator[Node]:
    """Yield the header parameters that nothing reads, and the cookies."""
    own = {parameter.pointer for parameter in own_header_parameters(operation.parameters())}
    for parameter in operation.parameters():
        name, place = str(parameter.get_value("name")).lower(), parameter.get_value("in")
        is_foreign = parameter.pointer in own and operation.kind != "custom"
        if is_foreign or place == "cookie" or (place == "header" and name in IGNORED_HEADERS):
            yield parameter


def _effective_parameters(operation: ContractOperation) -> list[tuple[Any, Node]]:
    """Return the parameters of an operation and of its path, each as it is written and as a node."""
    found: dict[object, tuple[Any, Node]] = {}
    for place in (operation.path_item, operation.node):
        declared = place.get("parameters")
        for raw, node in zip(declared.value, declared.elements(), strict=True) if declared else ():
            found[node.get_value("name"), node.get_value("in")] = raw, node
    return list(found.values())


def _note(operation: ContractOperation, parameter: Node) -> Problem:
    name, place = parameter.get_value("name"), parameter.get_value("in")
    if str(name).lower() in IGNORED_HEADERS:
        return parameter.problem(f"the header {name} is described elsewhere", "Remove it.", _CODE)
    fix = "Remove it. A route of your own in overrides/app.py can read it." if place == "cookie" else _YOURS
    return parameter.problem(f"{operation.id} does not read the {place} {name}", fix, _CODE)


def _leave_out_response_headers(operation: ContractOperation) -> Iterator[Problem]:
    """Leave out the optional headers of an answer that the service never sends.

    A response that other operations share becomes one of the operation alone.
    """
    success = operation.success_response()
    headers = success[1].get("headers") if success else None
    if success is None or headers is None:
        return
    own = own_response_headers(success[1]) if operation.kind != "custom" else []
    unsent = [
        (name, header)
        for name, header in headers.items()
        if _is_unsent(name, operation, own) and header.get_value("required") is not True
    ]
    if unsent:
        kept = {name: raw for name, raw in headers.value.items() if name not in dict(unsent)}
        responses = operation.node.value["responses"]
        responses[success[0]] = {**success[1].value, "headers": kept}
    for name, header in unsent:
        yield header.problem(f"{operation.id} does not send the header {name}", _YOURS, _CODE)


def _is_unsent(name: str, operation: ContractOperation, own: list[str]) -> bool:
    if name.lower() == "etag":
        return not sends_etag(operation)
    return name in own and not (name.lower() == "location" and operation.kind == "create")
