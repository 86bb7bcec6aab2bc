"""Formats an exception of hand-written code for a person: its own frames first, then how it was reached.

This is for `freehold dev` only: the message of an exception may quote a row, so a service in production logs
none.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from traceback import FrameSummary
from typing import Self

from typing_extensions import override

import freehold
from freehold.ground.project import Project

_FREEHOLD = Path(freehold.__file__).parent
_MAX_CHAIN_LENGTH = 5  # exceptions that caused each other


@dataclass(frozen=True)
class Places:
    """The folders of a project by which frames are told apart."""

    root: Path
    hand_written: tuple[Path, ...]
    """`overrides/`, and the revisions in `migrations/`."""
    runtime: Path

    @classmethod
    def of(cls, project: Project) -> Self:
        """Return the folders of a project."""
        own = (project.overrides, project.migrations / "versions")
        return cls(project.root, own, project.generated / "runtime")

    def contains(self, file: Path) -> bool:
        """Whether a file is one of the project, and of neither the runtime nor a virtual environment."""
        inside = file.is_relative_to(self.root) and not file.is_relative_to(self.runtime)
        return inside and "site-packages" not in file.parts

    def is_hand_written(self, file: Path) -> bool:
        """Whether a file is hand-written code of the project."""
        return any(file.is_relative_to(folder) for folder in self.hand_written)


def install(runtime: logging.Logger, project: Places) -> None:
    """Print the exceptions that the runtime logs for debugging, and nothing else that it logs for that."""
    for handler in logging.getLogger().handlers:
        handler.setLevel(max(handler.level, logging.INFO))
    runtime.addHandler(_TracebackHandler(project))
    runtime.setLevel(logging.DEBUG)


class _TracebackHandler(logging.Handler):
    """Prints the exception of a record."""

    def __init__(self, project: Places) -> None:
        super().__init__()
        self._project = project

    @override
    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info and record.exc_info[1]
        if error:
            print(f"\n{format_exception(error, self._project)}\n", file=sys.stderr, flush=True)


def is_of_hand_written_code(error: BaseException, project: Places) -> bool:
    """Whether hand-written code has failed: no frame of Freehold is further inside than one of that."""
    if isinstance(error, SyntaxError) and error.filename and project.is_hand_written(Path(error.filename)):
        return True
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if project.is_hand_written(file) or file.is_relative_to(_FREEHOLD):
            return project.is_hand_written(file)
    return False


def format_exception(error: BaseException, project: Places) -> str:
    """Format an exception and what caused it.

    For each of them: the message, the frames of hand-written code with their source, innermost first, then
    the other frames of the project, one line each. Frames of libraries and of the runtime are counted.
    """
    parts = ["\n".join(_describe(part, project)) for part in _chain(error)]
    return "\n\nIt was raised while this one was handled, or because of it:\n\n".join(parts)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, then its causes."""
    cause: BaseException | None = error
    for _ in range(_MAX_CHAIN_LENGTH):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _describe(error: BaseException, project: Places) -> Iterator[str]:
    """Yield the lines about one exception."""
    yield "".join(traceback.format_exception_only(error)).rstrip("\n")
    frames = [*reversed(traceback.extract_tb(error.__traceback__))]
    own = [frame for frame in frames if project.is_hand_written(Path(frame.filename))]
    others = [frame for frame in frames if frame not in own and project.contains(Path(frame.filename))]
    for frame in own:
        yield f"  {_location(frame, project)}"
        yield f"    {frame.line}"
    for frame in others:
        yield f"  {'by ' if own else ''}{_location(frame, project)}"
    hidden = len(frames) - len(own) - len(others)
    if hidden:
        yield f"  and {hidden} frame{'s' if hidden > 1 else ''} of libraries and of the runtime"


def _location(frame: FrameSummary, project: Places) -> str:
    return f"{Path(frame.filename).relative_to(project.root)}:{frame.lineno} in {frame.name}"
