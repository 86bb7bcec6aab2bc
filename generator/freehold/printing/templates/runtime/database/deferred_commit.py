"""Commits what a request has changed only after its answer was checked (CHECK_ANSWERS)."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from asyncpg.transaction import Transaction
from starlette.requests import Request
from typing_extensions import override

from .commit_hooks import CommitHook
from .execution import Database
from .pool.session_connection import Lease
from .pool.time_limits import TimeLimit
from .statements import Statement


class DeferredDatabase(Database):
    """The database of one request: one transaction, which `finish` commits or rolls back.

    Until then it behaves like a database without it. Each statement and each transaction is a savepoint, so
    that a failure undoes only itself, and what succeeded before it is committed.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database._pool, database.cursors, database.max_object_bytes, database._hooks)
        self._limit = TimeLimit(self._pool.limits.wait)
        self._database = database
        self._open: tuple[Lease, Transaction] | None = None
        self._turn = _Turn()
        self._finished = False

    @override
    def for_request(self, request: Request | None) -> "DeferredDatabase":
        """The same database: it already is that of one request."""
        self._request = request
        return self

    @override
    def _start_hooks(self, hooks: Sequence[CommitHook]) -> None:
        if self._finished:
            super()._start_hooks(hooks)
        else:
            self._waiting_hooks += hooks

    @override
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Database]:
        """Run the statements on the yielded database in one savepoint."""
        if self._finished:  # a background task, or the rest of a stream
            async with self._database.transaction() as database:
                yield database
            return
        async with self._turn.taken():
            connection = await self._begin()
            database = self._copy(connection)
            try:
                async with connection.transaction():
                    yield database
                self._start_hooks(database._waiting_hooks)
            except Exception as error:
                await self._raise_if_interrupted(error, connection, may_have_run=False)
                raise

    async def finish(self, *, commit: bool) -> None:
        """Commit or roll back. Raises Interrupted if the database ends the transaction."""
        self._finished = True
        if self._open is not None:
            await self._end(*self._open, commit=commit)
        hooks, self._waiting_hooks = self._waiting_hooks, []
        if commit:
            super()._start_hooks(hooks)

    async def _end(self, connection: Lease, transaction: Transaction, *, commit: bool) -> None:
        try:
            await (transaction.commit() if commit else transaction.rollback())
        except Exception as error:
            await self._raise_if_interrupted(error, connection, may_have_run=commit)
            raise
        finally:
            await self._close()

    @override
    async def _run(self, statement: Statement, values: Mapping[str, object], *, all_rows: bool) -> Any:
        async with self.transaction() as database:
            return await database._run(statement, values, all_rows=all_rows)

    async def _begin(self) -> Lease:
        if self._open is None:
            connection = await self._pool.acquire(self._limit)
            transaction = connection.transaction()
            self._open = connection, transaction
            try:
                await transaction.start()
            except Exception as error:
                await self._raise_if_interrupted(error, connection, may_have_run=False)
                await self._close()
                raise
        return self._open[0]

    async def _raise_if_interrupted(self, error: Exception, connection: Lease, *, may_have_run: bool) -> None:
        """Raise Interrupted if the database ended the transaction: the whole request starts again."""
        interrupted = await self._interruption(error, connection.session, may_have_run=may_have_run)
        if interrupted is not None:
            self._waiting_hooks.clear()
            await self._close()
            raise interrupted from error

    async def _close(self) -> None:
        """Return the connection. The pool rolls back a transaction that is still open."""
        if self._open is not None:
            connection, self._open = self._open[0], None
            await self._pool.release(connection)


class _Turn:
    """A lock that the task that holds it may take again: a connection runs one statement at a time."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        task = asyncio.current_task()
        if self._holder is task:
            yield
            return
        async with self._lock:
            self._holder = task
            try:
                yield
            finally:
                self._holder = None
