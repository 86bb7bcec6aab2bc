"""The result of a check of `generated/`, and the last one that found nothing to do.

`.freehold/check.json` holds a checksum of everything that the result depends on: the contract, the overrides,
the settings, `generated/`, and the tool with its libraries. While that is the same, the result is too.
"""

import json
import os
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from freehold.ground.problems import Problem
from freehold.ground.project import Project
from freehold.writing.directory import leaf_paths

_FILE = "check.json"
_TOOL = Path(__file__).parents[1]
_CLOCK_STEP = 20_000_000  # ns: the clock of a file system may be behind by a tick of the kernel


@dataclass(frozen=True)
class Report:
    """The files that are not up to date, and the problems of overrides and edits."""

    stale: tuple[tuple[PurePosixPath, str], ...] = ()
    """Each file that is not up to date, with the reason."""
    problems: tuple[Problem, ...] = ()
    """Edits of generated files, and overrides that do not match the contract."""
    edited: bool = False
    """Whether `generate` would refuse to write, because an edit would be lost."""
    warnings: tuple[Problem, ...] = ()
    difference: str = ""
    """The changes that `generate` would make, as a unified diff."""


def recall(project: Project) -> Report | None:
    """Return the last report that found nothing to do, if nothing has changed since; None in CI.

    In CI nothing is taken from a file, because whoever can write it could hide a change with it.
    """
    if os.environ.get("CI"):
        return None
    with suppress(OSError, ValueError, TypeError, KeyError):
        saved = json.loads((project.state_folder / _FILE).read_bytes())
        checksum, _ = _fingerprint(project, map(Path, saved["contract"]))
        if checksum == saved["checksum"]:
            return Report(warnings=tuple(Problem(**warning) for warning in saved["warnings"]))
    return None


def remember(project: Project, report: Report, contract_files: Iterable[str], started: int) -> None:
    """Save a report that found nothing to do, unless something has changed since the check started.

    `started` is in nanoseconds, as of time.time_ns().
    """
    if report.stale or report.problems:
        return
    with suppress(OSError):
        files = sorted(contract_files)
        checksum, last_change = _fingerprint(project, map(Path, files))
        if last_change < started - _CLOCK_STEP:
            warnings = [asdict(warning) for warning in report.warnings]
            _write(project.state_folder, {"checksum": checksum, "contract": files, "warnings": warnings})


def _write(folder: Path, content: object) -> None:
    folder.mkdir(exist_ok=True)
    new = folder / f"{_FILE}.{os.getpid()}"
    new.write_text(json.dumps(content), "utf-8")
    new.replace(folder / _FILE)


def _fingerprint(project: Project, contract_files: Iterable[Path]) -> tuple[str, int]:
    """Return a checksum of what a check depends on, and the time of its last change in nanoseconds."""
    libraries = Path(sysconfig.get_path("purelib"))
    installed = sorted(path.name for path in libraries.iterdir() if path.suffix == ".dist-info")
    parts = [repr((sys.version, installed, Path.cwd(), project))]
    last_change = 0
    files = [project.contract, *contract_files]
    folders = [_TOOL, project.generated, project.overrides]
    for path in (*files, *(path for folder in folders for path in _tree(folder))):
        found = path.lstat()
        last_change = max(last_change, found.st_ctime_ns)
        parts.append(f"{str(path)!r} {found.st_mode} {_content(path)}")
    return sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest(), last_change


def _content(path: Path) -> str:
    if path.is_symlink():
        return repr((path.readlink(), path.read_bytes() if path.is_file() else None))
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _tree(folder: Path) -> list[Path]:
    """Return a folder with everything in it, in a fixed order, without Python's caches."""
    leaves = [folder / leaf for leaf in leaf_paths(folder)]
    return sorted({folder, *leaves, *(leaf.parent for leaf in leaves)})
