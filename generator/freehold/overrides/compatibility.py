"""Compares the overrides with the contract: finds missing and obsolete methods, and wrong signatures."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path

from freehold.building.model import ApiModel, OperationModel
from freehold.building.service_operations import CLASS
from freehold.contract.operations.inference import operations
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
REPOSITORY_BASES = (
    "sql/row_conditions.py", "sql/statement_builder.py", "responses.py",
    "repository.py", "owned_repository.py", "shared_repository.py",
)  # fmt: skip
"""The modules of `runtime/rows/` with the classes that every repository inherits from."""
_TRANSPARENT_DECORATORS = frozenset({"override"})  # they leave the signature as it is


@dataclass(frozen=True)
class GeneratedClass:
    """A generated class that an override extends: a repository, or the operations without a resource."""

    name: str
    package: str
    """The package that it is in, and the module of `overrides/` with its override."""
    module: str
    """The module in that package."""
    operations: tuple[OperationModel, ...]
    subject: str
    """What has the operations: the name of the resource, or the service."""


@dataclass(frozen=True)
class ClassOverride:
    """The override of a generated class, with the methods it inherits within its module."""

    generated: GeneratedClass
    module: OverrideModule
    methods: Mapping[str, Function]
    is_complete: bool
    """Whether `methods` are all of them: False when a base class comes from elsewhere."""


def find_problems(
    document: Document, api: ApiModel, modules: Mapping[str, OverrideModule], folder: Path
) -> list[Problem]:
    """Find what is missing in `overrides/`, unused, or does not match the contract (FH810 to FH825)."""
    locations = _contract_locations(document)
    classes = generated_classes(api)
    overrides = [found for generated in classes if (found := find_override(generated, modules))]
    by_package = {override.generated.package: override for override in overrides}
    return [
        *_missing_methods(document, classes, by_package, folder),
        *unset_properties.find_unset_properties(document, api, modules, folder),
        *orphans.find_orphans(api, modules, folder),
        *(problem for override in overrides for problem in _obsolete_methods(override, locations)),
        *(problem for override in overrides for problem in _incompatible_methods(override, locations)),
    ]


def generated_classes(api: ApiModel) -> list[GeneratedClass]:
    """Return the generated classes that overrides extend."""
    found = [
        GeneratedClass(r.repository_class, r.plural, "repository", r.operations, r.schema_class)
        for r in api.resources
    ]
    own = api.service_operations
    if own is None:
        return found
    return [*found, GeneratedClass(CLASS, own.plural, "methods", own.operations, "the service")]


def find_override(generated: GeneratedClass, modules: Mapping[str, OverrideModule]) -> ClassOverride | None:
    """Return the override of a generated class, or None."""
    module = modules.get(generated.package)
    cls = module.classes.get(generated.name) if module else None
    if module is None or cls is None:
        return None
    methods, is_complete = _methods(cls, module, generated, frozenset({generated.name}))
    return ClassOverride(generated, module, methods, is_complete)


def _methods(
    cls: OverrideClass, module: OverrideModule, generated: GeneratedClass, seen: frozenset[str]
) -> tuple[dict[str, Function], bool]:
    """The methods of a class and of its bases in the same module, and whether these are all."""
    methods, is_complete = dict(cls.methods), True
    for base in cls.bases:
        if base in module.classes and base not in seen:
            inherited, known = _methods(module.classes[base], module, generated, seen | {base})
            methods, is_complete = inherited | methods, is_complete and known
        elif not f".{base}".endswith(f".{generated.package}.{generated.module}.{generated.name}"):
            is_complete = False
    return methods, is_complete


def _missing_methods(
    document: Document,
    classes: list[GeneratedClass],
    overrides: Mapping[str, ClassOverride],
    folder: Path,
) -> Iterator[Problem]:
    """The custom operations without a method (FH810)."""
    contract_operations = {operation.id: operation for operation in operations(document)}
    for generated in classes:
        override = overrides.get(generated.package)
        for operation in generated.operations:
            exists = override and (operation.name in override.methods or not override.is_complete)
            if operation.is_custom and not exists:
                declared = contract_operations[operation.id]
                what = f"{operation.id} must be implemented: {declared.method.upper()} {declared.path} is not"
                what += " a standard list, create, get, update, replace or delete"
                yield declared.node.problem(what, _method_to_add(generated, operation, folder), "FH810")


def _method_to_add(generated: GeneratedClass, operation: OperationModel, folder: Path) -> str:
    return (
        f"Add to class {generated.name} in {folder.name}/{generated.package}.py:\n\n"
        f"    @override\n"
        f"    {_generated_signature(operation)}: ...\n\n"
        f"`freehold override {operation.id}` begins it."
    )


def _generated_signature(operation: OperationModel) -> str:
    """The `def` line of an operation in the generated repository."""
    parameters = ", ".join(["self", *operation.method_parameters])
    return f"async def {operation.name}({parameters}) -> {operation.return_type}"


def _obsolete_methods(override: ClassOverride, locations: Mapping[str, str]) -> Iterator[Problem]:
    """The methods with `@override` that override neither an operation nor a method of the runtime (FH811)."""
    subject, by_name = override.generated.subject, {str(o.name): o for o in override.generated.operations}
    where = f"{subject} has no operation of this name"
    where += f" ({locations[subject]})" if subject in locations else ""
    for name, function in override.methods.items() if override.is_complete else ():
        is_statement = any(name.startswith(f"_{operation}") for operation in by_name)
        is_known = name in by_name or is_statement or name in _runtime_methods()
        if "override" not in _decorators(function) or is_known:
            continue
        available = ", ".join(f"{operation.id} ({locations[operation.id]})" for operation in by_name.values())
        fix = f"Rename it to an operation of {subject}, or remove it. Available: {available}."
        close = get_close_matches(name, by_name, 1)
        fix = f"Did you mean {close[0]}, the method of {by_name[close[0]].id}? {fix}" if close else fix
        what = f"{name} overrides nothing: {where}"
        yield override.module.problem("FH811", function, what, fix)


def _incompatible_methods(override: ClassOverride, locations: Mapping[str, str]) -> Iterator[Problem]:
    """The methods that a route cannot call as it calls the generated ones (FH812)."""
    for operation in override.generated.operations:
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
    texts = [(_RUNTIME_ROWS / name).read_text("utf-8") for name in REPOSITORY_BASES]
    classes = [node for text in texts for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    items = [item for node in classes for item in node.body]
    return frozenset(item.name for item in items if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef))
