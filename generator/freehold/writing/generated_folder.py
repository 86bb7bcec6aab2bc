"""The folder of generated files: what differs from it, and how it is written, all or nothing."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from freehold.ground.problems import ExternalError, UsageError
from freehold.printing.python_sources import Files
from freehold.writing import atomic_exchange, checksums, lock
from freehold.writing.checksums import Stamp
from freehold.writing.directory import carry, flush, leaves, same

Names = tuple[PurePosixPath, ...]

_TRIES = 5  # to read the folder as a whole


@dataclass(frozen=True)
class Changes:
    """What would change in the folder."""

    missing: Names
    different: Names
    orphans: Names
    """Files of ours that the contract no longer makes."""
    edited: Names = ()
    """Those of the different ones and of the orphans in which somebody's work would be lost."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.different or self.orphans)


class Edited(Exception):
    """Files in the way that are not as we wrote them. Nothing was written."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        super().__init__(", ".join(map(str, changes.edited)))


def compare(folder: Path, files: Files) -> Changes:
    """How the folder differs from `files`.

    Raises UsageError when it is a link, or no folder; ExternalError when something in it cannot be read.
    """
    for _ in range(_TRIES):
        before = _identity(folder)
        with suppress(OSError):  # another run may just be putting a new one in its place
            changes = _compare(folder, files)
            if _identity(folder) == before:
                return changes
    try:
        return _compare(folder, files)
    except OSError as error:
        raise ExternalError(f"{folder} cannot be read: {error}") from error


def _compare(folder: Path, files: Files) -> Changes:
    _must_be_folder(folder)
    there = set(leaves(folder)) if folder.exists() else set()
    ours = {name: stamp for name in sorted(there) if (stamp := found(folder, name))}
    different = tuple(name for name in sorted(files) if name in there and not _is(folder / name, files[name]))
    orphans = tuple(name for name in ours if name not in files)
    return Changes(
        missing=tuple(name for name in sorted(files) if name not in there),
        different=different,
        orphans=orphans,
        edited=tuple(
            name for name in (*different, *orphans) if _is_work(ours.get(name), name, files.get(name))
        ),
    )


def write(folder: Path, files: Files, *, force: bool = False) -> Changes:
    """Make the folder hold `files`. Other people's files stay; on an error everything is as it was.

    Raises Edited when somebody's edit would be lost, unless `force`; UsageError when something that is not a
    file stands where one must be; ExternalError when another run does not end, or the disk does not take it.
    """
    changes = compare(folder, files)
    if not changes and not atomic_exchange.unfinished(folder):
        return changes
    _must_be_free(folder, (*changes.missing, *changes.different))
    _must_be_folder(folder.parent / atomic_exchange.STATE)
    try:
        with lock.held(atomic_exchange.lock(folder), str(folder)):
            return _write(folder, files, force=force)
    except OSError as error:
        state = "the next run will end this one" if atomic_exchange.unfinished(folder) else "it is as it was"
        raise ExternalError(f"{folder} cannot be written, {state}: {error}") from error


def found(folder: Path, name: PurePosixPath) -> Stamp | None:
    """What a file of the folder says of itself, or nothing when it is not ours."""
    file = folder / name
    if file.is_symlink() or not file.is_file():
        return None
    beside = folder / checksums.beside(name)
    has_sum = name in checksums.OWNED and not beside.is_symlink() and beside.is_file()
    return checksums.read(name, file.read_bytes(), beside.read_bytes() if has_sum else None)


def _write(folder: Path, files: Files, *, force: bool) -> Changes:
    """What `write` does, under the lock."""
    atomic_exchange.recover(folder)
    changes = compare(folder, files)
    if changes.edited and not force:
        raise Edited(changes)
    written = (*changes.missing, *changes.different)
    _must_be_free(folder, written)
    if changes:
        try:
            _build(
                folder,
                atomic_exchange.new_tree(folder),
                {name: files[name] for name in written},
                changes.orphans,
            )
            old = atomic_exchange.swap(folder, changes.orphans)
            if old is not None:
                _follow(old, folder, {*files, *changes.orphans})
        finally:
            atomic_exchange.recover(folder)
    return changes


def _build(folder: Path, new: Path, written: Files, orphans: Names) -> None:
    """Make the whole new tree: what is to be written, and everything that stays."""
    new.mkdir(parents=True)
    for name, text in written.items():
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_text(text, "utf-8", newline="\n")
    for name in leaves(folder) if folder.exists() else ():
        if name not in written and name not in orphans:
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            carry(folder / name, new / name)
    for name in written:  # after all is written, so that the disk takes them together
        flush(new / name)
    _copy_modes(folder, new)


def _copy_modes(folder: Path, new: Path) -> None:
    for made in {inside for leaf in leaves(new) for inside in (*leaf.parents, leaf)}:
        old = folder / made
        if not old.is_symlink() and old.exists() and not same(old, new / made):
            shutil.copymode(old, new / made)


def _follow(old: Path, folder: Path, ours: set[PurePosixPath]) -> None:
    """Bring along what people have written into the old tree since it was read."""
    for name in leaves(old):
        target = folder / name
        late = name not in ours and not (os.path.lexists(target) and same(old / name, target))
        if late and not (old / name).is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            (old / name).replace(target)


def _is(file: Path, text: str) -> bool:
    return not file.is_symlink() and file.is_file() and file.read_bytes() == text.encode()


def _is_work(stamp: Stamp | None, name: PurePosixPath, wanted: str | None) -> bool:
    """Whether somebody's work would be lost: a file that is not as we wrote it, nor as we would write it."""
    if stamp is None:
        return True
    made = checksums.read(name, wanted.encode(), None) if wanted is not None else None
    return stamp.edited and (made is None or made.body != stamp.body)


def _identity(folder: Path) -> tuple[int, int] | None:
    """What changes when another tree takes the folder's place."""
    with suppress(FileNotFoundError):
        status = folder.lstat()
        return status.st_ino, status.st_ctime_ns
    return None


def _must_be_folder(folder: Path) -> None:
    if folder.is_symlink():
        raise UsageError(f"{folder} is a link, which is not followed: put a folder there.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, and a folder must be there: move it away.")


def _must_be_free(folder: Path, names: Names) -> None:
    """Raises UsageError when no file can be put somewhere."""
    for file in (folder / name for name in names):
        for parent in (inside for inside in file.parents if inside.is_relative_to(folder)):
            if parent.is_symlink() or (parent.exists() and not parent.is_dir()):
                kind = "link" if parent.is_symlink() else "file"
                raise UsageError(f"{parent} is a {kind}, and a folder must be there: move it away.")
        if file.is_symlink() or file.is_dir():
            kind = "link" if file.is_symlink() else "folder"
            raise UsageError(f"{file} is a {kind}, and a file must be there: move it away.")
