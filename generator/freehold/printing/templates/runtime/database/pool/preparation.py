"""How statements are prepared: each connection holds its own, under names that no other process uses.

A name has a random part. Behind a pooler that lends one server connection to several processes, and does not
know of prepared statements, a name is then unknown (26000) and never that of another statement.
"""

import logging
import secrets
from itertools import count
from typing import Final

import asyncpg

_log = logging.getLogger(__name__)

POOLER_ERRORS: Final = (
    asyncpg.InvalidSQLStatementNameError,  # 26000: prepared on another server connection
    asyncpg.DuplicatePreparedStatementError,  # 42P05: somebody else had this server connection before
)
"""What PostgreSQL says if a pooler mixes the prepared statements of its clients. Nothing was executed."""


class Preparation:
    """How the connections of one process prepare their statements."""

    def __init__(self, *, enabled: bool = True) -> None:
        self.enabled = enabled
        """Whether statements are prepared (DATABASE_PREPARED), and no pooler mixes them."""
        self.is_mixed = False
        """Whether a pooler was found that mixes prepared statements."""
        self.epoch = 0
        """Grows when prepared statements have become useless, as after a migration.

        Each is prepared again when it is next used.
        """
        self._process = secrets.token_hex(4)
        self._numbers = count(1)

    def new_name(self) -> str:
        """A name for a prepared statement that was never used before."""
        return f"freehold_{self._process}_{next(self._numbers):x}"

    def text(self, sql: str) -> str:
        """The text to prepare. A pooler that follows prepared statements keeps one for each text."""
        return f"{sql} /* {self._process} {self.epoch} */" if self.epoch else sql

    def renew(self, epoch: int) -> None:
        """Have all statements of an epoch prepared again: the database schema has changed."""
        if epoch == self.epoch:
            self.epoch += 1

    def stop(self) -> None:
        """Prepare no more statements: a pooler mixes them. The service is not ready then."""
        if self.enabled and not self.is_mixed:
            self.is_mixed, self.enabled = True, False
            self.epoch += 1
            _log.error(
                "pooler_mixes_statements: set DATABASE_PREPARED=false, or have the pooler follow prepared"
                " statements (PgBouncer 1.21 or newer: max_prepared_statements = 200)"
            )
