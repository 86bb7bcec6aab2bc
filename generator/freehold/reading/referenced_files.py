"""The files of a contract: found by what a `$ref` says, read once, and only in the contract's own folder."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote

from freehold.ground.problems import ContractError, Problem
from freehold.reading.yaml_parser import LARGEST, Text, find, read

MOST_FILES = 200
_MOST_NAMED = 10
_MOST_COMPARED = 100  # names to look among for a close one, and to tell
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_SUFFIXES = (".yaml", ".yml", ".json")
_RELATIVE = "Write the path from this file to that one: ./common.yaml."


@dataclass(frozen=True)
class Target:
    """A part of a file."""

    file: Path
    pointer: str


@dataclass(frozen=True)
class Reference:
    """A text that refers to a part: its JSON pointer in its file, and that in the whole contract."""

    file: Path
    here: str
    there: str

    @property
    def is_ref(self) -> bool:
        """Whether it is a `$ref`, and not a text of another kind."""
        return self.there.endswith("/$ref")

    @property
    def holder(self) -> str:
        """The pointer in the whole of what the reference stands in."""
        return self.there.rpartition("/")[0]


class Parts:
    """The files that were read, by their real path, and what was wrong with those that were not."""

    def __init__(self, path: Path, file: str) -> None:
        self.main = path.resolve()
        self.problems: list[Problem] = []
        self._folder = path.parent.resolve()
        self._shown = PurePath(file).parent
        self._texts: dict[Path, Text | None] = {self.main: read(path, file)}
        self._size = self.main.stat().st_size
        self._is_full = False

    def text(self, file: Path) -> Text:
        """A file that was read. Raises KeyError for any other."""
        text = self._texts[file]
        if text is None:
            raise KeyError(file)
        return text

    def said(self, reference: Reference) -> str:
        """What a reference says."""
        return str(find(self.text(reference.file).value, reference.here))

    def refuse(self, code: str, reference: Reference, what: str, fix: str) -> None:
        """Add a problem with a reference."""
        self.problems.append(self.text(reference.file).place(reference.here).problem(what, fix, code))

    def target(self, reference: Reference) -> Target | None:
        """What a reference names; None when it is refused. Pointers of the contract are not checked."""
        said = self.said(reference)
        name, _, fragment = said.partition("#")
        file = self._file(reference, unquote(name)) if name else reference.file
        text = self._read(file, reference) if file else None
        if file is None or text is None:
            return None
        pointer = unquote(fragment)
        if file != self.main and not _is_there(text.value, pointer):
            self.refuse("FH020", reference, *unnamed(said, text.value, pointer))
            return None
        return Target(file, pointer)

    def _file(self, reference: Reference, name: str) -> Path | None:
        """The real path of a file, when it may be read."""
        code = what = fix = ""
        file = None
        try:
            file = (reference.file.parent / name).resolve()
            is_file, is_folder = file.is_file(), file.is_dir()
        except (OSError, RuntimeError, ValueError):  # too long, a circle of links, a NUL
            is_file = is_folder = False
        if _URL.match(name):
            code, what = "FH022", "is a URL, and nothing is fetched"
            fix = "Save the part beside the contract, and write the relative path of that file."
        elif name.startswith(("/", "\\")):
            code, what, fix = "FH023", "is an absolute path", _RELATIVE
        elif file is None:
            code, what, fix = "FH023", "is no name of a file", _RELATIVE
        elif file != self.main and not file.is_relative_to(self._folder):
            code, what = "FH024", "leads outside the folder of the contract"
            fix = f"Move the file into {self._shown.as_posix()}/, or below it, and refer to it there."
        elif not is_file:
            code, (what, fix) = "FH025", self._missing(file, is_folder=is_folder)
        if what:
            self.refuse(code, reference, f"$ref {self.said(reference)} {what}", fix)
        return None if what else file

    def _missing(self, file: Path, *, is_folder: bool) -> tuple[str, str]:
        if is_folder:
            return "names a folder", "Name a file in it."
        return "names a file that is not there", self._near(file)

    def _near(self, file: Path) -> str:
        """What to write instead of a file that is not there."""
        missing = file
        while not missing.parent.is_dir():
            missing = missing.parent
        there = sorted(missing.parent.iterdir()) if missing != self._folder else []
        names = [item.name for item in there if item.is_dir() or item.suffix in _SUFFIXES]
        where = self._name(missing.parent)
        close = get_close_matches(missing.name, names, 1)
        fix = f"In {where}/ there is: {', '.join(names[:_MOST_NAMED])}." if names else f"Add it to {where}/."
        return f"Did you mean {close[0]}? {fix}" if close else fix

    def _read(self, file: Path, reference: Reference) -> Text | None:
        """The text of a file; None when it cannot be read, which is said once."""
        if file in self._texts:
            return self._texts[file]
        size = file.stat().st_size
        if len(self._texts) >= MOST_FILES or self._size + size > LARGEST:
            if not self._is_full:
                what = f"a contract has at most {MOST_FILES} files and {LARGEST:,} bytes: here are more"
                self.refuse(
                    "FH026", reference, what, "Put parts together, or leave out what no operation needs."
                )
            self._is_full = True
            return None
        self._size += size
        self._texts[file] = None
        try:
            self._texts[file] = read(file, self._name(file))
        except ContractError as error:
            self.problems += error.problems
        return self._texts[file]

    def _name(self, file: Path) -> str:
        """The name of a file, or a folder, as people write it."""
        return (self._shown / file.relative_to(self._folder)).as_posix()


def unnamed(said: str, value: Any, pointer: str) -> tuple[str, str]:
    """What is wrong with a `$ref` to a pointer that `value` does not have, and what to do."""
    above, _, name = pointer.rpartition("/")
    known: Iterable[Any] = ()
    if _is_there(value, above):
        parent = find(value, above)
        known = parent if isinstance(parent, Mapping) else ()
    names = [str(key) for key in known]
    close = get_close_matches(name, names, 1) if len(names) <= _MOST_COMPARED else []
    fix = (
        f"There is: {', '.join(names[:_MOST_COMPARED])}."
        if names
        else "Write it as #/components/schemas/Name."
    )
    return f"$ref {said} names nothing", f"Did you mean {close[0]}? {fix}" if close else fix


def _is_there(value: Any, pointer: str) -> bool:
    try:
        find(value, pointer)
    except LookupError:
        return False
    return not pointer or pointer.startswith("/")
