"""Directory trees: list them without following links, copy entries, and flush them to disk."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_PYTHON_CACHE = "__pycache__"
_TOP = PurePosixPath()


def leaf_paths(folder: Path, inside: PurePosixPath = _TOP) -> Iterator[PurePosixPath]:
    """Yield the relative paths of files, links and empty folders below `folder`, without Python's cache."""
    with os.scandir(folder / inside) as directory:
        entries = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in directory)
    for name, is_folder in entries:
        if not is_folder:
            yield inside / name
        elif name != _PYTHON_CACHE:
            yield from leaf_paths(folder, inside / name)
    if not entries and inside.parts:
        yield inside


def link_or_copy(source: Path, target: Path) -> None:
    """Make `target` the same file as `source` with a hard link, or a copy; an empty folder is created."""
    if source.is_dir() and not source.is_symlink():
        target.mkdir(parents=True, exist_ok=True)
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):  # not every file system has hard links
        shutil.copy2(source, target, follow_symlinks=False)


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two paths are one file, or one is an unmodified copy of the other (mode, size, mtime)."""
    first, second = one.lstat(), other.lstat()
    metadata = [(status.st_mode, status.st_size, status.st_mtime_ns) for status in (first, second)]
    return os.path.samestat(first, second) or metadata[0] == metadata[1]


def fsync_folders(folder: Path) -> None:
    """Flush a folder and all folders below it to disk. Each writer of a file flushes the file itself."""
    for inside, _, _ in os.walk(folder):
        fsync(Path(inside))


def fsync(path: Path) -> None:
    """Flush a file, or the entries of a folder, to disk before any later write."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
