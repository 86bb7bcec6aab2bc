"""Executes prepared statements by the protocol of asyncpg, without the layers of its public methods.

`PreparedStatement.fetch()` is nine calls of Python around the one that does the work, and three of them are
coroutines, each of which is resumed: more code than everything else that a statement needs. So this module is
the only one that calls what asyncpg does not document. Where a part of it is missing, the public methods are
used; `tests/runtime/database/test_direct_execution.py` fails if a new version of asyncpg has changed it.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Literal, Protocol

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

PORTAL: Final = ""
WITH_STATUS: Final[Literal[False]] = False
"""Whether the status of the command is returned besides the rows."""


class Execute(Protocol):
    """Executes a statement that is prepared on one connection: `bind_execute()` of asyncpg's protocol."""

    def __call__(
        self,
        prepared: Any,
        arguments: Sequence[object],
        portal: str,
        limit: int,
        with_status: Literal[False],
        seconds: float | None,
        /,
    ) -> Awaitable[list[Any]]:
        """At most `limit` rows, or all of them if it is 0.

        Raises InterfaceError before anything is sent if the connection is closed or in use.
        """


def executor(protocol: object) -> Execute:
    """What executes statements on a connection, given what `executable()` returns for each."""
    if not hasattr(PreparedStatement, "_state"):
        return _execute_publicly
    execute: Execute = getattr(protocol, "bind_execute", _execute_publicly)
    return execute


def executable(prepared: "PreparedStatement[Any]", execute: Execute) -> Any:
    """A prepared statement as `execute` needs it. The statement has to be kept as long."""
    return prepared if execute is _execute_publicly else getattr(prepared, "_state")  # noqa: B009 - untyped


def openness(connection: "asyncpg.Connection[Any]", protocol: object) -> Callable[[], bool]:
    """What tells whether a connection can be used: `not connection.is_closed()`, in one call."""
    test: Callable[[], bool] = getattr(protocol, "is_connected", lambda: not connection.is_closed())
    return test


def transaction_test(connection: "asyncpg.Connection[Any]", protocol: object) -> Callable[[], bool]:
    """What tells whether PostgreSQL has an open transaction, in one call."""
    test: Callable[[], bool] = getattr(protocol, "is_in_transaction", connection.is_in_transaction)
    return test


async def _execute_publicly(
    prepared: Any,
    arguments: Sequence[object],
    _portal: str,
    limit: int,
    _with_status: Literal[False],
    seconds: float | None,
    /,
) -> list[Any]:
    if not limit:
        rows: list[Any] = await prepared.fetch(*arguments, timeout=seconds)
        return rows
    row = await prepared.fetchrow(*arguments, timeout=seconds)
    return [] if row is None else [row]
