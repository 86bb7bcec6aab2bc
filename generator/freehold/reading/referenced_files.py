"""Resolves `$ref` to files. Each file is read once, and only inside the folder of the contract."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote

from freehold.ground.problems import ContractError, Problem
from freehold.reading.json_pointers import resolve_pointer
from freehold.reading.limits import MAX_BYTES
from freehold.reading.yaml_parser import ParsedFile, parse_tolerantly

MAX_FILES = 200
_NAMED = frozenset(
    """
    properties patternProperties dependentSchemas $defs schemas parameters responses headers examples
    requestBodies securitySchemes links callbacks pathItems variables content encoding mapping
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""Keys whose values have names, which a contract chooses."""
_DATA = frozenset({"enum", "const", "default", "example"})
_MAYBE_DATA = re.compile(r"/(enum|const|default|example|x-)")
_MAX_LISTED = 10
_MAX_COMPARED = 100  # names that are compared with a misspelled one, and listed
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_SUFFIXES = (".yaml", ".yml", ".json")
_USE_RELATIVE_PATH = "Use a path relative to this file, such as ./common.yaml."


@dataclass(frozen=True)
class RefTarget:
    """The target of a reference: a file and a JSON pointer."""

    file: Path
    pointer: str


@dataclass(frozen=True)
class Reference:
    """A reference to another part, with its pointer in its own file and in the bundled contract."""

    file: Path
    pointer: str
    bundled_pointer: str

    @property
    def is_ref(self) -> bool:
        """Whether it is a `$ref` instead of an entry of a discriminator mapping."""
        return self.bundled_pointer.endswith("/$ref") and not is_data(self.bundled_pointer)

    @property
    def parent_pointer(self) -> str:
        """The pointer of the object that contains the reference, in the bundled contract."""
        return self.bundled_pointer.rpartition("/")[0]


class SourceFiles:
    """The parsed files by their resolved path, and the problems of files and references."""

    def __init__(self, path: Path, file: str) -> None:
        self.main = path.resolve()
        self.problems: list[Problem] = []
        self._folder = path.parent.resolve()
        self._display_folder = PurePath(file).parent
        self._files: dict[Path, ParsedFile | None] = {self.main: parse_tolerantly(path, file)}
        self.problems += self.parsed(self.main).problems
        self._size = self.main.stat().st_size
        self._is_full = False

    def parsed(self, file: Path) -> ParsedFile:
        """Return a parsed file. Raises KeyError if it was not read."""
        text = self._files[file]
        if text is None:
            raise KeyError(file)
        return text

    def ref_text(self, reference: Reference) -> str:
        """Return the text of a reference."""
        return str(resolve_pointer(self.parsed(reference.file).value, reference.pointer))

    def reject(self, code: str, reference: Reference, what: str, fix: str) -> None:
        """Add a problem at a reference."""
        self.problems.append(self.parsed(reference.file).location(reference.pointer).problem(what, fix, code))

    def resolve(self, reference: Reference) -> RefTarget | None:
        """Return the target of a reference, or None if rejected. Skips pointers into the main file."""
        declared = self.ref_text(reference)
        name, _, fragment = declared.partition("#")
        file = self._resolve_path(reference, unquote(name)) if name else reference.file
        text = self._load(file, reference) if file else None
        if file is None or text is None:
            return None
        pointer = unquote(fragment)
        if file != self.main and not _pointer_exists(text.value, pointer):
            self.reject("FH020", reference, *describe_unresolved_pointer(declared, text.value, pointer))
            return None
        return RefTarget(file, pointer)

    def _resolve_path(self, reference: Reference, name: str) -> Path | None:
        """Return the resolved path of a file, or None if it must not or cannot be read."""
        code = what = fix = ""
        file = None
        try:
            file = (reference.file.parent / name).resolve()
            is_file, is_folder = file.is_file(), file.is_dir()
        except (OSError, RuntimeError, ValueError):  # path too long, a loop of links, or a NUL character
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
        """Return the fix for a file that does not exist."""
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
        """Parse a file. Returns None if it cannot be read, which is reported once."""
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
            self._files[file] = parse_tolerantly(file, self._display_name(file))
        except ContractError as error:
            self.problems += error.problems
        parsed = self._files[file]
        self.problems += parsed.problems if parsed else ()
        return parsed

    def _display_name(self, file: Path) -> str:
        """Return the path of a file or folder as it is shown in messages."""
        return (self._display_folder / file.relative_to(self._folder)).as_posix()


def is_data(pointer: str) -> bool:
    """Whether a pointer leads into what is no part of OpenAPI: a value, or an extension of another tool.

    There `$ref` is a key like any other: in `enum`, `const`, `default`, examples and `x-` words.
    """
    if not _MAYBE_DATA.search(pointer):
        return False
    name = kind = ""
    for step in pointer.split("/")[1:]:
        if name in _NAMED and not (name == "responses" and kind != "components" and step.startswith("x-")):
            if name == "examples" and step.isdigit():
                return True
            kind, name = name, ""  # what comes next is the named part
            continue
        if step in _DATA or step.startswith("x-") or (kind == "examples" and step == "value"):
            return True
        kind, name = name, step
    return False


def describe_unresolved_pointer(ref: str, value: Any, pointer: str) -> tuple[str, str]:
    """Return the message and the fix for a `$ref` to a pointer that does not exist in `value`."""
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
    return f"$ref {ref} does not exist", f"Did you mean {close[0]}? {fix}" if close else fix


def _pointer_exists(value: Any, pointer: str) -> bool:
    try:
        resolve_pointer(value, pointer)
    except LookupError:
        return False
    return not pointer or pointer.startswith("/")
