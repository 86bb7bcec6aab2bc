"""The changes of a revision, in the order in which PostgreSQL can make and revert them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import IntEnum

from alembic.operations import ops

from freehold.database.schema.locks import AutocommitBlock, Lock


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
    lock: Lock | None = None
    """What waits for the change on a table with rows, if anything does."""


@dataclass
class Proposal:
    """The changes of a revision, and what its author must know or decide."""

    changes: list[Change] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    """What happens to rows, or stops the revision where rows are."""
    questions: list[str] = field(default_factory=list)
    """What nobody but a person can decide. With questions, no revision is written."""

    def up(self, *, online: bool = False) -> list[ops.MigrateOperation]:
        """Return the operations of the upgrade; with `online`, those that block nobody for long."""
        operations: list[ops.MigrateOperation] = []
        later: list[ops.MigrateOperation] = []
        for change in self._ordered():
            has_steps = online and change.lock is not None and change.lock.later
            operations += change.lock.now if has_steps and change.lock else change.up
            later += change.lock.later if has_steps and change.lock else ()
        return [*operations, AutocommitBlock(later)] if later else operations

    def lock_warnings(self, tables: Collection[str], *, online: bool) -> list[str]:
        """Return the warnings about locks on some tables, which --online has not replaced by steps."""
        locks = [change.lock for change in self._ordered() if change.lock and change.lock.table in tables]
        return [lock.describe() for lock in locks if not (online and lock.later)]

    def down(self) -> list[ops.MigrateOperation]:
        """Return the operations of the downgrade."""
        return [operation for change in reversed(self._ordered()) for operation in change.down]

    def _ordered(self) -> list[Change]:
        return sorted(self.changes, key=lambda change: change.phase)
