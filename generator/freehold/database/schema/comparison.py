"""Compares a database with the tables of a project, over the connection that env.py opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Table
from sqlalchemy.schema import sort_tables_and_constraints

from freehold.database.schema import catalog, expected

_NOT_REFLECTED = False


@dataclass(frozen=True)
class Comparison:
    """The tables of a database, and those of the project in the same words."""

    tables: dict[str, Table]
    """The tables of the project by name, in the order in which they can be created."""
    existing: dict[str, catalog.Table]
    expected: dict[str, catalog.Table]


def compare(context: MigrationContext) -> Comparison:
    """Describe the database of a migration context, and the tables of its metadata."""
    connection = context.connection
    if connection is None:
        raise CommandError("The tables can only be compared with a database.")
    declared = context.opts["target_metadata"].tables.values()
    tables = [table for table in _in_order_of_creation(declared) if _is_included(context, table)]
    existing = expected.existing_tables(connection, tables)
    return Comparison(
        {table.name: table for table in tables}, existing, expected.expected_tables(connection, tables)
    )


def require_current(scripts: ScriptDirectory, revision: Any) -> None:
    """Raise CommandError when the database lacks a revision."""
    if set(scripts.get_revisions(revision)) != set(scripts.get_revisions("heads")):
        raise CommandError("Target database is not up to date.")


def _in_order_of_creation(tables: Iterable[Table]) -> list[Table]:
    """Sort tables behind those that they reference, except where references are circular."""
    ordered: list[Any] = list(sort_tables_and_constraints(tables))  # type: ignore[no-untyped-call]  # not annotated
    return [table for table, _ in ordered if table is not None]


def _is_included(context: MigrationContext, table: Table) -> bool:
    include = context.opts.get("include_object")
    return include is None or bool(include(table, table.name, "table", _NOT_REFLECTED, None))
