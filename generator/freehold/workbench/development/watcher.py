"""Watches the files that a project is generated from."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import watchfiles
from watchfiles import Change

from freehold.ground.problems import UsageError
from freehold.ground.project import Project, find_project

_QUIET_PERIOD = 100  # milliseconds without another change, because an editor writes more than once
_MAX_DELAY = 2000  # milliseconds after which changes are reported even if more follow
_CONTRACT_SUFFIXES = (".yaml", ".yml", ".json")
_NODE_MODULES = "node_modules"

FolderIdentities = dict[Path, tuple[int, int]]
"""The device and inode of each folder: they differ when another folder replaces it."""


def changes(
    project: Project, more_folders: Sequence[Path] = (), stopping: threading.Event | None = None
) -> Iterator[list[str]]:
    """Yield the paths that have changed, relative to the project, after each change.

    It ends when `stopping` is set. `more_folders` are folders whose Python files matter too.

    The first list is empty and means that watching has started: no later change is missed. Likewise after
    the set of watched folders has changed. While pyproject.toml is invalid, its last valid settings apply.
    """
    while True:
        folders, started = _watched_folders(project, more_folders), False
        for changed in _change_batches(project, folders, more_folders, stopping):
            if changed or not started:
                started = True
                yield sorted({os.path.relpath(path, project.root) for _, path in changed})
                project = _reload(project)
                if _watched_folders(project, more_folders) != folders:
                    break
        else:
            return


def _change_batches(
    project: Project,
    folders: FolderIdentities,
    more_folders: Sequence[Path],
    stopping: threading.Event | None,
) -> Iterator[set[tuple[Change, str]]]:
    """Yield batches of changes, and an empty one when there is none for a while."""
    return watchfiles.watch(
        *folders,
        recursive=False,
        watch_filter=_change_filter(project, folders, more_folders),
        stop_event=stopping,
        step=_QUIET_PERIOD,
        debounce=_MAX_DELAY,
        rust_timeout=_QUIET_PERIOD,
        yield_on_timeout=True,
    )


def _change_filter(
    project: Project, folders: FolderIdentities, more_folders: Sequence[Path]
) -> Callable[[Change, str], bool]:
    """Return a filter for changes of files that affect the generated code."""
    settings, contracts = project.root / "pyproject.toml", project.contract.parent

    def is_relevant(_: Change, name: str) -> bool:
        path = Path(name)
        if path in {settings, project.overrides, contracts} or path in folders:
            return True
        if path.parent == project.overrides or path.parent in more_folders:
            return path.suffix == ".py"
        is_in_contract_folder = path.is_relative_to(contracts) and path.parent in folders
        return is_in_contract_folder and (path.suffix in _CONTRACT_SUFFIXES or path.is_dir())

    return is_relevant


def _watched_folders(project: Project, more_folders: Sequence[Path]) -> FolderIdentities:
    """Return the folders to watch, each without its subfolders, because generated/ may be one of them."""
    contracts = _contract_folders(project.contract.parent, project)
    candidates = {project.root, project.overrides, *contracts, *more_folders}
    return {folder: _folder_identity(folder) for folder in sorted(candidates) if folder.is_dir()}


def _contract_folders(folder: Path, project: Project) -> Iterator[Path]:
    """Yield a folder of the contract and its subfolders that may hold referenced files."""
    yield folder
    excluded = {project.generated, project.migrations, project.root / _NODE_MODULES}
    for subfolder in folder.iterdir() if folder.is_dir() else ():
        if subfolder.is_dir() and subfolder not in excluded and not subfolder.name.startswith((".", "__")):
            yield from _contract_folders(subfolder, project)


def _folder_identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def _reload(project: Project) -> Project:
    try:
        return find_project(project.root)
    except UsageError:
        return project
