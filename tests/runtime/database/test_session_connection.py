"""A pooled connection carries nothing from one request to the next."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from generated.runtime.database.commit_hooks import CommitHooks
from generated.runtime.database.execution import Database as Statements
from generated.runtime.database.pool.connection_pool import ConnectionPool, open_pool
from generated.runtime.database.pool.session_connection import Lease
from generated.runtime.database.signed_cursors import CursorSigner
from generated.runtime.http.problems import NotFound
from generated.runtime.settings.service_settings import Settings
from overrides.tasks import TaskRepository
from tests.support.service import Database

Use = Callable[[Lease], Awaitable[Any]]
SESSION = """
    SELECT pg_backend_pid() AS pid,
           array(SELECT name || '=' || setting FROM pg_settings ORDER BY 1) AS settings,
           (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks,
           (SELECT count(*) FROM pg_class WHERE relpersistence = 't') AS tables,
           array(SELECT pg_listening_channels()) AS channels, (SELECT count(*) FROM pg_cursors) AS cursors,
           (SELECT count(*) FROM pg_prepared_statements WHERE from_sql) AS prepared
"""


async def at_once(method: Callable[..., Any], *arguments: object) -> None:
    """Call a method that waits for nothing."""
    method(*arguments)


def ignore(*_: object) -> None:
    """Listen to nothing."""


CHANGES: dict[str, Use] = {
    "a setting": lambda c: c.execute("SELECT set_config('app.note', 'of alice', false)"),
    "a setting of PostgreSQL": lambda c: c.execute("SET application_name = 'of alice'"),
    "a setting by a query": lambda c: c.fetchval("SELECT set_config('app.note', $1, false)", "of alice"),
    "an advisory lock": lambda c: c.fetchrow("SELECT pg_advisory_lock(7)"),
    "a temporary table": lambda c: c.execute("CREATE TEMPORARY TABLE notes (text text)"),
    "LISTEN": lambda c: c.add_listener("news", lambda *_: None),
    "a prepared statement": lambda c: c.execute("PREPARE kept AS SELECT 1"),
    "a cursor": lambda c: c.execute("DECLARE kept CURSOR WITH HOLD FOR SELECT 1"),
    "a role": lambda c: c.execute("SET ROLE pg_monitor"),
    "two statements at once": lambda c: c.execute("BEGIN; COMMIT; SET application_name = 'of alice'"),
    "a listener to what PostgreSQL logs": lambda c: at_once(c.add_log_listener, ignore),
    "a logger of queries": lambda c: at_once(c.add_query_logger, ignore),
    "a listener to the end of the connection": lambda c: at_once(c.add_termination_listener, ignore),
    "a codec": lambda c: c.set_type_codec("json", encoder=str, decoder=str, schema="pg_catalog"),
    "a codec that is built in": lambda c: c.set_builtin_type_codec(
        "json", codec_name="text", schema="pg_catalog"
    ),
    "no codec": lambda c: c.reset_type_codec("jsonb", schema="pg_catalog"),
    "types that are read again": lambda c: c.reload_schema_state(),
    "a statement that was prepared": lambda c: c.prepare("SELECT set_config('app.note', 'of alice', false)"),
}


def run(url: str, body: Callable[[ConnectionPool], Awaitable[Any]], **more: object) -> Any:
    """The result of `body` with a pool of one connection, or of what the settings `more` say."""

    async def opened() -> Any:
        values: dict[str, object] = {
            "database_url": url,
            "better_auth_secret": secrets.token_urlsafe(64),
            "database_pool_size": 1,
        }
        settings = Settings.model_validate(values | more)
        async with open_pool(settings, ConnectionPool) as pool:
            return await body(pool)

    return asyncio.run(opened())


async def session(pool: ConnectionPool) -> dict[str, Any]:
    """What the next request finds on the connection. Looking at it does not count as a change."""
    connection = await pool.acquire()
    (record,) = await asyncpg.Connection.fetch(connection.session, SESSION)
    await pool.release(connection)
    return dict(record)


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_a_session_ends_with_it(database: Database, change: str) -> None:
    async def body(pool: ConnectionPool) -> tuple[dict[str, Any], dict[str, Any]]:
        before = await session(pool)
        connection = await pool.acquire()
        await CHANGES[change](connection)
        await pool.release(connection)
        return before, await session(pool)

    before, after = run(database.url, body)

    assert after.pop("pid") != before.pop("pid")
    assert after == before


def test_statements_of_repositories_share_a_session_and_leave_it_as_it_is(database: Database) -> None:
    async def body(pool: ConnectionPool) -> tuple[dict[str, Any], dict[str, Any]]:
        before = await session(pool)
        tasks = TaskRepository("alice", Statements(pool, CursorSigner(["s" * 64]), 1024, CommitHooks()))
        async with tasks.transaction() as outer, outer.transaction() as inner:
            await inner._fetch(inner._create_task(), title="Water", description=None, completed=False)
        with pytest.raises(NotFound):
            await tasks.get_task(uuid4())
        await tasks.list_tasks(page=1, per_page=10, completed=None, sort="title")
        left_open = await pool.acquire()
        await left_open.transaction().start()  # as when a request ends in the middle: the pool rolls it back
        await pool.release(left_open)
        return before, await session(pool)

    before, after = run(database.url, body)

    assert after == before
