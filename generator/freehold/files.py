"""The folder of generated files: what differs from it, and how it is written, all or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from freehold.sources import HEADER, Files

_OWNED = frozenset({PurePosixPath("openapi.json")})  # ours, though it has no room for a header
_STAGED = ".new"


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
    """Make the folder hold `files`. Other people's files stay; on an error everything is as it was."""
    changes = compare(folder, files)
    _write({folder / name: files[name] for name in (*changes.missing, *changes.different)})
    for name in changes.orphans:
        (folder / name).unlink()
        _remove_empty(folder, (folder / name).parent)
    return changes


def _write(texts: Mapping[Path, str]) -> None:
    """Write everything beside its place first, so that a full disk leaves the old files."""
    staged = {file.with_name(file.name + _STAGED): file for file in texts}
    try:
        for temporary, file in staged.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(texts[file], "utf-8", newline="\n")
    except BaseException:
        for temporary in staged:
            temporary.unlink(missing_ok=True)
        raise
    for temporary, file in staged.items():
        temporary.replace(file)


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


def _remove_empty(top: Path, folder: Path) -> None:
    """Remove a folder that holds nothing but Python's cache."""
    cache = folder / "__pycache__"
    if folder == top or any(item != cache for item in folder.iterdir()):
        return
    for item in cache.iterdir() if cache.is_dir() else ():
        item.unlink()
    if cache.is_dir():
        cache.rmdir()
    folder.rmdir()
