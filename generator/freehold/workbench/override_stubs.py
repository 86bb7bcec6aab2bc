"""Begins an override: creates its module, or tells what to add to the one that exists."""

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from freehold import pipeline
from freehold.building.model import OperationModel
from freehold.ground.problems import UsageError
from freehold.ground.project import Project
from freehold.overrides import override_modules, stubs
from freehold.overrides.compatibility import GeneratedClass, generated_classes
from freehold.overrides.stubs import Stub


@dataclass(frozen=True)
class Beginning:
    """The beginning of an override, and what its file has already."""

    stub: Stub
    file_exists: bool
    class_exists: bool
    written_at: int
    """The line of the method, or 0 when it is not written."""


def begin(project: Project, operation_id: str) -> Beginning:
    """Create the module of the override of an operation, if there is none; a file that exists stays as it is.

    Raises ContractError when the contract or an override is wrong, UsageError for an unknown operation.
    """
    result = pipeline.generate(project)
    generated, operation = _find(generated_classes(result.api), operation_id)
    modules = override_modules.read_overrides(project.overrides)
    module = modules.get(generated.package)
    stub = stubs.write_stub(generated, operation, result.files, project.overrides, project.generated.name)
    exists = stub.file.exists()
    if not exists:
        _create(stub.file, stub.module, project.overrides)
    return Beginning(
        stub,
        file_exists=exists,
        class_exists=module is not None and generated.name in module.classes,
        written_at=stubs.line_of_method(generated, operation, module),
    )


def _find(classes: list[GeneratedClass], operation_id: str) -> tuple[GeneratedClass, OperationModel]:
    by_id = {operation.id: (cls, operation) for cls in classes for operation in cls.operations}
    if operation_id not in by_id:
        matches = get_close_matches(operation_id, by_id, 1, 0.5)
        hint = f"Did you mean {matches[0]}? " if matches else ""
        raise UsageError(
            f"The contract has no operation {operation_id}. {hint}Available operations: {', '.join(by_id)}."
        )
    return by_id[operation_id]


def _create(file: Path, text: str, folder: Path) -> None:
    """Create a module, and the package that it is in. Raises FileExistsError rather than changing a file."""
    folder.mkdir(exist_ok=True)
    package = folder / "__init__.py"
    if not package.exists():
        package.write_text('"""Hand-written code: Freehold reads it and never changes it."""\n', "utf-8")
    with file.open("x", encoding="utf-8") as created:
        created.write(text)
