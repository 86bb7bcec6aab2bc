"""What to tell somebody who has edited a generated file: where the edit belongs."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from freehold.building.model import ApiModel, ResourceModel
from freehold.ground.problems import Problem
from freehold.ground.project import Project
from freehold.overrides.scan import shown
from freehold.printing.python_sources import Files
from freehold.writing import checksums
from freehold.writing.generated_folder import Changes, found

_NEXT = "`freehold check --diff` shows it, `freehold generate --force` throws it away."
_CONFLICT = (
    "Take either side as it is, for instance with `git checkout --ours {}`, then run `freehold generate`:"
    " it makes what the merged contract says."
)


def problems(project: Project, api: ApiModel, files: Files, changes: Changes) -> list[Problem]:
    """One for each file in which somebody's work would be lost, at the line where it begins."""
    return [_problem(project, api, files.get(name), name) for name in changes.edited]


def _problem(project: Project, api: ApiModel, wanted: str | None, name: PurePosixPath) -> Problem:
    file = shown(project.generated / name)
    stamp = found(project.generated, name)
    if stamp is None:
        what = "it is in the place of a generated file, and does not say that Freehold made it"
        return Problem(file, 1, 1, what, f"Move it away. {_NEXT}", code="FH830")
    if stamp.in_conflict:
        what = "git has left both sides of a merge in it"
        return Problem(file, 1, 1, what, _CONFLICT.format(shown(project.generated)), code="FH831")
    line, source = _first(stamp, name, wanted)
    what = "it was edited by hand" if wanted is not None else "it was edited by hand, and is no longer made"
    return Problem(file, line, 1, what, f"{_home(project, api, name)}\n{_NEXT}", source, "FH832")


def _first(stamp: checksums.Stamp, name: PurePosixPath, wanted: str | None) -> tuple[int, str]:
    """The line at which an edit begins, where it is known: when what was made is what would be made now."""
    made = checksums.read(name, wanted.encode(), None) if wanted is not None else None
    if wanted is None or made is None or checksums.digest(made.body) != stamp.recorded:
        return 1, ""
    before, after = made.body.split(b"\n"), stamp.body.split(b"\n")
    index = next(i for i, line in enumerate(before) if after[i : i + 1] != [line]) if before != after else 0
    source = after[index].decode(errors="replace") if index < len(after) else ""
    return wanted.count("\n") - made.body.count(b"\n") + index + 1, source


def _home(project: Project, api: ApiModel, name: PurePosixPath) -> str:
    """Where an edit of a file belongs instead."""
    contract, overrides = shown(project.contract), shown(project.overrides)
    resources = {str(resource.plural): resource for resource in api.resources}
    resource = resources.get(name.parts[0])
    if len(name.parts) > 1 and resource:
        return _of_resource(contract, overrides, resource)[name.name]
    return _others(contract, overrides).get(name.parts[0], f"Write it in {overrides}/.")


def _of_resource(contract: str, overrides: str, resource: ResourceModel) -> Mapping[str, str]:
    module = Path(overrides, f"{resource.plural}.py")
    return {
        "repository.py": f"Write it in class {resource.repository_class} in {module}: override the method"
        " there.",
        "table.py": f"A property belongs into schema {resource.schema_class} in {contract}; a column that no"
        f" client sees, into class {resource.row_class} in {module}.",
        "routes.py": f"Paths, parameters and answers belong into {contract}; what an operation does, into"
        f" class {resource.repository_class} in {module}.",
        "__init__.py": f"Write it in {module}.",
    }


def _others(contract: str, overrides: str) -> Mapping[str, str]:
    served = f"Change {contract}: this file says what it says."
    return {
        "openapi.json": served,
        "schemas.py": served,
        "wiring.py": f"A class of the right name in {overrides}/ is wired by itself.",
        "app.py": "Write a module of your own that takes `app`, or `create_app`, from this one.",
        "requirements.txt": "Name what your code needs in a file of your own that begins with"
        " `-r generated/requirements.txt`.",
        "runtime": f"This is the same for every contract: override the method that needs it in {overrides}/.",
    }
