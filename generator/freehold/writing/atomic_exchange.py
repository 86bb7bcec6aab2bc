"""Replaces a folder atomically: at any moment, also after a crash, it is the old tree or the new one.

The new tree is prepared in a staging folder on the same disk. Then the two trees are exchanged in one step:
`renameat2` with RENAME_EXCHANGE on Linux, `renamex_np` with RENAME_SWAP on macOS. On a file system without
such a step (NFS, some of FUSE) the staged tree is marked as ready by its name, and two renames put it in
place; between them there is no folder. Where a folder cannot be renamed at all (a mount point, a lower layer
of overlayfs), it is copied file by file, and a reader can see a mix. In both cases the next run completes an
exchange that was interrupted after the tree was ready, and discards a tree that was only being prepared.
"""

import ctypes
import errno
import json
import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath

from freehold.writing.directory import fsync, fsync_folders, is_same_file, leaf_paths

STATE_FOLDER = ".freehold"
_AT_CWD, _EXCHANGE, _SWAP = -100, 2, 2
_EXCHANGE_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV, errno.EBUSY}
_RENAME_UNSUPPORTED = {errno.EXDEV, errno.EBUSY}
_PARTIAL_SUFFIX = ".freehold-part"
_READY, _COPYING = "ready", "pouring"  # names on disk: they stay, for runs that were interrupted earlier
_REMOVED_LIST = "gone.json"  # likewise


def staging_folder(folder: Path) -> Path:
    """Return the folder in which the next tree of `folder` is prepared."""
    return folder.parent / STATE_FOLDER / f"writing-{folder.name}"


def staged_tree(folder: Path) -> Path:
    """Return where to build the next tree of `folder`. Until `exchange` it may be discarded."""
    return staging_folder(folder) / "new" / "tree"


def lock_file(folder: Path) -> Path:
    """Return the lock file that a writer of `folder` must hold."""
    return folder.parent / STATE_FOLDER / f"{folder.name}.lock"


def is_unfinished(folder: Path) -> bool:
    """Whether an earlier run was interrupted, or another one is still writing."""
    return os.path.lexists(staging_folder(folder)) or os.path.lexists(lock_file(folder))


def recover(folder: Path) -> None:
    """Complete an interrupted exchange and remove the staging folder. The caller must hold the lock."""
    staging = staging_folder(folder)
    if not any(path.is_symlink() for path in (staging, staging / _READY, staging / _COPYING)):
        if (staging / _COPYING).is_dir():
            _copy_file_by_file(folder, staging / _COPYING)
        elif (staging / _READY / "tree").is_dir() and not os.path.lexists(folder):
            (staging / _READY / "tree").rename(folder)
    _remove(staging)


def exchange(folder: Path, removed: Iterable[PurePosixPath]) -> Path | None:
    """Replace `folder` with the staged tree. Return where the old tree is now, or None if it is gone.

    `removed` are the files that the new tree lacks on purpose.
    """
    tree = staged_tree(folder)
    removed_list = tree.parent / _REMOVED_LIST
    removed_list.write_text(json.dumps([str(name) for name in removed]), "utf-8")
    fsync(removed_list)
    fsync_folders(tree.parent)
    old: Path | None = tree
    if not folder.exists():
        tree.rename(folder)
        old = None
    elif not _exchange_in_one_step(folder, tree):
        old = _replace_by_renames(folder, tree.parent.rename(staging_folder(folder) / _READY))
    fsync(folder.parent)
    return old


def _exchange_in_one_step(one: Path, other: Path) -> bool:
    """Exchange two folders in one system call. Return False where the system does not support it."""
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            failed = libc.renamex_np(*names, _SWAP)
        else:
            failed = libc.renameat2(_AT_CWD, names[0], _AT_CWD, names[1], _EXCHANGE)
    except AttributeError:  # an older C library
        return False
    code = ctypes.get_errno()
    if failed and code not in _EXCHANGE_UNSUPPORTED:
        raise OSError(code, os.strerror(code), str(one))
    return not failed


def _replace_by_renames(folder: Path, ready: Path) -> Path | None:
    """Replace `folder` with a tree that is ready, by two renames. Return where the old tree is, or None."""
    old = ready.with_name("old")
    fsync(ready.parent)
    try:
        folder.rename(old)
    except OSError as error:
        if error.errno not in _RENAME_UNSUPPORTED:
            raise
        _copy_file_by_file(folder, ready.rename(ready.with_name(_COPYING)))
        return None
    (ready / "tree").rename(folder)
    return old


def _copy_file_by_file(folder: Path, copying: Path) -> None:
    """Copy the new tree over `folder`, each file atomically. Idempotent: a second run gives the same tree."""
    fsync(copying.parent)
    for name in leaf_paths(copying / "tree"):
        source, target = copying / "tree" / name, _path_inside(folder, name)
        if source.is_dir() and not source.is_symlink():
            target.mkdir(parents=True, exist_ok=True)
        elif not (os.path.lexists(target) and is_same_file(source, target)):
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f".{target.name}{_PARTIAL_SUFFIX}")
            partial.unlink(missing_ok=True)
            shutil.copy2(source, partial, follow_symlinks=False)
            partial.replace(target)
    for removed in json.loads((copying / _REMOVED_LIST).read_text("utf-8")):
        target = _path_inside(folder, PurePosixPath(removed))
        target.unlink(missing_ok=True)
        _remove_empty_folders(target.parent, folder)
    fsync_folders(folder)
    copying.rename(copying.with_name("done"))  # so that recovery never copies a half-removed tree


def _path_inside(folder: Path, name: PurePosixPath) -> Path:
    """Return the path of a file in `folder`. Raises OSError (ELOOP) when a link leads out of the folder."""
    target = folder / name
    if ".." in name.parts or any(p.is_symlink() for p in target.parents if p.is_relative_to(folder)):
        raise OSError(errno.ELOOP, "a link leads out of the folder", str(target))
    return target


def _remove_empty_folders(inside: Path, folder: Path) -> None:
    """Remove a folder and its parents, up to `folder`, in which only Python's cache is left."""
    while (
        inside != folder and inside.is_dir() and all(item.name == "__pycache__" for item in inside.iterdir())
    ):
        shutil.rmtree(inside)
        inside = inside.parent


def _remove(path: Path) -> None:
    """Remove a file, a folder or a link (not its target), if it exists."""
    with suppress(FileNotFoundError):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
