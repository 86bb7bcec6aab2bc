"""Finds classes in `overrides/` that look like repositories or rows of a resource, and that nothing uses."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from freehold.building.model import ApiModel, ResourceModel
from freehold.building.service import EXTENSION_FUNCTION, EXTENSION_MODULE
from freehold.ground.problems import Problem
from freehold.overrides.method_signatures import signature_line, takes_one_argument
from freehold.overrides.override_modules import (
    OverrideClass,
    OverrideModule,
    read_nested_modules,
    relative_path,
)

Resources = Mapping[str, ResourceModel]
Modules = Mapping[str, OverrideModule]


def find_orphans(api: ApiModel, modules: Modules, folder: Path) -> list[Problem]:
    """Find the classes that are in the wrong file, have the wrong name, or are hidden by a folder."""
    resources = {str(resource.plural): resource for resource in api.resources}
    problems = list(_without_resource(resources, modules))
    base_names = {
        base.rpartition(".")[2] for base in _bases(modules) if not _is_any_generated(base, resources)
    }
    for name, module in modules.items():
        problems += _misnamed(resources.get(name), resources, module, base_names)
        problems += _only_imported(resources.get(name), module)
    return [*problems, *_nested(resources, modules, folder), *_without_extension(modules)]


def is_generated(base: str, resource: ResourceModel) -> bool:
    """Whether the base of a class is the generated repository of a resource."""
    return f".{base}".endswith(f".{resource.plural}.repository.{resource.repository_class}")


def _without_resource(resources: Resources, modules: Modules) -> Iterator[Problem]:
    """Repositories and rows in a module that is not named after a resource (FH820)."""
    for name, module in modules.items():
        for class_name, cls in module.classes.items():
            if class_name.endswith(("Repository", "Row")) and name not in resources:
                expected = ", ".join(f"{plural}.py" for plural in resources)
                what = f"nothing uses {class_name}: the contract has no resource {name}"
                fix = f"Rename the file after its resource ({expected}), or remove it."
                yield module.problem("FH820", cls.node, what, fix)


def _bases(modules: Modules) -> Iterator[str]:
    for module in modules.values():
        for cls in module.classes.values():
            yield from cls.bases


def _is_any_generated(base: str, resources: Resources) -> bool:
    return any(is_generated(base, resource) for resource in resources.values())


def _misnamed(
    own: ResourceModel | None, resources: Resources, module: OverrideModule, base_names: set[str]
) -> Iterator[Problem]:
    """Repositories that neither serve their resource nor are a base of the one that does (FH821)."""
    for name, cls in module.classes.items():
        resource = _intended_resource(name, cls, resources)
        if resource is None or name in base_names or (resource == own and name == resource.repository_class):
            continue
        if own is None and name.endswith("Repository"):  # FH820 has reported it
            continue
        file = relative_path(module.file.with_name(f"{resource.plural}.py"))
        fix = "Rename the class." if resource == own else f"Move it to {file}."
        yield module.problem("FH821", cls.node, _unused(name, resource, file), fix)


def _only_imported(own: ResourceModel | None, module: OverrideModule) -> Iterator[Problem]:
    """A repository that its module imports and does not define (FH822)."""
    if own and own.repository_class in module.imports and own.repository_class not in module.classes:
        node = module.imports[own.repository_class]
        if not f"{node.module}".endswith(f"{own.plural}.repository"):
            what = f"nothing uses {own.repository_class}: it is imported here, and must be defined here"
            fix = f"Define a class {own.repository_class} in this file that inherits from it."
            yield module.problem("FH822", node, what, fix)


def _nested(resources: Resources, modules: Modules, folder: Path) -> Iterator[Problem]:
    """Folders that hide a module (FH823), and unused repositories in folders (FH824)."""
    for module in read_nested_modules(folder):
        package = module.file.parent
        if module.file.name == "__init__.py" and package.parent == folder and package.name in modules:
            what = f"the folder {package.name} hides {package.name}.py: Python imports the folder"
            yield Problem(relative_path(module.file), 1, 1, what, "Rename one of them.", code="FH823")
        for name, cls in module.classes.items():
            resource = _intended_resource(name, cls, resources)
            if resource and not _is_served(resource, modules):
                file = f"{folder.name}/{resource.plural}.py"
                what = _unused(name, resource, file)
                yield module.problem("FH824", cls.node, what, f"Move it to {file}.")


def _without_extension(modules: Modules) -> Iterator[Problem]:
    """A module `app` that does not define the function that the application calls (FH825)."""
    module = modules.get(EXTENSION_MODULE)
    if module is None:
        return
    function = module.functions.get(EXTENSION_FUNCTION)
    if function is None and module.defines_extension:
        return  # it is imported, and may be anything
    expected = f"def {EXTENSION_FUNCTION}(app: FastAPI) -> None"
    if function is None:
        what = f"nothing uses it: it has no function {EXTENSION_FUNCTION}"
        fix = f"Add `{expected}`, which adds routes and middleware to the application, or rename the file."
        yield Problem(relative_path(module.file), 1, 1, what, fix, code="FH825")
    elif not (isinstance(function, ast.FunctionDef) and takes_one_argument(function.args)):
        what = f"the application cannot call {EXTENSION_FUNCTION}"
        fix = f"Expected:  {expected}\nFound:     {signature_line(function)}"
        yield module.problem("FH825", function, what, fix)


def _is_served(resource: ResourceModel, modules: Modules) -> bool:
    """Whether a module of `overrides/` itself defines the repository of a resource."""
    return resource.plural in modules and resource.repository_class in modules[resource.plural].classes


def _unused(name: str, resource: ResourceModel, file: str) -> str:
    used = resource.repository_class
    return f"nothing uses {name}: {resource.plural} are served by class {used} in {file}"


def _intended_resource(name: str, cls: OverrideClass, resources: Resources) -> ResourceModel | None:
    """The resource whose generated repository a class inherits from, or has the name of."""
    for resource in resources.values():
        if any(is_generated(base, resource) for base in cls.bases):
            return resource
    return next((resource for resource in resources.values() if resource.repository_class == name), None)
