"""Creates a new project: contract, service, migration, override and tests; all files or none."""

import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from freehold import pipeline
from freehold.contract import loading
from freehold.ground import project
from freehold.ground.problems import ContractError, ExternalError, Problem, UsageError
from freehold.ground.project import Project
from freehold.pipeline import GenerationResult
from freehold.reading.yaml_parser import decode
from freehold.workbench import installed_from
from freehold.workbench.importing import checklist
from freehold.workbench.importing.checklist import Change, Step
from freehold.workbench.importing.request_names import RequestName, request_names

Contents = dict[PurePosixPath, bytes]

_TEMPLATES = files("freehold") / "workbench" / "project_template"
_CONTRACT_FOLDER = PurePosixPath("openapi")
_EXAMPLE_CONTRACT = PurePosixPath("openapi/notes.yaml")
_EXAMPLE_FILES = {
    _EXAMPLE_CONTRACT,
    PurePosixPath("overrides/notes.py"),
    PurePosixPath("migrations/versions/0001_notes.py"),
    PurePosixPath("tests/test_notes.py"),
}
_SOURCE_FILE = PurePosixPath(".freehold/source")


@dataclass(frozen=True)
class CreatedProject:
    """A new project. Its service is not generated yet when the contract has to be completed first."""

    project: Project
    generated: bool
    steps: tuple[Step, ...] = ()
    """What is left to do in the contract. The service is generated if none of it prevents that."""
    changes: tuple[Change, ...] = ()
    """What was written into the copy of the contract."""
    unwritten: tuple[Problem, ...] = ()
    """What is missing in `overrides/`."""
    request_names: tuple[RequestName, ...] = ()
    """The requests whose schemas have another name in the served document than in the contract."""


def create(folder: Path, source: Path | None = None, *, apply: bool = True) -> CreatedProject:
    """Create a project in a folder, with an example or with an existing contract.

    If `apply`, the copy of the contract gets what needs no decision. Raises UsageError when files exist
    already, ContractError when the contract cannot be read, and ExternalError when the files cannot be
    written. Nothing is left behind then.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: choose another name.")
    contents, kept = _project_files(folder, source)
    _require_no_existing(folder, contents.keys() - kept)
    try:
        with tempfile.TemporaryDirectory(prefix="freehold-") as stage:
            _write(Path(stage), contents)
            changes = _apply(Path(stage), folder) if source is not None and apply and not kept else []
            contents = {name: (Path(stage) / name).read_bytes() for name in contents}
            result = _generate(Path(stage), required=source is None)
            unwritten = _moved(result.override_problems, Path(stage), folder) if result else ()
            steps = _optional_steps(result, Path(stage), folder) if result and source and apply else None
            names = tuple(request_names(result)) if result and source else ()
        generated = _generated_files(result)
        _require_no_existing(folder, generated.keys())
        everything = contents | generated
        _write(folder, {name: everything[name] for name in everything if name not in kept})
    except OSError as error:
        raise ExternalError(f"{folder} cannot be written, nothing was: {error}") from error
    here = project.find_project(folder.resolve())
    if steps is None:
        steps = tuple(checklist.steps(here.contract)) if source is not None else ()
    return CreatedProject(
        here,
        generated=bool(generated),
        steps=steps,
        unwritten=unwritten,
        changes=tuple(changes),
        request_names=names,
    )


def _apply(stage: Path, folder: Path) -> list[Change]:
    """Complete the contract in a stage. Returns what was written, with the places in the folder."""
    contract = project.find_project(stage).contract
    return [
        replace(change, file=(folder / Path(change.file).relative_to(contract.parents[1])).as_posix())
        for change in checklist.apply(contract)
    ]


def _project_files(folder: Path, source: Path | None) -> tuple[Contents, set[PurePosixPath]]:
    """Return the files of the project, and which of them are already in place: files of the contract."""
    name = _slug(folder.resolve().name)
    copied = _contract_files(source) if source else {}
    main = f"{name}.yaml" if source is None else source.name
    variables = {
        "title": name.replace("-", " ").capitalize(),
        "version": installed_from.current_version(),
        "contract": json.dumps(main, ensure_ascii=False)[1:-1],  # what TOML escapes, JSON does too
    }
    contents: Contents = {}
    for place, text in _template_files(_TEMPLATES, PurePosixPath()):
        if source is None or place not in _EXAMPLE_FILES:
            target = _CONTRACT_FOLDER / main if place == _EXAMPLE_CONTRACT else place
            contents[target] = _render(text, variables).encode()
    contents |= {
        _CONTRACT_FOLDER / inside: decode(file.read_bytes()).encode() for inside, file in copied.items()
    }
    if source is not None:
        contents[PurePosixPath("migrations/versions/.gitkeep")] = b""
    requirement = installed_from.source_requirement()
    if requirement is not None:
        contents[_SOURCE_FILE] = f"{requirement}\n".encode()
    kept = {
        _CONTRACT_FOLDER / inside
        for inside, file in copied.items()
        if _is_same_file(folder / _CONTRACT_FOLDER / inside, file)
    }
    return contents, kept


def _contract_files(source: Path) -> dict[PurePosixPath, Path]:
    """Return the files of a contract by their path relative to its folder. Raises ContractError."""
    here = source.resolve().parent
    found = loading.source_files(source)
    return {PurePosixPath(file.relative_to(here).as_posix()): file for file in found}


def _template_files(folder: Traversable, place: PurePosixPath) -> Iterator[tuple[PurePosixPath, str]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.name.startswith(".") or item.name == "__pycache__":  # a cache of some tool
            continue
        inside = place / re.sub(r"^dot_", ".", item.name)
        if item.is_dir():
            yield from _template_files(item, inside)
        else:
            yield inside, item.read_text("utf-8")


def _render(text: str, variables: Mapping[str, str]) -> str:
    for word, value in variables.items():
        text = text.replace(f"{{{{ {word} }}}}", value)
    return text


def _generate(stage: Path, *, required: bool) -> GenerationResult | None:
    """Generate in a stage; None when an existing contract has to be completed first."""
    try:
        return pipeline.generate(project.find_project(stage))
    except ContractError:
        if required:
            raise
        return None


def _optional_steps(result: GenerationResult, stage: Path, folder: Path) -> tuple[Step, ...]:
    """Return what is left to do in a contract that got all that it lacks, with the places in the folder."""
    found = checklist.optional_steps(result.contract)
    return tuple(replace(step, problem=_moved([step.problem], stage, folder)[0]) for step in found)


def _generated_files(result: GenerationResult | None) -> Contents:
    files = result.files.items() if result else ()
    return {PurePosixPath("generated") / name: text.encode() for name, text in files}


def _moved(problems: Iterable[Problem], stage: Path, folder: Path) -> tuple[Problem, ...]:
    """Return problems of a stage with the places that they have in the folder."""
    return tuple(
        replace(problem, file=(folder / Path(problem.file).resolve().relative_to(stage.resolve())).as_posix())
        for problem in problems
    )


def _require_no_existing(folder: Path, names: Iterable[PurePosixPath]) -> None:
    """Raise UsageError with all files that would be overwritten."""
    taken = sorted(str(folder / name) for name in names if os.path.lexists(folder / name))
    if taken:
        listed = "\n".join(f"  {name}" for name in taken)
        raise UsageError(f"These files exist already:\n{listed}\nMove them away. Nothing was written.")


def _write(folder: Path, contents: Contents) -> None:
    """Write all files, without overwriting any. On an error, remove what was written."""
    written: list[Path] = []
    created: list[Path] = []
    try:
        for name, content in contents.items():
            target = folder / name
            for missing in reversed([place for place in target.parents if not place.exists()]):
                missing.mkdir()
                created.append(missing)
            with target.open("xb") as file:
                written.append(target)
                file.write(content)
    except BaseException:
        for target in written:
            target.unlink(missing_ok=True)
        for place in reversed(created):
            with suppress(OSError):  # it holds another file by now
                place.rmdir()
        raise


def _is_same_file(kept: Path, file: Path) -> bool:
    return kept.exists() and kept.samefile(file)


def _slug(name: str) -> str:
    """Return a file name of lower-case letters and digits, with single hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "service"
