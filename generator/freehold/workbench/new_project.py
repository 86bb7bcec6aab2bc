"""A new project: a contract, its service, a database, tests. All of it is written, or nothing."""

import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from freehold import pipeline
from freehold.contract import loading
from freehold.ground import project
from freehold.ground.problems import ContractError, ExternalError, Problem, UsageError
from freehold.ground.project import Project
from freehold.workbench import import_checklist, installed_from
from freehold.workbench.import_checklist import Step

Contents = dict[PurePosixPath, bytes]

_TEMPLATES = files("freehold") / "workbench" / "project_template"
_CONTRACTS = PurePosixPath("openapi")
_EXAMPLE = PurePosixPath("openapi/notes.yaml")
_ABOUT_NOTES = {
    _EXAMPLE,
    PurePosixPath("overrides/notes.py"),
    PurePosixPath("migrations/versions/0001_notes.py"),
    PurePosixPath("tests/test_notes.py"),
}
_SOURCE = PurePosixPath(".freehold/source")


@dataclass(frozen=True)
class Made:
    """A project that was made, and whether its service was: a contract may have to be completed first."""

    project: Project
    generated: bool
    steps: tuple[Step, ...] = ()
    """What has to be done to the contract first."""
    unwritten: tuple[Problem, ...] = ()
    """What is left to people in `overrides/`."""


def create(folder: Path, source: Path | None = None) -> Made:
    """Make a project in a folder, with an example or with a contract that there is already.

    Raises UsageError when files are in the way, ContractError when the contract cannot be read, and Failed
    when the disk does not take it. Nothing was written then.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: choose another name.")
    contents, taken_over = _contents(folder, source)
    _must_be_new(folder, contents.keys() - taken_over)
    if source is not None:
        import_checklist.steps(loading.load(source))
    try:
        with tempfile.TemporaryDirectory(prefix="freehold-") as stage:
            _write(Path(stage), contents)
            made = _generated(Path(stage), must_be=source is None)
        _must_be_new(folder, made.keys())
        everything = contents | made
        _write(folder, {name: everything[name] for name in everything if name not in taken_over})
    except OSError as error:
        raise ExternalError(f"{folder} cannot be written, nothing was: {error}") from error
    here = project.find_project(folder.resolve())
    if made:
        return Made(here, generated=True, unwritten=tuple(pipeline.generate(here).override_problems))
    return Made(here, generated=False, steps=tuple(import_checklist.steps(loading.load(here.contract))))


def _contents(folder: Path, source: Path | None) -> tuple[Contents, set[PurePosixPath]]:
    """What people get to own, and what of it stands there already: the contract's own files."""
    name = _slug(folder.resolve().name)
    copied = _copied(source) if source else {}
    main = f"{name}.yaml" if source is None else source.name
    words = {
        "title": name.replace("-", " ").capitalize(),
        "version": installed_from.released(),
        "contract": json.dumps(main, ensure_ascii=False)[1:-1],  # what TOML escapes, JSON does too
    }
    contents: Contents = {}
    for place, text in _templates(_TEMPLATES, PurePosixPath()):
        if source is None or place not in _ABOUT_NOTES:
            target = _CONTRACTS / main if place == _EXAMPLE else place
            contents[target] = _filled(text, words).encode()
    contents |= {_CONTRACTS / inside: file.read_bytes() for inside, file in copied.items()}
    if source is not None:
        contents[PurePosixPath("migrations/versions/.gitkeep")] = b""
    requirement = installed_from.requirement()
    if requirement is not None:
        contents[_SOURCE] = f"{requirement}\n".encode()
    there = {
        _CONTRACTS / inside for inside, file in copied.items() if _is(folder / _CONTRACTS / inside, file)
    }
    return contents, there


def _copied(source: Path) -> dict[PurePosixPath, Path]:
    """The files of a contract, each by its place below the contract's folder. Raises ContractError."""
    document = loading.load(source)
    here = source.resolve().parent
    found = {Path(place.file).resolve() for place in document.positions.values()}
    return {PurePosixPath(file.relative_to(here).as_posix()): file for file in sorted(found)}


def _templates(folder: Traversable, place: PurePosixPath) -> Iterator[tuple[PurePosixPath, str]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.name.startswith(".") or item.name == "__pycache__":  # some tool's cache
            continue
        inside = place / re.sub(r"^dot_", ".", item.name)
        if item.is_dir():
            yield from _templates(item, inside)
        else:
            yield inside, item.read_text("utf-8")


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"{{{{ {word} }}}}", value)
    return text


def _generated(stage: Path, *, must_be: bool) -> Contents:
    """What the contract makes; nothing, when a contract that was brought along has to be completed first."""
    made = project.find_project(stage)
    try:
        result = pipeline.generate(made)
    except ContractError:
        if must_be:
            raise
        return {}
    return {PurePosixPath("generated") / name: text.encode() for name, text in result.files.items()}


def _must_be_new(folder: Path, names: Iterable[PurePosixPath]) -> None:
    """Raises UsageError with everything that would be overwritten."""
    taken = sorted(str(folder / name) for name in names if os.path.lexists(folder / name))
    if taken:
        listed = "\n".join(f"  {name}" for name in taken)
        raise UsageError(f"These are there already:\n{listed}\nMove them away. Nothing was written.")


def _write(folder: Path, contents: Contents) -> None:
    """Put every file in its place, over none that is there; on an error, it is as if nothing had been."""
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
            with suppress(OSError):  # somebody has put something there
                place.rmdir()
        raise


def _is(there: Path, file: Path) -> bool:
    return there.exists() and there.samefile(file)


def _slug(name: str) -> str:
    """A name for a file: letters and digits, with single hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "service"
