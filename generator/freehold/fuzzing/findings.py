"""What a run has found: the findings of each of its parts."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str], None]
"""Takes a line that says what is going on."""


@dataclass(frozen=True)
class Finding:
    """Something that breaks the contract or the isolation between users."""

    check: str
    """What was checked, such as `not_a_server_error`."""
    operation: str
    """The operationId, or the method and the path."""
    message: str
    commands: tuple[str, ...] = ()
    """Lines for a shell that send the requests again. Variables stand for the tokens."""


@dataclass(frozen=True)
class Part:
    """One part of a run."""

    name: str
    operations: tuple[str, ...]
    requests: int
    seconds: float
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    """What was left out, and why."""


class Interrupted(KeyboardInterrupt):
    """A part was interrupted, as by Ctrl-C."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.part = part
        """What it has found until then."""


@dataclass(frozen=True)
class Report:
    """All that a run has found."""

    seed: int
    parts: tuple[Part, ...]
    was_interrupted: bool = False

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all parts."""
        return tuple(finding for part in self.parts for finding in part.findings)
