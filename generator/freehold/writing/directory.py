"""What is in a folder, without following a link, and how it is kept on disk."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_CACHE = "__pycache__"
_TOP = PurePosixPath()


def leaves(folder: Path, inside: PurePosixPath = _TOP) -> Iterator[PurePosixPath]:
    """All that is in a folder but Python's cache: files, links, and folders in which there is nothing."""
    with os.scandir(folder / inside) as entries:
        found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    for name, is_folder in found:
        if not is_folder:
            yield inside / name
        elif name != _CACHE:
            yield from leaves(folder, inside / name)
    if not found and inside.parts:
        yield inside


def carry(old: Path, new: Path) -> None:
    """Let what is at `old` also be at `new`: the same file, a link that says the same, or an empty folder."""
    if old.is_dir() and not old.is_symlink():
        new.mkdir(parents=True, exist_ok=True)
        return
    try:
        os.link(old, new, follow_symlinks=False)
    except (OSError, NotImplementedError):  # not every file system has hard links
        shutil.copy2(old, new, follow_symlinks=False)


def same(one: Path, other: Path) -> bool:
    """Whether two are one file, or one is an untouched copy of the other."""
    first, second = one.lstat(), other.lstat()
    told = [(status.st_mode, status.st_size, status.st_mtime_ns) for status in (first, second)]
    return os.path.samestat(first, second) or told[0] == told[1]


def flush_all(folder: Path) -> None:
    """Have every folder in it on disk; whoever writes a file does so for the file."""
    for inside, _, _ in os.walk(folder):
        flush(Path(inside))


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, on disk before anything that comes after."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
