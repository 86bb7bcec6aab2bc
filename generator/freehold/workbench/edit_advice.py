"""Advice for a generated file that was edited by hand: where the edit belongs instead."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from freehold.building.model import ApiModel, ResourceModel
from freehold.ground.problems import Problem
from freehold.ground.project import Project
from freehold.overrides.override_modules import relative_path
from freehold.printing.python_sources import Files
from freehold.writing import checksums
from freehold.writing.checksums import GeneratedFile
from freehold.writing.generated_folder import Changes, read_generated_file

_NEXT_COMMANDS = "`freehold check --diff` shows it, `freehold generate --force` discards it."
_RESOLVE_CONFLICT = (
    "Take either side of the merge unchanged, for example with `git checkout --ours {}`, then run"
    " `freehold generate`: it writes what the merged contract describes."
)


def problems(project: Project, api: ApiModel, files: Files, changes: Changes) -> list[Problem]:
    """Return a problem for each file whose edit would be lost, at the line where the edit begins."""
    return [_problem(project, api, files.get(name), name) for name in changes.edited]


def _problem(project: Project, api: ApiModel, expected: str | None, name: PurePosixPath) -> Problem:
    path = relative_path(project.generated / name)
    file = read_generated_file(project.generated, name)
    if file is None:
        what = "it is in the place of a generated file, and Freehold did not generate it"
        return Problem(path, 1, 1, what, f"Move it away. {_NEXT_COMMANDS}", code="FH830")
    if file.in_conflict:
        what = "it contains the conflict markers of a git merge"
        return Problem(
            path, 1, 1, what, _RESOLVE_CONFLICT.format(relative_path(project.generated)), code="FH831"
        )
    line, source = _first_edited_line(file, name, expected)
    what = (
        "it was edited by hand"
        if expected is not None
        else "it was edited by hand, and is no longer generated"
    )
    fix = f"{_advice(project, api, name)}\n{_NEXT_COMMANDS}"
    return Problem(path, line, 1, what, fix, source, "FH832")


def _first_edited_line(file: GeneratedFile, name: PurePosixPath, expected: str | None) -> tuple[int, str]:
    """Return the number and the text of the first edited line; 1 and nothing where it is unknown.

    It is known when the file was generated with the same content as it would be now.
    """
    original = checksums.parse(name, expected.encode(), None) if expected is not None else None
    if expected is None or original is None or checksums.digest(original.body) != file.recorded:
        return 1, ""
    before, after = original.body.split(b"\n"), file.body.split(b"\n")
    index = next(i for i, line in enumerate(before) if after[i : i + 1] != [line]) if before != after else 0
    source = after[index].decode(errors="replace") if index < len(after) else ""
    return expected.count("\n") - original.body.count(b"\n") + index + 1, source


def _advice(project: Project, api: ApiModel, name: PurePosixPath) -> str:
    """Say where an edit of a file belongs instead."""
    contract, overrides = relative_path(project.contract), relative_path(project.overrides)
    resources = {str(resource.plural): resource for resource in api.resources}
    resource = resources.get(name.parts[0])
    if len(name.parts) > 1 and resource:
        return _advice_for_resource(contract, overrides, resource)[name.name]
    return _advice_for_other_files(contract, overrides).get(name.parts[0], f"Write it in {overrides}/.")


def _advice_for_resource(contract: str, overrides: str, resource: ResourceModel) -> Mapping[str, str]:
    module = Path(overrides, f"{resource.plural}.py")
    return {
        "repository.py": f"Write it in class {resource.repository_class} in {module}: override the method"
        " there.",
        "table.py": f"A property belongs in schema {resource.schema_class} in {contract}; a column that"
        f" clients do not see belongs in class {resource.row_class} in {module}.",
        "routes.py": f"Paths, parameters and responses belong in {contract}; the behavior of an operation"
        f" belongs in class {resource.repository_class} in {module}.",
        "__init__.py": f"Write it in {module}.",
    }


def _advice_for_other_files(contract: str, overrides: str) -> Mapping[str, str]:
    change_contract = f"Change {contract}: this file follows from it."
    return {
        "contract.json": change_contract,
        "openapi.json": change_contract,
        "schemas.py": change_contract,
        "wiring.py": f"A class with the right name in {overrides}/ is wired automatically.",
        "operations": f"Write it in class Operations in {overrides}/operations.py.",
        "app.py": f"Add routes and middleware in {overrides}/app.py: `def extend(app: FastAPI) -> None`.",
        "requirements.txt": "List what your code needs in a file of your own that begins with"
        " `-r generated/requirements.txt`.",
        "runtime": f"This is the same for every contract: override the method that uses it in {overrides}/.",
    }
