"""What a project is generated from, watched for changes."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import watchfiles
from watchfiles import Change

from freehold.ground.problems import UsageError
from freehold.ground.project import Project, find_project

_SETTLED = 100  # milliseconds without another change: an editor writes more than once
_LONGEST = 2000  # milliseconds that changes may follow each other before they count
_CONTRACTS = (".yaml", ".yml", ".json")
_DEPENDENCIES = "node_modules"

Folders = dict[Path, tuple[int, int]]
"""Each folder, and what tells it from another one that takes its place."""


def changes(project: Project) -> Iterator[list[str]]:
    """The names of what has changed, each time that something has; no end.

    The first time there are none, and from then on nothing is missed. So it is again when there are other
    folders to look at. While pyproject.toml is wrong, they are those of before.
    """
    while True:
        folders, begun = _folders(project), False
        for found in _rounds(project, folders):
            if found or not begun:
                begun = True
                yield sorted({os.path.relpath(path, project.root) for _, path in found})
                project = _again(project)
                if _folders(project) != folders:
                    break


def _rounds(project: Project, folders: Folders) -> Iterator[set[tuple[Change, str]]]:
    """What has changed, and now and then nothing."""
    return watchfiles.watch(
        *folders,
        recursive=False,
        watch_filter=_matters(project, folders),
        step=_SETTLED,
        debounce=_LONGEST,
        rust_timeout=_SETTLED,
        yield_on_timeout=True,
    )


def _matters(project: Project, folders: Folders) -> Callable[[Change, str], bool]:
    """Whether a change is one of what the code is made from."""
    settings, contracts = project.root / "pyproject.toml", project.contract.parent

    def matters(_: Change, name: str) -> bool:
        path = Path(name)
        if path in {settings, project.overrides, contracts} or path in folders:
            return True
        if path.parent == project.overrides:
            return path.suffix == ".py"
        inside = path.is_relative_to(contracts) and path.parent in folders
        return inside and (path.suffix in _CONTRACTS or path.is_dir())

    return matters


def _folders(project: Project) -> Folders:
    """Where to look: each by itself, as what is generated may be in between."""
    wanted = {project.root, project.overrides, *_below(project.contract.parent, project)}
    return {folder: _identity(folder) for folder in sorted(wanted) if folder.is_dir()}


def _below(folder: Path, project: Project) -> Iterator[Path]:
    """A folder of the contract, and those in it in which parts of it may be."""
    yield folder
    made = {project.generated, project.migrations, project.root / _DEPENDENCIES}
    for inside in folder.iterdir() if folder.is_dir() else ():
        if inside.is_dir() and inside not in made and not inside.name.startswith((".", "__")):
            yield from _below(inside, project)


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def _again(project: Project) -> Project:
    try:
        return find_project(project.root)
    except UsageError:
        return project
