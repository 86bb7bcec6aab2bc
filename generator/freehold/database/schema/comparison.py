"""Compares a database with the tables of a project, over the connection that env.py opens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Table, exists, select
from sqlalchemy.schema import sort_tables_and_constraints

from freehold.database.schema import catalog
from freehold.database.schema.expected import existing_tables, expected_tables
from freehold.database.schema.renames import Rename
from freehold.database.schema.sql import quote

_NOT_REFLECTED = False


@dataclass(frozen=True)
class Comparison:
    """The tables of a database, and those of the project in the same words."""

    tables: dict[str, Table]
    """The tables of the project by name, in the order in which they can be created."""
    existing: dict[str, catalog.Table]
    """Those in the database, behind `renames`."""
    expected: dict[str, catalog.Table]
    leftovers: dict[str, catalog.Table]
    """Tables in the database that earlier revisions created, and that the project does not have."""
    renames: tuple[Rename, ...] = ()
    """The renames that the database lacks."""
    filled: frozenset[str] = frozenset()
    """The existing tables that have rows."""


def compare(
    context: MigrationContext, created: Iterable[str] = (), renames: Sequence[Rename] = ()
) -> Comparison:
    """Describe the database of a migration context, and the tables of its metadata.

    `created` are the tables that revisions created. Renames are made while the database is read, and undone.
    """
    connection = context.connection
    if connection is None:
        raise CommandError("The tables can only be compared with a database.")
    declared = context.opts["target_metadata"].tables.values()
    tables = {table.name: table for table in _in_order_of_creation(declared) if _is_included(context, table)}
    expected = expected_tables(connection, tables.values())
    with connection.begin_nested() as savepoint:
        made = tuple(rename for rename in renames if _make(connection, rename, tables, expected))
        existing = existing_tables(connection, tables.values())
        others = {name: quote(name) for name in created if name not in tables}
        leftovers = catalog.read_tables(connection, others)
        filled = frozenset(name for name in existing if _has_rows(connection, tables[name]))
        savepoint.rollback()
    return Comparison(tables, existing, expected, leftovers, made, filled)


def require_current(scripts: ScriptDirectory, revision: Any) -> None:
    """Raise CommandError when the database lacks a revision."""
    if set(scripts.get_revisions(revision)) != set(scripts.get_revisions("heads")):
        raise CommandError("Target database is not up to date.")


def _has_rows(connection: Connection, table: Table) -> bool:
    return bool(connection.scalar(select(exists().select_from(table))))


def _make(
    connection: Connection, rename: Rename, tables: dict[str, Table], expected: dict[str, catalog.Table]
) -> bool:
    """Rename a table or a column if the database has it under the former name only."""
    if rename.table is None:
        wanted = rename.new in tables and rename.old not in tables
        found = catalog.read_tables(connection, {name: quote(name) for name in (rename.old, rename.new)})
        if not wanted or set(found) != {rename.old}:
            return False
    else:
        read = catalog.read_tables(connection, {rename.table: quote(rename.table)})
        if rename.table not in expected or rename.table not in read:
            return False
        old, new = read[rename.table].columns, expected[rename.table].columns
        if rename.old not in old or rename.new in old or rename.old in new or rename.new not in new:
            return False
    connection.exec_driver_sql(" ".join(rename.statement().parts))
    return True


def _in_order_of_creation(tables: Iterable[Table]) -> list[Table]:
    """Sort tables behind those that they reference, except where references are circular."""
    ordered: list[Any] = list(sort_tables_and_constraints(tables))  # type: ignore[no-untyped-call]  # not annotated
    return [table for table, _ in ordered if table is not None]


def _is_included(context: MigrationContext, table: Table) -> bool:
    include = context.opts.get("include_object")
    return include is None or bool(include(table, table.name, "table", _NOT_REFLECTED, None))
