"""Connections that know whether something may have changed their session.

The statements of repositories change no session: no settings, no advisory locks, no temporary tables, no
LISTEN. So a connection that ran only these is reused as it is, without a reset query between two requests. A
connection that anything else ran on could carry it to the next request; the pool closes it.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from typing_extensions import override

from .statements import Statement

_TRANSACTION_COMMAND = re.compile(
    r"(BEGIN( ISOLATION LEVEL [A-Z ]+)?|COMMIT|ROLLBACK|(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO) \w+);?"
)
"""What asyncpg sends for `Connection.transaction()`, and when a connection returns in a transaction."""


class SessionConnection(asyncpg.Connection):
    """A connection of the pool."""

    has_session_state = False
    """Whether it may carry something to the next request."""

    def run(self, statement: Statement, arguments: list[object], *, all_rows: bool) -> Awaitable[Any]:
        """Run a statement of a repository and return all of its rows, or the first one."""
        fetch = super().fetch if all_rows else super().fetchrow
        return fetch(statement.sql, *arguments)

    @override
    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        """Execute SQL: a command of a transaction, or anything else, which may change the session."""
        if not _TRANSACTION_COMMAND.fullmatch(query):
            self.has_session_state = True
        return await super().execute(query, *args, timeout=timeout)


def _changing_session(name: str) -> Callable[..., Any]:
    method = getattr(asyncpg.Connection, name)

    def call(self: SessionConnection, *args: Any, **kwargs: Any) -> Any:
        self.has_session_state = True
        return method(self, *args, **kwargs)

    call.__doc__ = method.__doc__
    return call


for _name in (
    "fetch", "fetchmany", "fetchrow", "fetchval", "executemany", "prepare", "cursor", "add_listener",
    "copy_from_query", "copy_from_table", "copy_records_to_table", "copy_to_table",
):  # fmt: skip
    setattr(SessionConnection, _name, _changing_session(_name))
