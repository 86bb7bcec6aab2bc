"""A folder replaced as a whole: at every moment, and after a crash at any, it is the old tree or the new one.

The new tree is made in a workshop on the same disk. Then the two change places in one step: `renameat2` with
RENAME_EXCHANGE on Linux, `renamex_np` with RENAME_SWAP on macOS. A file system without such a step (NFS, some
of FUSE) has a moment without the folder: the tree is marked as ready by its name, and two renames put it in
place. Where a folder cannot be renamed at all (a mount point, a lower layer of overlayfs), it is put in place
file by file, which a reader can see. In both cases the next run ends what this one had begun, whenever it
stopped, and throws away what it had only prepared.
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

from freehold.writing.directory import flush, flush_all, leaves, same

STATE = ".freehold"
_AT_CWD, _EXCHANGE, _SWAP = -100, 2, 2
_NO_SUCH_STEP = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV, errno.EBUSY}
_NO_RENAME = {errno.EXDEV, errno.EBUSY}
_PART = ".freehold-part"
_READY, _POURING = "ready", "pouring"


def workshop(folder: Path) -> Path:
    """Where the next tree of a folder is made."""
    return folder.parent / STATE / f"writing-{folder.name}"


def new_tree(folder: Path) -> Path:
    """Where to make it. What is there is worth nothing until `swap`."""
    return workshop(folder) / "new" / "tree"


def lock(folder: Path) -> Path:
    """What whoever writes the folder must hold."""
    return folder.parent / STATE / f"{folder.name}.lock"


def unfinished(folder: Path) -> bool:
    """Whether a run has not come to its end, or not yet."""
    return os.path.lexists(workshop(folder)) or os.path.lexists(lock(folder))


def recover(folder: Path) -> None:
    """End what an earlier run had begun, and remove what it had only prepared. Only under the lock."""
    shop = workshop(folder)
    if not any(path.is_symlink() for path in (shop, shop / _READY, shop / _POURING)):
        if (shop / _POURING).is_dir():
            _pour(folder, shop / _POURING)
        elif (shop / _READY / "tree").is_dir() and not os.path.lexists(folder):
            (shop / _READY / "tree").rename(folder)
    _remove(shop)


def swap(folder: Path, gone: Iterable[PurePosixPath]) -> Path | None:
    """Put the new tree in the place of `folder`, and say where the old one is now, if it is anywhere.

    `gone` are the files that the new tree lacks on purpose.
    """
    made = new_tree(folder)
    note = made.parent / "gone.json"
    note.write_text(json.dumps([str(name) for name in gone]), "utf-8")
    flush(note)
    flush_all(made.parent)
    old: Path | None = made
    if not folder.exists():
        made.rename(folder)
        old = None
    elif not _exchange(folder, made):
        old = _rename(folder, made.parent.rename(workshop(folder) / _READY))
    flush(folder.parent)
    return old


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where this cannot be done."""
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            failed = libc.renamex_np(*names, _SWAP)
        else:
            failed = libc.renameat2(_AT_CWD, names[0], _AT_CWD, names[1], _EXCHANGE)
    except AttributeError:  # an older system
        return False
    code = ctypes.get_errno()
    if failed and code not in _NO_SUCH_STEP:
        raise OSError(code, os.strerror(code), str(one))
    return not failed


def _rename(folder: Path, ready: Path) -> Path | None:
    """Put a tree that is ready in place without that step; where the old one is, if it is anywhere."""
    old = ready.with_name("old")
    flush(ready.parent)
    try:
        folder.rename(old)
    except OSError as error:
        if error.errno not in _NO_RENAME:
            raise
        _pour(folder, ready.rename(ready.with_name(_POURING)))
        return None
    (ready / "tree").rename(folder)
    return old


def _pour(folder: Path, pouring: Path) -> None:
    """File by file, each complete, in any order: doing it again gives the same."""
    flush(pouring.parent)
    for name in leaves(pouring / "tree"):
        source, target = pouring / "tree" / name, _inside(folder, name)
        if source.is_dir() and not source.is_symlink():
            target.mkdir(parents=True, exist_ok=True)
        elif not (os.path.lexists(target) and same(source, target)):
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}{_PART}")
            part.unlink(missing_ok=True)
            shutil.copy2(source, part, follow_symlinks=False)
            part.replace(target)
    for said in json.loads((pouring / "gone.json").read_text("utf-8")):
        target = _inside(folder, PurePosixPath(said))
        target.unlink(missing_ok=True)
        _remove_empty(target.parent, folder)
    flush_all(folder)
    pouring.rename(pouring.with_name("done"))  # lest what is left while it is removed be taken for the whole


def _inside(folder: Path, name: PurePosixPath) -> Path:
    """A file of the folder. Raises OSError when a link leads out of it."""
    target = folder / name
    if ".." in name.parts or any(p.is_symlink() for p in target.parents if p.is_relative_to(folder)):
        raise OSError(errno.ELOOP, "a link leads out of the folder", str(target))
    return target


def _remove_empty(inside: Path, folder: Path) -> None:
    """Remove a folder, and those around it, in which only Python's cache is left."""
    while (
        inside != folder and inside.is_dir() and all(item.name == "__pycache__" for item in inside.iterdir())
    ):
        shutil.rmtree(inside)
        inside = inside.parent


def _remove(path: Path) -> None:
    """Remove whatever is there; of a link, the link."""
    with suppress(FileNotFoundError):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
