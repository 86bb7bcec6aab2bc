"""What a run tries, and for how long."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PHASES = ("examples", "coverage", "fuzzing", "stateful")
"""The phases of Schemathesis."""
_SEEDS = 2**32


def new_seed() -> int:
    """Return a seed for a run, as short as one can type."""
    return secrets.randbelow(_SEEDS)


@dataclass(frozen=True)
class Options:
    """How to fuzz."""

    seed: int
    seconds: float | None = None
    """How long the whole run takes at most. Without it, each part runs once."""
    max_examples: int | None = None
    """The test cases for each operation and phase; by default, what Schemathesis or the project says."""
    max_nasty: int | None = None
    """How many requests with nasty values are sent at most; 0 leaves them out."""
    phases: Sequence[str] = PHASES
    checks: str = "all"
    """The checks of Schemathesis, separated by commas."""
    deterministic: bool = False
    """Whether Schemathesis tries the same in each run, whatever the seed."""
    project: Path | None = None
    """The folder of the project, with its configuration of Schemathesis."""
    har: Path | None = None
    """Where the requests and responses of Schemathesis are written, without tokens."""
