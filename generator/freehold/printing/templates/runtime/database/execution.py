"""The statements that run on PostgreSQL, and what may be done again when one of them broke.

What is certain not to have happened is tried once more; what may have happened is told as such. A statement
outside of a transaction is tried again here. A transaction is tried again together with the operation that it
is part of (`binding`), unless the operation has changed something before it.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any, Self

import asyncpg
from fastapi import Depends
from starlette.requests import Request

from ..http.problems import Busy, Interrupted
from ..http.signed_cursors import Cursors
from ..settings.service_settings import Settings
from .connections import Connection, Connections, Use, connections, is_closed
from .statements import Statement

_log = logging.getLogger(__name__)

_ROLLED_BACK = (
    asyncpg.SerializationError,  # 40001
    asyncpg.DeadlockDetectedError,  # 40P01
    asyncpg.InvalidCachedStatementError,  # a migration changed what a prepared statement gives
    asyncpg.ReadOnlySQLTransactionError,  # 25006: a failover, and this connection leads to the old primary
)
"""After these PostgreSQL has done nothing, and the next time may go better."""

_STANDING_BACK = 0.01, 0.03  # seconds: who was in the way gets to finish, and two do not collide again
_SEEN = "database_of_request"


class Database:
    """Runs statements, each on a connection of the pool, or all of them in one transaction."""

    def __init__(self, pool: Connections, cursors: Cursors, transaction: "Connection | None" = None) -> None:
        self._pool = pool
        self._transaction = transaction
        self._wrote = False
        """Whether something may have been changed for good, so that doing it again would do it twice."""
        self.cursors = cursors
        """Signs where a page ends, and knows its signature again."""

    def for_request(self) -> Self:
        """The same database, as one request sees it."""
        return type(self)(self._pool, self.cursors)

    def rows(self, statement: Statement, values: Mapping[str, object]) -> Awaitable[list[Any]]:
        """All rows that the statement gives. Raises Busy when there is no connection for it."""
        return self._run(statement, values, every=True)

    def row(self, statement: Statement, values: Mapping[str, object]) -> Awaitable[Any | None]:
        """The first row that the statement gives, or None. Raises Busy when there is no connection for it."""
        return self._run(statement, values, every=False)

    def use(self) -> Use:
        """What the connections are at now."""
        return self._pool.use()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Self]:
        """Everything that runs on the database given here happens, or nothing of it does."""
        if self._transaction is not None:
            async with self._transaction.transaction():
                yield type(self)(self._pool, self.cursors, self._transaction)
            return
        connection = await self._pool.acquire()
        ending = False
        try:
            async with connection.transaction():
                yield type(self)(self._pool, self.cursors, connection)
                ending = True
            self._wrote = True
        except Exception as fault:
            interrupted = await self._interrupted(fault, connection, sent=ending, before=self._wrote)
            if interrupted is None:
                raise
            raise interrupted from fault
        finally:
            await self._pool.release(connection)

    async def _run(self, statement: Statement, values: Mapping[str, object], *, every: bool) -> Any:
        arguments = statement.arguments(values)
        if self._transaction is not None:
            return await self._pool.send(self._transaction, statement, arguments, every=every)
        for last in (False, True):
            try:
                return await self._run_alone(statement, arguments, every=every)
            except Interrupted as fault:
                if not fault.undone:
                    raise
                if not last:
                    _log.info("database_retried")
        raise Busy

    async def _run_alone(self, statement: Statement, arguments: list[object], *, every: bool) -> Any:
        """Run a statement that is a transaction of its own."""
        connection = await self._pool.acquire()
        self._wrote = self._wrote or not statement.reads
        try:
            return await self._pool.send(connection, statement, arguments, every=every)
        except TimeoutError:
            await self._pool.evict()  # PostgreSQL would have ended it before us: it does not hear us
            raise
        except Exception as fault:
            # asyncpg looks whether a connection is open before it sends, and says so in this way
            sent = not statement.reads and not isinstance(fault, asyncpg.InterfaceError)
            interrupted = await self._interrupted(fault, connection, sent=sent)
            if interrupted is None:
                raise
            raise interrupted from fault
        finally:
            await self._pool.release(connection)

    async def _interrupted(
        self, fault: Exception, connection: Connection, *, sent: bool, before: bool = False
    ) -> Interrupted | None:
        """What to raise for a fault, when it was the database that broke off.

        `sent`: what was sent may have been done, if the connection broke. `before`: the operation has changed
        something before.
        """
        broken = is_closed(connection)
        if not broken and not isinstance(fault, _ROLLED_BACK):
            return None
        if broken or isinstance(fault, asyncpg.ReadOnlySQLTransactionError):
            await self._pool.evict(connection)
        if isinstance(fault, asyncpg.TransactionRollbackError):
            await asyncio.sleep(random.uniform(*_STANDING_BACK))  # noqa: S311 - not a secret
        _log.warning("database_interrupted: %s", type(fault).__name__)
        return Interrupted(undone=not before and not (broken and sent))


@asynccontextmanager
async def open_database(
    settings: Settings, make: Callable[..., Connections] = Connections
) -> AsyncIterator[Database]:
    """The database, with connections that are opened when they are first needed and closed at the end."""
    async with connections(settings, make) as pool:
        yield Database(pool, Cursors(settings.cursor_secrets()))


def database(request: Request) -> Database:
    """The database of the service that answers this request, as this request sees it."""
    state: dict[str, Any] = request.scope["state"]
    found = state.get(_SEEN)
    if found is None:
        found = state[_SEEN] = state["database"].for_request()
    assert isinstance(found, Database)  # noqa: S101 - tells the type checker what the lifespan put there
    return found


RequestDatabase = Annotated[Database, Depends(database)]
"""The database, for whatever a request needs of it."""
