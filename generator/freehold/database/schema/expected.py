"""Describes the tables of the service as PostgreSQL does: creates them as temporary ones, and rolls back."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.sql.ddl import CheckFirst

from freehold.database.schema import catalog
from freehold.database.schema.sql import quote

_TEMPORARY: Any = None  # the schema of a temporary table is never named


def existing_tables(connection: Connection, tables: Iterable[Table]) -> dict[str, catalog.Table]:
    """Read the tables of the database that have the names of the given ones."""
    return catalog.read_tables(connection, {table.name: relation_name(table) for table in tables})


def expected_tables(connection: Connection, tables: Iterable[Table]) -> dict[str, catalog.Table]:
    """Describe the given tables in the words of PostgreSQL."""
    tables = list(tables)
    with connection.begin_nested() as savepoint:
        _temporary_copies(tables).create_all(connection, checkfirst=CheckFirst.TYPES | CheckFirst.SEQUENCES)
        described = catalog.read_tables(
            connection, {table.name: f"pg_temp.{quote(table.name)}" for table in tables}
        )
        savepoint.rollback()
    return described


def relation_name(table: Table) -> str:
    """Return the name of a table in SQL."""
    return f"{quote(table.schema)}.{quote(table.name)}" if table.schema else quote(table.name)


def _temporary_copies(tables: Iterable[Table]) -> MetaData:
    copies = MetaData()
    in_temporary_schema: Callable[..., Any] = lambda *_: _TEMPORARY  # noqa: E731 - a name says what it is
    for table in tables:
        copies.naming_convention = table.metadata.naming_convention
        copy = table.to_metadata(copies, schema=_TEMPORARY, referred_schema_fn=in_temporary_schema)
        copy._prefixes = ["TEMPORARY"]
    return copies
