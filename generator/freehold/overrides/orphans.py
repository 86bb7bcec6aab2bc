"""Classes in `overrides/` that look as if they served a resource, and do not."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from freehold.building.model import ApiModel, ResourceModel
from freehold.ground.problems import Problem
from freehold.overrides.scan import Class, Override, deeper, shown


def classes(api: ApiModel, overrides: Mapping[str, Override], folder: Path) -> list[Problem]:
    """All of them: in the wrong file, under the wrong name, or hidden by a folder."""
    homes = {str(resource.plural): resource for resource in api.resources}
    found = list(_homeless(homes, overrides))
    built_on = {base.rpartition(".")[2] for base in _bases(overrides) if not _known(base, homes)}
    for name, override in overrides.items():
        found += _misnamed(homes.get(name), homes, override, built_on)
        found += _imported(homes.get(name), override)
    return [*found, *_too_deep(homes, overrides, folder)]


def is_generated(base: str, resource: ResourceModel) -> bool:
    """Whether the base of a class is the generated repository of a resource."""
    return f".{base}".endswith(f".{resource.plural}.repository.{resource.repository_class}")


def _homeless(homes: Mapping[str, ResourceModel], overrides: Mapping[str, Override]) -> Iterator[Problem]:
    """Repositories and rows in a module that no resource looks into."""
    for name, override in overrides.items():
        for cls, found in override.classes.items():
            if cls.endswith(("Repository", "Row")) and name not in homes:
                known = ", ".join(f"{home}.py" for home in homes)
                what = f"nothing uses {cls}: the contract has no resource {name}"
                fix = f"Rename the file after its resource ({known}), or remove it."
                yield override.problem("FH820", found.node, what, fix)


def _bases(overrides: Mapping[str, Override]) -> Iterator[str]:
    for override in overrides.values():
        for cls in override.classes.values():
            yield from cls.bases


def _known(base: str, homes: Mapping[str, ResourceModel]) -> bool:
    return any(is_generated(base, resource) for resource in homes.values())


def _misnamed(
    home: ResourceModel | None, homes: Mapping[str, ResourceModel], override: Override, built_on: set[str]
) -> Iterator[Problem]:
    """Classes that build on a generated repository, but are neither what serves it nor part of that."""
    for name, cls in override.classes.items():
        served = _served(name, cls, homes)
        if served is None or name in built_on or (served == home and name == served.repository_class):
            continue
        if home is None and name.endswith("Repository"):  # it was said with its file
            continue
        file = shown(override.file.with_name(f"{served.plural}.py"))
        what = _unused(name, served, file)
        fix = "Rename the class." if served == home else f"Move it to {file}."
        yield override.problem("FH821", cls.node, what, fix)


def _imported(home: ResourceModel | None, override: Override) -> Iterator[Problem]:
    """The class that would serve a resource, written elsewhere."""
    if home and home.repository_class in override.imports and home.repository_class not in override.classes:
        node = override.imports[home.repository_class]
        if not f"{node.module}".endswith(f"{home.plural}.repository"):
            what = f"nothing uses {home.repository_class}: it is imported here, and must be written here"
            fix = f"Write a class {home.repository_class} in this file that builds on it."
            yield override.problem("FH822", node, what, fix)


def _too_deep(
    homes: Mapping[str, ResourceModel], overrides: Mapping[str, Override], folder: Path
) -> Iterator[Problem]:
    """The same in folders of `overrides/`, unless a module of `overrides/` itself serves the resource."""
    for override in deeper(folder):
        package = override.file.parent
        if override.file.name == "__init__.py" and package.parent == folder and package.name in overrides:
            what = f"the folder {package.name} hides {package.name}.py: Python imports the folder"
            yield Problem(shown(override.file), 1, 1, what, "Rename one of them.", code="FH823")
        for name, cls in override.classes.items():
            served = _served(name, cls, homes)
            if served and not (
                served.plural in overrides and served.repository_class in overrides[served.plural].classes
            ):
                file = f"{folder.name}/{served.plural}.py"
                what = _unused(name, served, file)
                yield override.problem("FH824", cls.node, what, f"Move it to {file}.")


def _unused(name: str, resource: ResourceModel, file: str) -> str:
    """The message about a class that looks like a repository and is not the one in use."""
    used = resource.repository_class
    return f"nothing uses {name}: {resource.plural} are served by class {used} in {file}"


def _served(name: str, cls: Class, homes: Mapping[str, ResourceModel]) -> ResourceModel | None:
    """The resource that a class means to serve: it builds on its repository, or is called like it."""
    for resource in homes.values():
        if any(is_generated(base, resource) for base in cls.bases):
            return resource
    return next((resource for resource in homes.values() if resource.repository_class == name), None)
