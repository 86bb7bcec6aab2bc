"""The folder of generated files: what differs from it, and how it is written, all or nothing."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from freehold.problems import UsageError
from freehold.sources import HEADER, Files

_OWNED = frozenset({PurePosixPath("openapi.json")})  # ours, though it has no room for a header


@dataclass(frozen=True)
class Changes:
    """What would change in the folder."""

    missing: tuple[PurePosixPath, ...]
    different: tuple[PurePosixPath, ...]
    orphans: tuple[PurePosixPath, ...]
    """Files of ours that the contract no longer makes."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.different or self.orphans)


def compare(folder: Path, files: Files) -> Changes:
    """How the folder differs from `files`."""
    there = {PurePosixPath(file.relative_to(folder)): file for file in _ours(folder)}
    wanted = sorted(files)
    return Changes(
        missing=tuple(name for name in wanted if not (folder / name).is_file()),
        different=tuple(
            name for name in wanted if (folder / name).is_file() and _text(folder / name) != files[name]
        ),
        orphans=tuple(sorted(there.keys() - files.keys())),
    )


def write(folder: Path, files: Files) -> Changes:
    """Make the folder hold `files`. Other people's files stay; on an error everything is as it was.

    Raises UsageError when something that is not a file stands where one must be.
    """
    changes = compare(folder, files)
    wanted = (*changes.missing, *changes.different)
    for name in wanted:
        _must_be_free(folder, folder / name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
        new, old = Path(beside, "new"), Path(beside, "old")
        for name in wanted:  # all of it beside the folder first, so that a full disk leaves the old files
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_text(files[name], "utf-8", newline="\n")
        with _all_or_nothing(folder, old, (*wanted, *changes.orphans)):
            for name in wanted:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (new / name).replace(folder / name)
            for name in changes.orphans:
                (folder / name).unlink()
    _remove_empty(folder, changes.orphans)
    return changes


@contextmanager
def _all_or_nothing(folder: Path, old: Path, names: tuple[PurePosixPath, ...]) -> Iterator[None]:
    """Keep copies of the files in `old`, and bring them back on an error."""
    there = [name for name in names if (folder / name).exists()]
    for name in there:
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / name, old / name)
    try:
        yield
    except BaseException:
        for name in there:
            shutil.copy2(old / name, folder / name)
        added = tuple(name for name in names if name not in there)
        for name in added:
            (folder / name).unlink(missing_ok=True)
        _remove_empty(folder, added)
        raise


def _must_be_free(folder: Path, file: Path) -> None:
    if file.is_dir():
        raise UsageError(f"{file} is a folder, and a file must be there: move it away.")
    for parent in (folder, *file.parents):
        if parent.is_relative_to(folder) and parent.exists() and not parent.is_dir():
            raise UsageError(f"{parent} is a file, and a folder must be there: move it away.")


def _ours(folder: Path) -> list[Path]:
    marker = HEADER.encode()
    found = [file for file in folder.rglob("*") if file.suffix in {".py", ".txt"} and file.is_file()]
    named = [folder / name for name in _OWNED if (folder / name).is_file()]
    return [file for file in found if file.read_bytes().startswith(marker)] + named


def _text(file: Path) -> str | None:
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None


def _remove_empty(folder: Path, names: tuple[PurePosixPath, ...]) -> None:
    """Remove the folders of files that are gone, where nothing but Python's cache is left."""
    for inside in sorted({(folder / name).parent for name in names}, reverse=True):
        cache = inside / "__pycache__"
        if inside == folder or not inside.is_dir() or any(item != cache for item in inside.iterdir()):
            continue
        shutil.rmtree(inside)
