"""Checks whether `generated/` is up to date, with a reason for each file, and updates it."""

import difflib
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import PurePosixPath

from freehold import pipeline
from freehold.ground.problems import ContractError, Problem, during
from freehold.ground.project import CONTRACT_COPY, Project
from freehold.pipeline import GenerationResult
from freehold.printing.python_sources import Files
from freehold.workbench import edit_advice
from freehold.writing import check_report, generated_folder
from freehold.writing.check_report import Report
from freehold.writing.generated_folder import Changes

_MISSING, _ORPHAN, _EDITED = "is missing", "is no longer generated", "was edited by hand"
_OUTDATED_CONTRACT = "is out of date with the contract"
_OUTDATED_TOOL = "is out of date with this version of Freehold"
_OUTDATED_BOTH = "is out of date with the contract and this version of Freehold"
_LINE_ENDINGS = "has different line endings"
_OUTDATED_OVERRIDES = "is out of date with {}/"


def report(project: Project) -> Report:
    """Compare `generated/` with the contract, and remember the result for the next check.

    Raises ContractError when the contract is wrong.
    """
    started = time.time_ns()
    result = pipeline.generate(project)
    with during("comparing the code"):
        changes = generated_folder.compare(project.generated, result.files)
    edit_problems = edit_advice.problems(project, result.api, result.files, changes)
    found = Report(
        stale=tuple(sorted(_reasons(project, result, changes))) if changes else (),
        problems=(*edit_problems, *result.override_problems),
        edited=bool(edit_problems),
        warnings=tuple(result.warnings),
        difference="".join(_diff_lines(project, result.files, changes)),
    )
    contract_files = {place.file for place in result.contract.positions.values()}
    check_report.remember(project, found, contract_files, started)
    return found


def write(project: Project, *, force: bool) -> tuple[Changes, list[Problem]]:
    """Write `generated/`. Return the changes, and the problems of overrides and warnings.

    Raises ContractError when the contract is wrong or, unless `force`, an edit by hand would be lost.
    """
    result = pipeline.generate(project)
    try:
        with during("writing the code"):
            changes = generated_folder.write(project.generated, result.files, force=force)
        return changes, [*result.override_problems, *result.warnings]
    except generated_folder.EditsWouldBeLost as error:
        raise ContractError(edit_advice.problems(project, result.api, result.files, error.changes)) from None


def _reasons(
    project: Project, result: GenerationResult, changes: Changes
) -> Iterator[tuple[PurePosixPath, str]]:
    different = set(changes.different) - set(changes.edited)
    is_comparable = different and CONTRACT_COPY not in changes.edited
    regenerated = pipeline.regenerate(project) if is_comparable else None
    for name in changes.missing:
        yield name, _MISSING
    for name in changes.edited:
        yield name, _EDITED
    for name in set(changes.orphans) - set(changes.edited):
        yield name, _ORPHAN
    for name in different:
        yield name, _reason(project, result.files, name, regenerated)


def _reason(project: Project, expected: Files, name: PurePosixPath, regenerated: Files | None) -> str:
    """Return why a file that was not edited differs from what would be generated.

    `regenerated` is what this version of the tool generates from the contract that the folder records.
    """
    text = _current_text(project, name)
    if text == expected[name]:
        return _LINE_ENDINGS
    if regenerated is None or name not in regenerated:
        return _OUTDATED_CONTRACT
    if text != regenerated[name]:
        return _OUTDATED_TOOL if regenerated[name] == expected[name] else _OUTDATED_BOTH
    same_contract = regenerated[CONTRACT_COPY] == expected[CONTRACT_COPY]
    return _OUTDATED_OVERRIDES.format(project.overrides.name) if same_contract else _OUTDATED_CONTRACT


def _diff_lines(project: Project, expected: Files, changes: Changes) -> Iterator[str]:
    for name in sorted((*changes.missing, *changes.different, *changes.orphans)):
        path = f"{project.generated.name}/{name}"
        current = "" if name in changes.missing else _current_text(project, name)
        lines = [*StringIO(current)], [*StringIO(expected.get(name, ""))]  # split at line feeds only
        old_name = "/dev/null" if name in changes.missing else f"a/{path}"
        new_name = f"b/{path}" if name in expected else "/dev/null"
        for line in difflib.unified_diff(lines[0], lines[1], old_name, new_name):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _current_text(project: Project, name: PurePosixPath) -> str:
    """Return the text of a file, with line feeds; empty when it is not a regular file."""
    file = project.generated / name
    if file.is_symlink() or not file.is_file():
        return ""
    return file.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n")
