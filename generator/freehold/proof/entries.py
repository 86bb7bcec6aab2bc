"""The report of a proof: an entry for each statement, and for each line of code that no proof covers."""

from dataclasses import dataclass
from typing import Literal

from freehold.ground.problems import Problem

Verdict = Literal["proven", "shared", "readable", "existence", "reaches", "unproven"]


@dataclass(frozen=True)
class Entry:
    """A statement with its verdict, or a line of hand-written code that is not proven."""

    file: str
    """Relative to the current folder."""
    line: int
    name: str
    """The method that builds the statement; for other code, what it is."""
    verdict: Verdict
    """- `proven`: each row that it reaches is of the owner
    - `shared`: its rows have no owner
    - `readable`: it reads rows that others than their owners may read, as `read` of the contract says
    - `existence`: it tells whether another owner has a row, which is what `foreign: forbidden` means
    - `reaches`: it could reach a row of another owner
    - `unproven`: it cannot be judged
    """
    reasons: tuple[str, ...] = ()
    """Why it is not proven."""
    fix: str = ""
    repository: str = ""
    operations: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    """Where the proof is: `WHERE tasks.owner_id = $1`."""
    is_statement: bool = False
    """Whether it is a statement of a repository; otherwise it is a line of hand-written code."""
    is_public: bool = False
    """Whether an operation runs it that needs no token (`x-public`)."""
    shapes: int = 0
    """In how many shapes the statement was judged."""


@dataclass(frozen=True)
class Report:
    """The result of a proof."""

    entries: tuple[Entry, ...]
    undeclared: tuple[Problem, ...] = ()
    """The statuses that overrides raise and the contract does not declare. Isolation does not need them."""

    @property
    def statements(self) -> tuple[Entry, ...]:
        """The statements of the repositories."""
        return tuple(entry for entry in self.entries if entry.is_statement)

    @property
    def unproven(self) -> tuple[Entry, ...]:
        """The entries that could reach a row of another owner, or that cannot be judged."""
        return tuple(entry for entry in self.entries if entry.verdict in {"reaches", "unproven"})

    @property
    def is_proven(self) -> bool:
        """Whether nothing could reach a row of another owner, and nothing is left to be judged."""
        return not self.unproven
