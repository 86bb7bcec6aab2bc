"""The files of a contract: found by what a `$ref` says, read once, and only in the contract's own folder."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote

from freehold.ground.problems import ContractError, Problem
from freehold.reading.yaml_parser import MAX_BYTES, ParsedFile, parse_file, resolve_pointer

MAX_FILES = 200
_MAX_LISTED = 10
_MAX_COMPARED = 100  # names to look among for a close one, and to tell
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_SUFFIXES = (".yaml", ".yml", ".json")
_USE_RELATIVE_PATH = "Use a path relative to this file, such as ./common.yaml."


@dataclass(frozen=True)
class RefTarget:
    """A part of a file."""

    file: Path
    pointer: str


@dataclass(frozen=True)
class Reference:
    """A text that refers to a part: its JSON pointer in its file, and that in the whole contract."""

    file: Path
    pointer: str
    bundled_pointer: str

    @property
    def is_ref(self) -> bool:
        """Whether it is a `$ref`, and not a text of another kind."""
        return self.bundled_pointer.endswith("/$ref")

    @property
    def parent_pointer(self) -> str:
        """The pointer in the whole of what the reference stands in."""
        return self.bundled_pointer.rpartition("/")[0]


class SourceFiles:
    """The files that were read, by their real path, and what was wrong with those that were not."""

    def __init__(self, path: Path, file: str) -> None:
        self.main = path.resolve()
        self.problems: list[Problem] = []
        self._folder = path.parent.resolve()
        self._display_folder = PurePath(file).parent
        self._files: dict[Path, ParsedFile | None] = {self.main: parse_file(path, file)}
        self._size = self.main.stat().st_size
        self._is_full = False

    def parsed(self, file: Path) -> ParsedFile:
        """A file that was read. Raises KeyError for any other."""
        text = self._files[file]
        if text is None:
            raise KeyError(file)
        return text

    def ref_text(self, reference: Reference) -> str:
        """What a reference says."""
        return str(resolve_pointer(self.parsed(reference.file).value, reference.pointer))

    def reject(self, code: str, reference: Reference, what: str, fix: str) -> None:
        """Add a problem with a reference."""
        self.problems.append(self.parsed(reference.file).location(reference.pointer).problem(what, fix, code))

    def resolve(self, reference: Reference) -> RefTarget | None:
        """What a reference names; None when it is refused. Pointers of the contract are not checked."""
        said = self.ref_text(reference)
        name, _, fragment = said.partition("#")
        file = self._resolve_path(reference, unquote(name)) if name else reference.file
        text = self._load(file, reference) if file else None
        if file is None or text is None:
            return None
        pointer = unquote(fragment)
        if file != self.main and not _pointer_exists(text.value, pointer):
            self.reject("FH020", reference, *describe_unresolved_pointer(said, text.value, pointer))
            return None
        return RefTarget(file, pointer)

    def _resolve_path(self, reference: Reference, name: str) -> Path | None:
        """The real path of a file, when it may be read."""
        code = what = fix = ""
        file = None
        try:
            file = (reference.file.parent / name).resolve()
            is_file, is_folder = file.is_file(), file.is_dir()
        except (OSError, RuntimeError, ValueError):  # too long, a circle of links, a NUL
            is_file = is_folder = False
        if _URL.match(name):
            code, what = "FH022", "is a URL, and URLs are not fetched"
            fix = "Save the file next to the contract and use its relative path."
        elif name.startswith(("/", "\\")):
            code, what, fix = "FH023", "is an absolute path", _USE_RELATIVE_PATH
        elif file is None:
            code, what, fix = "FH023", "is not a file name", _USE_RELATIVE_PATH
        elif file != self.main and not file.is_relative_to(self._folder):
            code, what = "FH024", "is outside the folder of the contract"
            fix = f"Move the file into {self._display_folder.as_posix()}/ or a folder below it."
        elif not is_file:
            code, (what, fix) = "FH025", self._describe_missing(file, is_folder=is_folder)
        if what:
            self.reject(code, reference, f"$ref {self.ref_text(reference)} {what}", fix)
        return None if what else file

    def _describe_missing(self, file: Path, *, is_folder: bool) -> tuple[str, str]:
        if is_folder:
            return "is a folder", "Reference a file in it."
        return "is a file that does not exist", self._suggest(file)

    def _suggest(self, file: Path) -> str:
        """What to write instead of a file that is not there."""
        missing = file
        while not missing.parent.is_dir():
            missing = missing.parent
        there = sorted(missing.parent.iterdir()) if missing != self._folder else []
        names = [item.name for item in there if item.is_dir() or item.suffix in _SUFFIXES]
        where = self._display_name(missing.parent)
        close = get_close_matches(missing.name, names, 1)
        fix = (
            f"Available files in {where}/: {', '.join(names[:_MAX_LISTED])}."
            if names
            else f"Add it to {where}/."
        )
        return f"Did you mean {close[0]}? {fix}" if close else fix

    def _load(self, file: Path, reference: Reference) -> ParsedFile | None:
        """The text of a file; None when it cannot be read, which is said once."""
        if file in self._files:
            return self._files[file]
        size = file.stat().st_size
        if len(self._files) >= MAX_FILES or self._size + size > MAX_BYTES:
            if not self._is_full:
                what = f"a contract can have at most {MAX_FILES} files and {MAX_BYTES:,} bytes"
                self.reject("FH026", reference, what, "Merge files, or remove parts that no operation uses.")
            self._is_full = True
            return None
        self._size += size
        self._files[file] = None
        try:
            self._files[file] = parse_file(file, self._display_name(file))
        except ContractError as error:
            self.problems += error.problems
        return self._files[file]

    def _display_name(self, file: Path) -> str:
        """The name of a file, or a folder, as people write it."""
        return (self._display_folder / file.relative_to(self._folder)).as_posix()


def describe_unresolved_pointer(said: str, value: Any, pointer: str) -> tuple[str, str]:
    """What is wrong with a `$ref` to a pointer that `value` does not have, and what to do."""
    above, _, name = pointer.rpartition("/")
    known: Iterable[Any] = ()
    if _pointer_exists(value, above):
        parent = resolve_pointer(value, above)
        known = parent if isinstance(parent, Mapping) else ()
    names = [str(key) for key in known]
    close = get_close_matches(name, names, 1) if len(names) <= _MAX_COMPARED else []
    fix = (
        f"Available: {', '.join(names[:_MAX_COMPARED])}."
        if names
        else "Use the form #/components/schemas/Name."
    )
    return f"$ref {said} does not exist", f"Did you mean {close[0]}? {fix}" if close else fix


def _pointer_exists(value: Any, pointer: str) -> bool:
    try:
        resolve_pointer(value, pointer)
    except LookupError:
        return False
    return not pointer or pointer.startswith("/")
