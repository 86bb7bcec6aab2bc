"""Whether what people wrote fits the contract: nothing is missing, and nothing is left over."""

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
from freehold.overrides import orphans
from freehold.overrides.method_signatures import Function, declared, fits, shown
from freehold.overrides.scan import Class, Override
from freehold.reading.document import Document

_ROWS = files("freehold") / "printing" / "templates" / "runtime" / "rows"
_BASES = ("statement_builder", "repository", "owned_repository", "shared_repository")
_HARMLESS = frozenset({"override"})  # decorators that leave a signature as it is


@dataclass(frozen=True)
class Written:
    """The class that serves a resource, with all that it has from classes of the same module."""

    resource: ResourceModel
    override: Override
    methods: Mapping[str, Function]
    whole: bool
    """Whether no base of it is out of sight."""


def unwritten(
    document: Document, api: ApiModel, overrides: Mapping[str, Override], folder: Path
) -> list[Problem]:
    """Everything that is missing in `overrides/`, or is there and belongs to nothing or fits no longer."""
    places = _places(document)
    written = [found for resource in api.resources if (found := _written(resource, overrides))]
    return [
        *_missing(document, api, {found.resource.singular: found for found in written}, folder),
        *orphans.classes(api, overrides, folder),
        *(problem for found in written for problem in _leftover(found, places)),
        *(problem for found in written for problem in _misfits(found, places)),
    ]


def _written(resource: ResourceModel, overrides: Mapping[str, Override]) -> Written | None:
    override = overrides.get(resource.plural)
    cls = override.classes.get(resource.repository_class) if override else None
    if override is None or cls is None:
        return None
    methods, whole = _methods(cls, override, resource, frozenset({str(resource.repository_class)}))
    return Written(resource, override, methods, whole)


def _methods(
    cls: Class, override: Override, resource: ResourceModel, seen: frozenset[str]
) -> tuple[dict[str, Function], bool]:
    """The methods of a class and of its bases in the module, and whether that is all of them."""
    found, whole = dict(cls.methods), True
    for base in cls.bases:
        if base in override.classes and base not in seen:
            more, known = _methods(override.classes[base], override, resource, seen | {base})
            found, whole = more | found, whole and known
        elif not orphans.is_generated(base, resource):
            whole = False
    return found, whole


def _missing(
    document: Document, api: ApiModel, written: Mapping[str, Written], folder: Path
) -> Iterator[Problem]:
    nodes = {operation.id: operation for operation in operations(document)}
    for resource in api.resources:
        override = written.get(resource.singular)
        for operation in resource.operations:
            there = override and (operation.name in override.methods or not override.whole)
            if operation.is_custom and not there:
                found = nodes[operation.id]
                what = f"{operation.id} is yours to write: {found.method.upper()} {found.path} is no list,"
                what += " create, get, update, replace or delete"
                yield found.node.problem(what, _to_add(resource, operation, folder), "FH810")


def _to_add(resource: ResourceModel, operation: OperationModel, folder: Path) -> str:
    return (
        f"Add to class {resource.repository_class} in {folder.name}/{resource.plural}.py:\n\n"
        f"    @override\n"
        f"    {_line(operation)}: ..."
    )


def _line(operation: OperationModel) -> str:
    """The first line of an operation's method."""
    parameters = ", ".join(["self", *operation.method_parameters])
    return f"async def {operation.name}({parameters}) -> {operation.return_type}"


def _leftover(written: Written, places: Mapping[str, str]) -> Iterator[Problem]:
    """Methods that say that they override something, where there is nothing of that name any more."""
    names = {str(operation.name): operation for operation in written.resource.operations}
    for name, function in written.methods.items() if written.whole else ():
        of_operation = any(name.startswith(f"_{known}") for known in names)
        if "override" not in _decorators(function) or name in names or of_operation or name in _runtime():
            continue
        close = get_close_matches(name, names, 1)
        said = ", ".join(f"{operation.id} ({places[operation.id]})" for operation in names.values())
        fix = (
            f"Rename it to an operation of {written.resource.schema_class}, or remove it. Available: {said}."
        )
        fix = f"Did you mean {close[0]}, the method of {names[close[0]].id}? {fix}" if close else fix
        what = f"{name} overrides nothing any more: {written.resource.schema_class} has no such operation"
        what += f" ({places[written.resource.schema_class]})"
        yield written.override.problem("FH811", function, what, fix)


def _misfits(written: Written, places: Mapping[str, str]) -> Iterator[Problem]:
    """Methods that cannot be called as the contract's operation is."""
    for operation in written.resource.operations:
        function = written.methods.get(operation.name)
        if function is None or not _decorators(function) <= _HARMLESS:
            continue
        is_async = isinstance(function, ast.AsyncFunctionDef)
        if not is_async or not fits(declared(operation.method_parameters), function.args):
            what = f"{function.name} no longer fits {operation.id} ({places[operation.id]})"
            fix = f"The contract's  {_line(operation)}\nyours           {shown(function)}"
            yield written.override.problem("FH812", function, what, fix)


def _decorators(function: Function) -> set[str]:
    return {ast.unparse(decorator).rpartition(".")[2] for decorator in function.decorator_list}


def _places(document: Document) -> dict[str, str]:
    """Where each operation and each resource stands in the contract, by its name there."""
    found = [(operation.id, operation.node) for operation in operations(document)]
    problems = {name: node.problem("") for name, node in (*resources(document).items(), *found)}
    return {name: f"{problem.file}:{problem.line}" for name, problem in problems.items()}


@cache
def _runtime() -> frozenset[str]:
    """What every repository has, whatever the contract says."""
    texts = [(_ROWS / f"{name}.py").read_text("utf-8") for name in _BASES]
    classes = [node for text in texts for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    items = [item for node in classes for item in node.body]
    return frozenset(item.name for item in items if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef))
