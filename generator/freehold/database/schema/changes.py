"""The changes of a revision, in the order in which PostgreSQL can make and revert them."""

from dataclasses import dataclass, field
from enum import IntEnum

from alembic.operations import ops


class Phase(IntEnum):
    """The order of the operations of a revision. Reverting it goes backwards."""

    RENAME = 0
    DROP_REFERENCE = 1
    DROP_CONSTRAINT = 2
    ADD_COLUMN = 3
    ALTER_COLUMN = 4
    ADD_CONSTRAINT = 5
    CREATE_TABLE = 6
    ADD_REFERENCE = 7
    DROP_COLUMN = 8
    DROP_TABLE = 9


@dataclass(frozen=True)
class Change:
    """A change of the schema, and the operations that make and revert it."""

    phase: Phase
    up: tuple[ops.MigrateOperation, ...]
    down: tuple[ops.MigrateOperation, ...]


@dataclass
class Proposal:
    """The changes of a revision, and what its author must know or decide."""

    changes: list[Change] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """What happens to rows, or stops the revision where rows are."""
    questions: list[str] = field(default_factory=list)
    """What nobody but a person can decide. With questions, no revision is written."""

    def up(self) -> list[ops.MigrateOperation]:
        """Return the operations of the upgrade."""
        return [operation for change in self._ordered() for operation in change.up]

    def down(self) -> list[ops.MigrateOperation]:
        """Return the operations of the downgrade."""
        return [operation for change in reversed(self._ordered()) for operation in change.down]

    def _ordered(self) -> list[Change]:
        return sorted(self.changes, key=lambda change: change.phase)
