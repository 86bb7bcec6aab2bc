"""Finds the statuses that an override raises and that its operation does not declare.

It follows the calls of an operation's method to other methods of the class, and to functions and classes of
the module. What is raised by a variable, or in other modules, is not known: CHECK_ANSWERS finds that.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from freehold.building.model import ApiModel
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.ground.problems import Problem
from freehold.overrides.compatibility import find_override, generated_classes
from freehold.overrides.method_signatures import Function
from freehold.overrides.override_modules import OverrideClass, OverrideModule
from freehold.reading.document import Document

_STATUSES = {"NotFound": 404, "Forbidden": 403, "Invalid": 422, "StaleVersion": 412}
"""The problems of `generated.runtime` that have a status of their own."""


@dataclass(frozen=True)
class _Raised:
    """A status that a statement raises."""

    status: int
    node: ast.Raise


def find_undeclared_statuses(
    contract: Document, api: ApiModel, modules: Mapping[str, OverrideModule]
) -> list[Problem]:
    """Find each `raise` of a status that its operation does not declare (FH853)."""
    declared = {operation.id: operation for operation in operations(contract)}
    problems: dict[tuple[str, int, int], Problem] = {}
    for generated in generated_classes(api):
        override = find_override(generated, modules)
        for operation in generated.operations if override else ():
            assert override is not None  # noqa: S101 - narrows the type for mypy
            method = override.methods.get(operation.name)
            found = _raised(method, override.methods, override.module, set()) if method else ()
            for raised in found:
                if not _is_declared(raised.status, declared[operation.id]):
                    problem = _problem(raised, operation.id, override.module)
                    problems.setdefault((operation.id, problem.line, raised.status), problem)
    return sorted(problems.values())


def _problem(raised: _Raised, operation_id: str, module: OverrideModule) -> Problem:
    what = f"{operation_id} answers {raised.status} here, which the contract does not declare"
    fix = f"Declare the response {raised.status} of {operation_id}, or raise a status that it declares."
    return module.problem("FH853", raised.node, what, fix)


def _is_declared(status: int, operation: ContractOperation) -> bool:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return True  # a contract promises no failures of the server
    responses = operation.node.get("responses")
    names = {name.upper() for name, _ in responses.items()} if responses else set()
    return not names.isdisjoint({str(status), f"{status // 100}XX", "DEFAULT"})


def _raised(
    function: Function, methods: Mapping[str, Function], module: OverrideModule, seen: set[str]
) -> Iterator[_Raised]:
    """Yield what a function raises, and what the functions of its module that it calls raise."""
    seen.add(function.name)
    for node in ast.walk(function):
        if isinstance(node, ast.Raise):
            status = _status(node.exc, module)
            if status is not None:
                yield _Raised(status, node)
        called = _called(node, methods, module) if isinstance(node, ast.Call) else None
        if called is not None and called.name not in seen:
            yield from _raised(called, methods, module, seen)


def _called(call: ast.Call, methods: Mapping[str, Function], module: OverrideModule) -> Function | None:
    match call.func:
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
            return methods.get(name)
        case ast.Name(id=name):
            return module.functions.get(name)
    return None


def _status(error: ast.expr | None, module: OverrideModule) -> int | None:
    """Return the status of a raised problem, or None when it is not known."""
    arguments = error.args if isinstance(error, ast.Call) else []
    raised = error.func if isinstance(error, ast.Call) else error
    if not isinstance(raised, ast.Name):
        return None
    if raised.id in module.classes:
        return _status_of_class(module.classes[raised.id])
    imported = module.imports.get(raised.id)
    if imported is None or not (imported.module or "").endswith(".runtime"):
        return None
    name = next((a.name for a in imported.names if (a.asname or a.name) == raised.id), raised.id)
    return _constant(arguments[0]) if name == "Problem" and arguments else _STATUSES.get(name)


def _status_of_class(cls: OverrideClass) -> int | None:
    """Return the status of a problem of your own: what it passes to `super().__init__()`."""
    for node in ast.walk(cls.node):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__")) if (
                node.args
            ):
                return _constant(node.args[0])
    return None


def _constant(node: ast.expr) -> int | None:
    """Return the value of `409` or `HTTPStatus.CONFLICT`."""
    match node:
        case ast.Constant(value=int(status)):
            return status
        case ast.Attribute(value=ast.Name(id="HTTPStatus"), attr=name):
            return int(HTTPStatus[name]) if name in HTTPStatus.__members__ else None
    return None
