"""Whether what people wrote fits the contract: nothing is missing, and nothing is left over."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from freehold.contract import Document
from freehold.model import Api, Operation, Resource
from freehold.overrides import Override
from freehold.problems import Problem
from freehold.vocabulary import operations


def unwritten(document: Document, api: Api, overrides: Mapping[str, Override], folder: Path) -> list[Problem]:
    """Everything that is missing in `overrides/`, or is there and belongs to nothing."""
    return [*_missing(document, api, overrides, folder), *_homeless(api, overrides)]


def _missing(
    document: Document, api: Api, overrides: Mapping[str, Override], folder: Path
) -> Iterator[Problem]:
    nodes = {operation.id: operation for operation in operations(document)}
    for resource in api.resources:
        override = overrides.get(resource.plural)
        written = override.classes.get(resource.repository, frozenset()) if override else frozenset()
        for operation in resource.operations:
            if operation.custom and operation.name not in written:
                found = nodes[operation.id]
                what = f"{operation.id} is yours to write: {found.method.upper()} {found.path} is no list,"
                what += " create, get, update, replace or delete"
                yield found.node.problem(what, _to_add(resource, operation, folder))


def _to_add(resource: Resource, operation: Operation, folder: Path) -> str:
    parameters = ", ".join(["self", *operation.parameters])
    return (
        f"Add to class {resource.repository} in {folder.name}/{resource.plural}.py:\n\n"
        f"    @override\n"
        f"    async def {operation.name}({parameters}) -> {operation.result}: ..."
    )


def _homeless(api: Api, overrides: Mapping[str, Override]) -> Iterator[Problem]:
    """Repositories and rows in a module that no resource looks into."""
    homes = {str(resource.plural): resource for resource in api.resources}
    for name, override in overrides.items():
        for cls in override.classes:
            if cls.endswith(("Repository", "Row")) and name not in homes:
                known = ", ".join(f"{home}.py" for home in homes)
                what = f"nothing uses {cls}: the contract has no resource {name}"
                fix = f"Rename the file after its resource ({known}), or remove it."
                yield Problem(str(override.file), 1, 1, what, fix)
