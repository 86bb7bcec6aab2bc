"""Compares the folder of generated files with what it should hold, and writes it atomically."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from freehold.ground.problems import ExternalError, UsageError
from freehold.printing.python_sources import Files
from freehold.writing import atomic_exchange, checksums, lock
from freehold.writing.checksums import GeneratedFile
from freehold.writing.directory import fsync, is_same_file, leaf_paths, link_or_copy

Names = tuple[PurePosixPath, ...]

_READ_ATTEMPTS = 5  # a concurrent run may replace the folder while it is read


@dataclass(frozen=True)
class Changes:
    """The differences between the folder and the files that it should hold."""

    missing: Names
    different: Names
    orphans: Names
    """Generated files that are no longer generated."""
    edited: Names = ()
    """The different files and orphans that were edited by hand: writing would lose the edit."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.different or self.orphans)

    @property
    def written(self) -> Names:
        """The files that are written: those that are missing, and those that differ."""
        return (*self.missing, *self.different)


class EditsWouldBeLost(Exception):
    """Files were edited by hand, and writing would lose the edits. Nothing was written."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        super().__init__(", ".join(map(str, changes.edited)))


def compare(folder: Path, files: Files) -> Changes:
    """Compare the folder with `files`.

    Raises UsageError when it is a link or not a folder, ExternalError when something in it cannot be read.
    """
    for _ in range(_READ_ATTEMPTS):
        before = _folder_identity(folder)
        with suppress(OSError):  # another run may be replacing the folder right now
            changes = _compare(folder, files)
            if _folder_identity(folder) == before:
                return changes
    try:
        return _compare(folder, files)
    except OSError as error:
        raise ExternalError(f"{folder} cannot be read: {error}") from error


def _compare(folder: Path, files: Files) -> Changes:
    _require_folder(folder)
    present = set(leaf_paths(folder)) if folder.exists() else set()
    generated = {name: file for name in sorted(present) if (file := read_generated_file(folder, name))}
    different = tuple(
        name for name in sorted(files) if name in present and not _has_content(folder / name, files[name])
    )
    orphans = tuple(name for name in generated if name not in files)
    return Changes(
        missing=tuple(name for name in sorted(files) if name not in present),
        different=different,
        orphans=orphans,
        edited=tuple(
            name
            for name in (*different, *orphans)
            if _would_lose_edit(generated.get(name), name, files.get(name))
        ),
    )


def write(folder: Path, files: Files, *, force: bool = False) -> Changes:
    """Write `files` into the folder, all or nothing. Files that Freehold did not generate stay.

    Raises EditsWouldBeLost when a file was edited by hand, unless `force`; UsageError when a folder or a link
    is in the place of a file; ExternalError when another run holds the lock for too long, or the disk fails.
    """
    changes = compare(folder, files)
    if not changes and not atomic_exchange.is_unfinished(folder):
        return changes
    _require_free(folder, (*changes.missing, *changes.different))
    _require_folder(folder.parent / atomic_exchange.STATE_FOLDER)
    try:
        with lock.exclusive(atomic_exchange.lock_file(folder), str(folder)):
            return _write(folder, files, force=force)
    except OSError as error:
        unfinished = atomic_exchange.is_unfinished(folder)
        state = "the next run will complete this one" if unfinished else "it is unchanged"
        raise ExternalError(f"{folder} cannot be written, {state}: {error}") from error


def read_generated_file(folder: Path, name: PurePosixPath) -> GeneratedFile | None:
    """Read a file of the folder. None when it does not exist or Freehold did not generate it."""
    file = folder / name
    if file.is_symlink() or not file.is_file():
        return None
    beside = folder / checksums.checksum_file(name)
    has_checksum_file = name in checksums.HEADERLESS and not beside.is_symlink() and beside.is_file()
    return checksums.parse(name, file.read_bytes(), beside.read_bytes() if has_checksum_file else None)


def _write(folder: Path, files: Files, *, force: bool) -> Changes:
    """Write the folder. The caller must hold the lock."""
    atomic_exchange.recover(folder)
    changes = compare(folder, files)
    if changes.edited and not force:
        raise EditsWouldBeLost(changes)
    written = (*changes.missing, *changes.different)
    _require_free(folder, written)
    if changes:
        try:
            _build_tree(
                folder,
                atomic_exchange.staged_tree(folder),
                {name: files[name] for name in written},
                changes.orphans,
            )
            old = atomic_exchange.exchange(folder, changes.orphans)
            if old is not None:
                _carry_over_late_files(old, folder, {*files, *changes.orphans})
        finally:
            atomic_exchange.recover(folder)
    return changes


def _build_tree(folder: Path, new: Path, written: Files, orphans: Names) -> None:
    """Build the whole new tree: the files to write, and everything that stays."""
    new.mkdir(parents=True)
    for name, text in written.items():
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_text(text, "utf-8", newline="\n")
    for name in leaf_paths(folder) if folder.exists() else ():
        if name not in written and name not in orphans:
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(folder / name, new / name)
    for name in written:  # after all files are written, so that the disk can batch the writes
        fsync(new / name)
    _copy_modes(folder, new)


def _copy_modes(folder: Path, new: Path) -> None:
    for path in {inside for leaf in leaf_paths(new) for inside in (*leaf.parents, leaf)}:
        old = folder / path
        if not old.is_symlink() and old.exists() and not is_same_file(old, new / path):
            shutil.copymode(old, new / path)


def _carry_over_late_files(old: Path, folder: Path, generated: set[PurePosixPath]) -> None:
    """Move files that people saved in the old tree, since it was read, into the new one."""
    for name in leaf_paths(old):
        target = folder / name
        late = name not in generated and not (os.path.lexists(target) and is_same_file(old / name, target))
        if late and not (old / name).is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            (old / name).replace(target)


def _has_content(file: Path, text: str) -> bool:
    return not file.is_symlink() and file.is_file() and file.read_bytes() == text.encode()


def _would_lose_edit(file: GeneratedFile | None, name: PurePosixPath, wanted: str | None) -> bool:
    """Whether writing would lose an edit: the file is neither as generated nor as it would be generated."""
    if file is None:
        return True
    expected = checksums.parse(name, wanted.encode(), None) if wanted is not None else None
    return file.edited and (expected is None or expected.body != file.body)


def _folder_identity(folder: Path) -> tuple[int, int] | None:
    """Return a value that changes when the folder is replaced by another one."""
    with suppress(FileNotFoundError):
        status = folder.lstat()
        return status.st_ino, status.st_ctime_ns
    return None


def _require_folder(folder: Path) -> None:
    if folder.is_symlink():
        raise UsageError(f"{folder} is a link, and links are not followed: replace it with a folder.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, but must be a folder: move it away.")


def _require_free(folder: Path, names: Names) -> None:
    """Raise UsageError when a link, a file or a folder is in the way of a file to write."""
    for file in (folder / name for name in names):
        for parent in (inside for inside in file.parents if inside.is_relative_to(folder)):
            if parent.is_symlink() or (parent.exists() and not parent.is_dir()):
                kind = "link" if parent.is_symlink() else "file"
                raise UsageError(f"{parent} is a {kind}, but must be a folder: move it away.")
        if file.is_symlink() or file.is_dir():
            kind = "link" if file.is_symlink() else "folder"
            raise UsageError(f"{file} is a {kind}, but must be a file: move it away.")
