"""Configures Alembic: the database, and the tables of generated/ with what overrides/ adds to them.

`freehold migrate` runs it; so does `alembic -c migrations/alembic.ini`, with DATABASE_URL set.
"""

import asyncio
import os

import asyncpg
from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

from generated import wiring  # noqa: F401 - it imports every table
from generated.runtime.rows.table_row import Row


def include_table(_item: object, _name: str | None, kind: str, reflected: bool, table: object) -> bool:  # noqa: FBT001
    """Exclude tables that the service does not define: Better Auth may keep its own in the same database."""
    return not (kind == "table" and reflected and table is None)


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        compare_server_default=True,
        include_object=include_table,
        autogenerate_plugins=context.config.attributes.get("autogenerate_plugins"),
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    url = context.config.attributes.get("database_url") or os.environ["DATABASE_URL"]
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=pool.NullPool
    )
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(main())
