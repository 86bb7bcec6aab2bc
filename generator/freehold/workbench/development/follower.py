"""Follows a project while its service runs: generates on each change, and says when a migration is due."""

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from freehold.ground.project import Project
from freehold.workbench.development import watcher

_CHECK = (sys.executable, "-m", "freehold", "migrate", "check")  # it imports the code as it is now
_BEHIND = "The database is behind: run `freehold migrate up`."
MIGRATION_DUE = 'A migration is due: run `freehold migrate new -m "..."`, then `freehold migrate up`.'
_DRIFT = "is not up to date"  # what the command says when the tables differ


@dataclass
class Follower:
    """Watches the contract, the overrides and the migrations in a thread of its own, until `stop`."""

    project: Project
    environment: Mapping[str, str]
    """That of the check of the database, with its URL."""
    update: Callable[[list[str]], None]
    """Called with the changed paths: it generates, and prints what follows."""
    output: Callable[[str], None]
    said: str
    """What was said of the database before."""
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start to watch."""
        threading.Thread(target=self._follow, daemon=True).start()

    def stop(self) -> None:
        """Stop to watch."""
        self._stopping.set()

    def _follow(self) -> None:
        versions = self.project.migrations / "versions"
        for names in watcher.changes(self.project, (versions,), self._stopping):
            if any(not (self.project.root / name).is_relative_to(versions) for name in names):
                self.update(names)
            if names:
                self._check_database()

    def _check_database(self) -> None:
        """Say what the database lacks, unless that was said before."""
        note = database_note(self.project.root, self.environment)
        if note and note != self.said and not self._stopping.is_set():
            self.output(f"\n{note}")
        self.said = note


def database_note(root: Path, environment: Mapping[str, str]) -> str:
    """Return what the database of a project lacks and what to run, or an empty text."""
    done = subprocess.run(  # noqa: S603 - our own command
        _CHECK, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return ""
    if "migrate up" in done.stderr:
        return _BEHIND
    if _DRIFT in done.stderr:
        return f"{MIGRATION_DUE}\n{done.stdout.strip()}"
    return f"{done.stdout}{done.stderr}".strip()
