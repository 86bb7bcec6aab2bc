"""Connections that hold prepared statements, and know whether something may have changed their session.

The statements of repositories change no session: no settings, no advisory locks, no temporary tables, no
LISTEN. So a connection that ran only these is reused as it is, without a reset query between two requests. A
connection that anything else ran on could carry it to the next request; the pool closes it.
"""

import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement
from asyncpg.transaction import Transaction
from typing_extensions import override

from ..statements import Statement
from . import text_ids, timestamps
from .direct_execution import PORTAL, WITH_STATUS, executable, executor, openness, transaction_test
from .preparation import POOLER_ERRORS, Preparation
from .time_limits import TimeLimit, Wait

_ROLLBACK_TIMEOUT: Final = 2.0  # seconds
_MAX_PREPARED: Final = 200  # the least recently used one is closed
_TRANSACTION_COMMAND = re.compile(
    r"(BEGIN( ISOLATION LEVEL [A-Z ]+)?|COMMIT|ROLLBACK|(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO) \w+);?"
)
"""What asyncpg sends for `Connection.transaction()`, and when a connection returns in a transaction."""
_NOT_EXECUTED = (asyncpg.InvalidCachedStatementError, *POOLER_ERRORS)
"""What PostgreSQL says of a prepared statement that it does not execute."""
_UNREADABLE = (ValueError, asyncpg.ProtocolError)
"""What is raised for a value that cannot be read; the second one is for one in an array."""
_USELESS = (*_NOT_EXECUTED, asyncpg.OutdatedSchemaCacheError, *_UNREADABLE)
"""What is raised for a prepared statement that has to be prepared again, or a value that cannot be read."""


class SessionConnection(asyncpg.Connection):
    """A connection of the pool."""

    has_session_state = False
    """Whether it may carry something to the next request."""
    preparation: Preparation
    """How its statements are prepared; set when it is opened."""
    needs_check = False
    """Whether the pool looks at it when it is returned: not only single statements ran on it."""
    opened_at = 0.0
    """When it was opened, by `time.monotonic()`."""
    idle_since = 0.0
    """When it was last returned to the pool, by `time.monotonic()`."""
    _top_xact: Transaction | None
    """The outermost transaction; asyncpg sets it before it sends BEGIN."""

    @override
    def __init__(self, protocol: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(protocol, *args, **kwargs)
        self.wait = Wait()
        self._execute_prepared = executor(protocol)
        self._prepared_statements: OrderedDict[str, tuple[Any, PreparedStatement[Any]]] = OrderedDict()
        self._prepared_epoch = 0
        self._has_text_timestamps = False
        self._reads_finite_timestamps = True
        """Whether statements that only read take timestamps for finite, until one is not."""
        self.is_connected = openness(self, protocol)
        """Whether it can be used."""
        self.has_open_transaction = transaction_test(self, protocol)
        """Whether PostgreSQL has an open transaction."""

    async def choose_codecs(self) -> None:
        """Read timestamps in the fastest way that means the same, after the connection is opened."""
        if self.preparation.enabled and timestamps.has_utc_texts(self):
            self._has_text_timestamps = True
            await timestamps.read_as_text(self)

    async def run(self, statement: Statement, arguments: Sequence[object], *, all_rows: bool) -> Any:
        """Run a statement of a repository and return all of its rows, or the first one.

        A statement that a migration or a pooler has made useless is prepared again, or run without. Raises
        TimeoutError after the limit of the request.
        """
        key, limit, epoch = statement.key, 0 if all_rows else 1, self.preparation.epoch
        with self.wait:
            try:
                found = self._prepared_statements.get(key) if self._prepared_epoch == epoch else None
                if found is None:
                    rows = await self._prepare_and_run(statement, arguments, limit)
                else:
                    self._prepared_statements.move_to_end(key)
                    rows = await self._execute_prepared(found[0], arguments, PORTAL, limit, WITH_STATUS, None)
            except _USELESS as error:
                await self._renew(statement, epoch, error)
                rows = await self._prepare_and_run(statement, arguments, limit)
        return rows if all_rows else rows[0] if rows else None

    @override
    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        """Execute SQL: a command of a transaction, or anything else, which may change the session."""
        self.needs_check = True
        if not _TRANSACTION_COMMAND.fullmatch(query):
            self.has_session_state = True
        with self.wait:
            return await super().execute(query, *args, timeout=timeout)

    @override
    def is_in_transaction(self) -> bool:
        """Whether a transaction is open, or asyncpg takes it for open because its BEGIN has failed."""
        return self._top_xact is not None or super().is_in_transaction()

    @override
    def get_reset_query(self) -> str:
        """Nothing: a connection whose session may have changed is closed."""
        return ""

    async def recover(self) -> None:
        """Make it ready for another request: wait for a canceled statement, and roll back what is open."""
        if self.wait.was_canceled:
            await super().execute("ROLLBACK")  # after the answer to what was canceled
        self.wait.was_canceled = self.wait.was_silent = False
        self.wait.limit = TimeLimit(_ROLLBACK_TIMEOUT)
        await self.reset()
        self.needs_check = False

    async def _prepare_and_run(
        self, statement: Statement, arguments: Sequence[object], limit: int
    ) -> list[Any]:
        """Run a statement that is not prepared yet, or cannot be."""
        preparation, sql = self.preparation, statement.sql
        if not preparation.enabled:
            await self._read_timestamps_as_binary()
            if not limit:
                return await super().fetch(sql, *arguments)
            row = await super().fetchrow(sql, *arguments)
            return [] if row is None else [row]
        if self._prepared_epoch != preparation.epoch:
            self._prepared_statements.clear()
            self._prepared_epoch = preparation.epoch
        async with self._codecs_for(statement):
            prepared = await self._prepare_with_text_ids(sql) if statement.has_text_ids else None
            prepared = prepared or await self._prepare_statement(sql)
            found = executable(prepared, self._execute_prepared)
            self._prepared_statements[statement.key] = found, prepared
            if len(self._prepared_statements) > _MAX_PREPARED:
                # closed on the server with the next one that is prepared
                self._prepared_statements.popitem(last=False)
            return await self._execute_prepared(found, arguments, PORTAL, limit, WITH_STATUS, None)

    @asynccontextmanager
    async def _codecs_for(self, statement: Statement) -> AsyncIterator[None]:
        """What a statement is prepared and first executed with: asyncpg keeps its codecs from then on."""
        are_finite = self._has_text_timestamps and self._reads_finite_timestamps and statement.is_read_only
        if are_finite:
            await timestamps.read_as_text(self, finite=True)
        if statement.has_text_ids:
            await text_ids.read_as_text(self)
        try:
            yield
        finally:
            if statement.has_text_ids:
                await text_ids.read_as_uuid(self)
            if are_finite and self._has_text_timestamps:
                await timestamps.read_as_text(self)

    async def _prepare_with_text_ids(self, sql: str) -> "PreparedStatement[Any] | None":
        """Prepare a statement whose UUIDs are read as text; None, as UUIDs, where they cannot be."""
        preparation = self.preparation
        with suppress(asyncpg.UnsupportedClientFeatureError):
            prepared = await super().prepare(preparation.text(sql), name=preparation.new_name())
            if text_ids.suits(prepared):
                return prepared
        await text_ids.read_as_uuid(self)
        return None

    async def _prepare_statement(self, sql: str) -> "PreparedStatement[Any]":
        """Prepare a statement; ranges and rows of timestamps can only be read in binary."""
        preparation = self.preparation
        text = preparation.text(sql)
        if self._has_text_timestamps:
            try:
                prepared = await super().prepare(text, name=preparation.new_name())
            except asyncpg.UnsupportedClientFeatureError:
                await self._read_timestamps_as_binary()
            else:
                if not timestamps.may_contain_records(prepared.get_attributes()):
                    return prepared
                await self._read_timestamps_as_binary()
        return await super().prepare(text, name=preparation.new_name())

    async def _read_timestamps_as_binary(self) -> None:
        if self._has_text_timestamps:
            self._has_text_timestamps = False
            await timestamps.read_as_binary(self)

    async def _renew(self, statement: Statement, epoch: int, error: Exception) -> None:
        """Have a statement prepared again. Raises the error unless it can be run again."""
        if isinstance(error, POOLER_ERRORS):
            self.preparation.stop()
        elif isinstance(error, _NOT_EXECUTED):
            self.preparation.renew(epoch)
        elif self._may_be_infinite(statement, error):
            self._reads_finite_timestamps = False
            self._prepared_statements.clear()
            return
        else:
            await self._forget(statement.key, error)
            raise error
        if self.is_in_transaction():
            raise error

    def _may_be_infinite(self, statement: Statement, error: Exception) -> bool:
        """Whether a statement that only reads has perhaps failed because a timestamp is not finite."""
        is_unreadable = isinstance(error, _UNREADABLE) and not isinstance(error, asyncpg.InterfaceError)
        could_read = self._has_text_timestamps and self._reads_finite_timestamps
        return is_unreadable and could_read and statement.is_read_only

    async def _forget(self, key: str, error: Exception) -> None:
        """Have a statement whose rows cannot be read be prepared again when it is next used."""
        if isinstance(error, asyncpg.InterfaceError):
            return  # an argument is wrong
        self._prepared_statements.pop(key, None)
        await self._read_timestamps_as_binary()
        if isinstance(error, asyncpg.OutdatedSchemaCacheError):
            await super().reload_schema_state()


def _changing_session(name: str) -> Callable[..., Any]:
    method = getattr(asyncpg.Connection, name)

    def call(self: SessionConnection, *args: Any, **kwargs: Any) -> Any:
        self.has_session_state = self.needs_check = True
        return method(self, *args, **kwargs)

    call.__doc__ = method.__doc__
    return call


for _name in (
    "fetch", "fetchmany", "fetchrow", "fetchval", "executemany", "prepare", "cursor", "add_listener",
    "copy_from_query", "copy_from_table", "copy_records_to_table", "copy_to_table", "add_log_listener",
    "add_query_logger", "add_termination_listener", "set_type_codec", "set_builtin_type_codec",
    "reset_type_codec", "reload_schema_state",
):  # fmt: skip
    setattr(SessionConnection, _name, _changing_session(_name))


class Lease:
    """A connection for as long as a request has it; afterwards every use raises InterfaceError."""

    __slots__ = ("_session",)

    def __init__(self, session: SessionConnection) -> None:
        self._session: SessionConnection | None = session

    @property
    def session(self) -> SessionConnection:
        """The connection. Raises InterfaceError after it was returned."""
        if self._session is None:
            raise asyncpg.InterfaceError("the connection was returned to the pool")
        return self._session

    def is_closed(self) -> bool:
        """Whether the connection is closed, or was returned."""
        return self._session is None or self._session.is_closed()

    def transaction(self) -> Transaction:
        """A transaction, or a savepoint in one: a context manager."""
        return self.session.transaction()

    def end(self) -> SessionConnection | None:
        """Take the connection back; None if it was taken before."""
        session, self._session = self._session, None
        return session

    def __getattr__(self, name: str) -> Any:
        """Whatever else the connection has."""
        return getattr(self.session, name)
