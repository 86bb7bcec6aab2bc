"""Compares the overrides with the contract: finds missing and obsolete methods, and wrong signatures."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path

from freehold.building.model import ApiModel, OperationModel, ResourceModel
from freehold.contract.operations import operations
from freehold.contract.resources import resources
from freehold.ground.problems import Problem
from freehold.overrides import orphans, unset_properties
from freehold.overrides.method_signatures import (
    Function,
    is_compatible,
    parse_parameters,
    signature_line,
)
from freehold.overrides.override_modules import OverrideClass, OverrideModule
from freehold.reading.document import Document

_RUNTIME_ROWS = files("freehold") / "printing" / "templates" / "runtime" / "rows"
_BASE_MODULES = ("statement_builder", "repository", "owned_repository", "shared_repository")
_TRANSPARENT_DECORATORS = frozenset({"override"})  # they leave the signature as it is


@dataclass(frozen=True)
class RepositoryOverride:
    """The override of a resource's repository, with the methods it inherits within its module."""

    resource: ResourceModel
    module: OverrideModule
    methods: Mapping[str, Function]
    is_complete: bool
    """Whether `methods` are all of them: False when a base class comes from elsewhere."""


def find_problems(
    document: Document, api: ApiModel, modules: Mapping[str, OverrideModule], folder: Path
) -> list[Problem]:
    """Find what is missing in `overrides/`, unused, or does not match the contract (FH810 to FH824)."""
    locations = _contract_locations(document)
    overrides = [found for resource in api.resources if (found := _find_override(resource, modules))]
    by_resource = {str(override.resource.singular): override for override in overrides}
    return [
        *_missing_methods(document, api, by_resource, folder),
        *unset_properties.find_unset_properties(document, api, modules, folder),
        *orphans.find_orphans(api, modules, folder),
        *(problem for override in overrides for problem in _obsolete_methods(override, locations)),
        *(problem for override in overrides for problem in _incompatible_methods(override, locations)),
    ]


def _find_override(
    resource: ResourceModel, modules: Mapping[str, OverrideModule]
) -> RepositoryOverride | None:
    module = modules.get(resource.plural)
    cls = module.classes.get(resource.repository_class) if module else None
    if module is None or cls is None:
        return None
    methods, is_complete = _methods(cls, module, resource, frozenset({str(resource.repository_class)}))
    return RepositoryOverride(resource, module, methods, is_complete)


def _methods(
    cls: OverrideClass, module: OverrideModule, resource: ResourceModel, seen: frozenset[str]
) -> tuple[dict[str, Function], bool]:
    """The methods of a class and of its bases in the same module, and whether these are all."""
    methods, is_complete = dict(cls.methods), True
    for base in cls.bases:
        if base in module.classes and base not in seen:
            inherited, known = _methods(module.classes[base], module, resource, seen | {base})
            methods, is_complete = inherited | methods, is_complete and known
        elif not orphans.is_generated(base, resource):
            is_complete = False
    return methods, is_complete


def _missing_methods(
    document: Document, api: ApiModel, overrides: Mapping[str, RepositoryOverride], folder: Path
) -> Iterator[Problem]:
    """The custom operations without a method (FH810)."""
    contract_operations = {operation.id: operation for operation in operations(document)}
    for resource in api.resources:
        override = overrides.get(resource.singular)
        for operation in resource.operations:
            exists = override and (operation.name in override.methods or not override.is_complete)
            if operation.is_custom and not exists:
                declared = contract_operations[operation.id]
                what = f"{operation.id} must be implemented: {declared.method.upper()} {declared.path} is not"
                what += " a standard list, create, get, update, replace or delete"
                yield declared.node.problem(what, _method_to_add(resource, operation, folder), "FH810")


def _method_to_add(resource: ResourceModel, operation: OperationModel, folder: Path) -> str:
    return (
        f"Add to class {resource.repository_class} in {folder.name}/{resource.plural}.py:\n\n"
        f"    @override\n"
        f"    {_generated_signature(operation)}: ..."
    )


def _generated_signature(operation: OperationModel) -> str:
    """The `def` line of an operation in the generated repository."""
    parameters = ", ".join(["self", *operation.method_parameters])
    return f"async def {operation.name}({parameters}) -> {operation.return_type}"


def _obsolete_methods(override: RepositoryOverride, locations: Mapping[str, str]) -> Iterator[Problem]:
    """The methods with `@override` that override neither an operation nor a method of the runtime (FH811)."""
    schema, by_name = override.resource.schema_class, {str(o.name): o for o in override.resource.operations}
    for name, function in override.methods.items() if override.is_complete else ():
        is_statement = any(name.startswith(f"_{operation}") for operation in by_name)
        is_known = name in by_name or is_statement or name in _runtime_methods()
        if "override" not in _decorators(function) or is_known:
            continue
        available = ", ".join(f"{operation.id} ({locations[operation.id]})" for operation in by_name.values())
        fix = f"Rename it to an operation of {schema}, or remove it. Available: {available}."
        close = get_close_matches(name, by_name, 1)
        fix = f"Did you mean {close[0]}, the method of {by_name[close[0]].id}? {fix}" if close else fix
        what = f"{name} overrides nothing: {schema} has no operation of this name ({locations[schema]})"
        yield override.module.problem("FH811", function, what, fix)


def _incompatible_methods(override: RepositoryOverride, locations: Mapping[str, str]) -> Iterator[Problem]:
    """The methods that a route cannot call as it calls the generated ones (FH812)."""
    for operation in override.resource.operations:
        function = override.methods.get(operation.name)
        if function is None or not _decorators(function) <= _TRANSPARENT_DECORATORS:
            continue
        is_async = isinstance(function, ast.AsyncFunctionDef)
        expected = parse_parameters(operation.method_parameters)
        if not is_async or not is_compatible(function.args, expected):
            what = f"{function.name} does not match {operation.id} ({locations[operation.id]})"
            fix = f"Expected:  {_generated_signature(operation)}\nFound:     {signature_line(function)}"
            yield override.module.problem("FH812", function, what, fix)


def _decorators(function: Function) -> set[str]:
    return {ast.unparse(decorator).rpartition(".")[2] for decorator in function.decorator_list}


def _contract_locations(document: Document) -> dict[str, str]:
    """The file and the line of each operation and each resource in the contract, by name."""
    by_id = [(operation.id, operation.node) for operation in operations(document)]
    problems = {name: node.problem("") for name, node in (*resources(document).items(), *by_id)}
    return {name: f"{problem.file}:{problem.line}" for name, problem in problems.items()}


@cache
def _runtime_methods() -> frozenset[str]:
    """The methods that every repository inherits from the runtime."""
    texts = [(_RUNTIME_ROWS / f"{name}.py").read_text("utf-8") for name in _BASE_MODULES]
    classes = [node for text in texts for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    items = [item for node in classes for item in node.body]
    return frozenset(item.name for item in items if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef))
