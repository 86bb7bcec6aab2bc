"""Why `generated/` is not what it would be: file by file, and what people have to do."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import PurePosixPath

from freehold import pipeline
from freehold.ground.problems import ContractError, Problem, during
from freehold.ground.project import Project
from freehold.pipeline import GenerationResult
from freehold.printing.python_sources import Files
from freehold.workbench import edit_advice
from freehold.writing import generated_folder
from freehold.writing.generated_folder import Changes

_MISSING, _ORPHAN, _EDITED = "is missing", "is no longer made", "was edited by hand"
_CONTRACT = "differs from what the contract makes"
_TOOL = "differs from what this version of Freehold makes"
_BOTH = "differs from what the contract and this version of Freehold make"
_LINE_ENDS = "has other line ends"
_OVERRIDES = "differs from what {}/ asks for"
_SERVED = PurePosixPath("openapi.json")


@dataclass(frozen=True)
class Report:
    """What is not as it should be."""

    stale: tuple[tuple[PurePosixPath, str], ...]
    """Each file, and what is the matter with it."""
    problems: tuple[Problem, ...]
    """What people have to do: edits of generated files, overrides that do not fit."""
    edited: bool
    """Whether `generate` would refuse, as somebody's work would be lost."""
    warnings: tuple[Problem, ...]
    difference: str
    """What `generate` would change, as a unified diff."""


def report(project: Project) -> Report:
    """What `freehold check` has to say. Raises ContractError when the contract is wrong."""
    result = pipeline.generate(project)
    with during("comparing the code"):
        changes = generated_folder.compare(project.generated, result.files)
    edited = edit_advice.problems(project, result.api, result.files, changes)
    return Report(
        stale=tuple(sorted(_reasons(project, result, changes))) if changes else (),
        problems=(*edited, *result.override_problems),
        edited=bool(edited),
        warnings=tuple(result.warnings),
        difference="".join(_differences(project, result.files, changes)),
    )


def write(project: Project, *, force: bool) -> tuple[Changes, list[Problem]]:
    """Write `generated/`: what has changed, what is left to people, and what they should know.

    Raises ContractError when the contract is wrong or, unless `force`, somebody's edit would be lost.
    """
    result = pipeline.generate(project)
    try:
        with during("writing the code"):
            changes = generated_folder.write(project.generated, result.files, force=force)
        return changes, [*result.override_problems, *result.warnings]
    except generated_folder.EditsWouldBeLost as edited:
        raise ContractError(edit_advice.problems(project, result.api, result.files, edited.changes)) from None


def _reasons(
    project: Project, result: GenerationResult, changes: Changes
) -> Iterator[tuple[PurePosixPath, str]]:
    known = set(changes.different) - set(changes.edited) and _SERVED not in changes.edited
    earlier = pipeline.regenerate(project) if known else None
    for name in changes.missing:
        yield name, _MISSING
    for name in changes.edited:
        yield name, _EDITED
    for name in set(changes.orphans) - set(changes.edited):
        yield name, _ORPHAN
    for name in set(changes.different) - set(changes.edited):
        yield name, _reason(project, result.files, name, earlier)


def _reason(project: Project, made: Files, name: PurePosixPath, earlier: Files | None) -> str:
    """What a file that nobody has edited owes its difference to.

    `earlier` is what this tool makes of what the folder was made from.
    """
    text = _text(project, name)
    if text == made[name]:
        return _LINE_ENDS
    if earlier is None or name not in earlier:
        return _CONTRACT
    if text != earlier[name]:
        return _TOOL if earlier[name] == made[name] else _BOTH
    same_contract = earlier[_SERVED] == made[_SERVED]
    return _OVERRIDES.format(project.overrides.name) if same_contract else _CONTRACT


def _differences(project: Project, made: Files, changes: Changes) -> Iterator[str]:
    for name in sorted((*changes.missing, *changes.different, *changes.orphans)):
        place = f"{project.generated.name}/{name}"
        there = "" if name in changes.missing else _text(project, name)
        lines = [*StringIO(there)], [*StringIO(made.get(name, ""))]  # cut at line feeds, and nowhere else
        before = "/dev/null" if name in changes.missing else f"a/{place}"
        after = f"b/{place}" if name in made else "/dev/null"
        for line in difflib.unified_diff(lines[0], lines[1], before, after):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _text(project: Project, name: PurePosixPath) -> str:
    """What stands in a file; nothing for what is not a file."""
    file = project.generated / name
    if file.is_symlink() or not file.is_file():
        return ""
    return file.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n")
