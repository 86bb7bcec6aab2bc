"""Runs statements and transactions, and retries them once if they certainly had no effect.

A failure that may have had an effect is reported as such and never retried. A statement outside of a
transaction is retried here. A transaction is retried with its whole operation (`http/contract_route.py`),
unless the operation has written something before.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

import asyncpg
from fastapi import Depends
from starlette.requests import Request

from ..http.middleware.exchange import OF_REQUEST
from ..http.problems import Interrupted, Unavailable
from ..identity.token_verifier import Claims
from ..settings.service_settings import Settings
from .commit_hooks import CommitHook, CommitHooks, claims_of, operation_hooks
from .pool.connection_pool import ConnectionPool, PoolUsage, open_pool
from .pool.preparation import POOLER_ERRORS
from .pool.session_connection import Lease, SessionConnection
from .pool.time_limits import TimeLimit
from .signed_cursors import CursorSigner
from .statements import Statement

_log = logging.getLogger(__name__)

_ROLLED_BACK_ERRORS = (
    asyncpg.SerializationError,  # 40001
    asyncpg.DeadlockDetectedError,  # 40P01
    asyncpg.InvalidCachedStatementError,  # a migration changed the result type of a prepared statement
    asyncpg.ReadOnlySQLTransactionError,  # 25006: after a failover, this connection leads to the old primary
    *POOLER_ERRORS,
)
"""Errors after which PostgreSQL has rolled back, and a retry may succeed."""

_RETRY_DELAY = (0.01, 0.03)  # seconds, at random: two transactions do not collide again


class Database:
    """Runs statements, each on its own connection of the pool, or all of them in one transaction."""

    def __init__(
        self,
        pool: ConnectionPool,
        cursors: CursorSigner,
        max_object_bytes: int,
        hooks: CommitHooks,
        transaction: Lease | None = None,
        request: Request | None = None,
    ) -> None:
        self._pool = pool
        self._hooks = hooks
        self._transaction = transaction
        self._request = request
        self._waiting_hooks: list[CommitHook] = []
        """Functions that wait for the end of the transaction."""
        self._limit: TimeLimit | None = None
        """How long this request may wait; None if each operation has a limit of its own."""
        self._has_written = False
        """Whether something may be committed, so that a retry would do it twice."""
        self.cursors = cursors
        """Signs and verifies the cursors of pages."""
        self.max_object_bytes = max_object_bytes
        """The largest object that merge patches can build: as large as a request can be."""

    def for_request(self, request: Request | None) -> "Database":
        """The database for one request: it tracks how long this has waited, and whether it has written."""
        database = Database(self._pool, self.cursors, self.max_object_bytes, self._hooks, None, request)
        database._limit = TimeLimit(self._pool.limits.wait)
        return database

    @property
    def is_in_transaction(self) -> bool:
        """Whether the statements run in a transaction."""
        return self._transaction is not None

    @property
    def claims(self) -> Claims | None:
        """The verified claims of the token of the request, or None without one."""
        return claims_of(self._request)

    def after_commit(self, hook: CommitHook) -> None:
        """Run a function when the transaction is committed or, outside of one, when the operation succeeds.

        It never runs if the transaction is rolled back, or the operation raises. Outside of a transaction and
        of an operation of the contract, as in a job, it runs at once.
        """
        hooks_of_operation = operation_hooks(self._request)
        if self._transaction is not None:
            self._waiting_hooks.append(hook)
        elif hooks_of_operation is not None:
            hooks_of_operation.append(partial(self._start_hooks, [hook]))
        else:
            self._start_hooks([hook])

    def _start_hooks(self, hooks: Sequence[CommitHook]) -> None:
        """Run functions: what they wait for is committed."""
        self._hooks.start(hooks)

    def fetch_all(self, statement: Statement, values: Mapping[str, object]) -> Awaitable[list[Any]]:
        """All rows that the statement returns. Raises Busy if no connection becomes free."""
        return self._run(statement, values, all_rows=True)

    def fetch_one(self, statement: Statement, values: Mapping[str, object]) -> Awaitable[Any | None]:
        """The first row that the statement returns, or None. Raises Busy if no connection becomes free."""
        return self._run(statement, values, all_rows=False)

    def usage(self) -> PoolUsage:
        """The current usage of the pool."""
        return self._pool.usage()

    async def is_mixed(self) -> bool:
        """Whether a pooler before PostgreSQL mixes prepared statements. Raises what connecting raises."""
        return await self._pool.is_mixed()

    @asynccontextmanager
    async def transaction(self) -> "AsyncIterator[Database]":
        """Run the statements on the yielded database in one transaction; nested ones are savepoints."""
        if self._transaction is not None:
            nested = self._copy(self._transaction)
            async with self._transaction.transaction():
                yield nested
            self._waiting_hooks += nested._waiting_hooks
            return
        connection = await self._pool.acquire(self._limit)
        committing = False
        database = self._copy(connection)
        try:
            async with connection.transaction():
                yield database
                committing = True
            self._has_written = True
            self._start_hooks(database._waiting_hooks)
        except Exception as error:
            interrupted = await self._interruption(
                error, connection.session, may_have_run=committing, wrote_before=self._has_written
            )
            if interrupted is None:
                raise
            raise interrupted from error
        finally:
            await self._pool.release(connection)

    def _copy(self, connection: Lease) -> "Database":
        """The database in a transaction of a connection."""
        return Database(
            self._pool, self.cursors, self.max_object_bytes, self._hooks, connection, self._request
        )

    async def _run(self, statement: Statement, values: Mapping[str, object], *, all_rows: bool) -> Any:
        """Run a statement in the transaction, or as its own one."""
        pool, arguments = self._pool, statement.arguments(values)
        if self._transaction is not None:
            return await pool.execute(self._transaction.session, statement, arguments, all_rows=all_rows)
        is_retry = False
        while True:
            limit = self._limit or TimeLimit(pool.limits.wait)
            session = pool.take(limit) or await pool.wait_for_session(limit)
            if not statement.is_read_only:
                self._has_written = True
            try:
                rows = await pool.execute(session, statement, arguments, all_rows=all_rows)
            except BaseException as error:  # noqa: BLE001 - it is raised again, or the statement is retried
                await self._raise_unless_retryable(error, session, statement, is_retry=is_retry)
                is_retry = True
            else:
                pool.give_back(session)
                return rows

    async def _raise_unless_retryable(
        self, error: BaseException, session: SessionConnection, statement: Statement, *, is_retry: bool
    ) -> None:
        """Return the connection on which a statement has failed, and raise unless it can be retried."""
        try:
            if not isinstance(error, Exception):
                raise error
            # asyncpg raises InterfaceError for a closed connection, before it sends anything
            may_have_run = not statement.is_read_only and not isinstance(error, asyncpg.InterfaceError)
            interrupted = await self._interruption(error, session, may_have_run=may_have_run)
            if interrupted is None:
                raise error
            if not interrupted.retryable:
                raise interrupted from error
            if is_retry:  # nobody retries it again
                raise Unavailable(interrupted.detail, interrupted.code) from error
        finally:
            self._pool.give_back(session)
            del error  # its traceback refers to this frame
        _log.info("database_retried")

    async def _interruption(
        self, error: Exception, session: SessionConnection, *, may_have_run: bool, wrote_before: bool = False
    ) -> Interrupted | None:
        """The problem to raise if the database interrupted the statement, or None for another error.

        `may_have_run`: the statement may have had an effect if the connection broke. `wrote_before`: the
        operation has written something before.
        """
        broken = session.is_closed()
        if not broken and not isinstance(error, _ROLLED_BACK_ERRORS):
            return None
        if broken or isinstance(error, asyncpg.ReadOnlySQLTransactionError):
            self._pool.evict(session)
        if isinstance(error, asyncpg.TransactionRollbackError):
            await asyncio.sleep(random.uniform(*_RETRY_DELAY))  # noqa: S311 - not a secret
        _log.warning("database_interrupted: %s", type(error).__name__)
        return Interrupted(
            retryable=not wrote_before and not (broken and may_have_run),
            is_read_only=isinstance(error, asyncpg.ReadOnlySQLTransactionError),
        )


@asynccontextmanager
async def open_database(
    settings: Settings, make_pool: Callable[..., ConnectionPool] = ConnectionPool
) -> AsyncIterator[Database]:
    """The database, with a pool that opens connections on demand and closes them at the end."""
    hooks = CommitHooks()
    async with open_pool(settings, make_pool) as pool:
        try:
            yield Database(pool, CursorSigner(settings.cursor_secrets()), settings.max_body_bytes, hooks)
        finally:
            await hooks.finish()


def database(request: Request) -> Database:
    """The dependency of routes on the database, the same one for the whole request."""
    state: dict[str, Any] = request.scope["state"]
    database_of_request = state.get(OF_REQUEST)
    if database_of_request is None:
        database_of_request = state["database"].for_request(request)
        state[OF_REQUEST] = database_of_request
    assert isinstance(database_of_request, Database)  # noqa: S101 - narrows the type for mypy
    return database_of_request


RequestDatabase = Annotated[Database, Depends(database)]
"""The database, as a dependency of a route."""
