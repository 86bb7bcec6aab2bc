"""Finds CHECK constraints that differ between the tables and the database, which Alembic does not.

PostgreSQL itself says what a constraint means: the table is made once more as a temporary one, and the two
definitions are compared as the catalogue prints them (pg_get_constraintdef).
"""

from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import PriorityDispatchResult
from sqlalchemy import CheckConstraint, Connection, MetaData, Table, text
from sqlalchemy.schema import CreateTable, conv

PLUGIN = "freehold.checks"

_DEFINITIONS = text(
    "SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint"
    " WHERE contype = 'c' AND conrelid = CAST(:relation AS regclass) ORDER BY conname"
)


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic."""
    plugin.add_autogenerate_comparator(_compare, "table", qualifier="postgresql")


def _compare(
    context: AutogenContext,
    changes: ops.ModifyTableOps,
    schema: str | None,
    _name: str,
    existing: Table | None,
    wanted: Table | None,
) -> PriorityDispatchResult:
    if existing is not None and wanted is not None and context.connection is not None:
        _add_changes(
            context.connection,
            changes,
            schema or context.connection.dialect.default_schema_name or "public",
            wanted,
        )
    return PriorityDispatchResult.CONTINUE


def _add_changes(connection: Connection, changes: ops.ModifyTableOps, schema: str, wanted: Table) -> None:
    there = _definitions(connection, f'"{schema}"."{wanted.name}"')
    needed = _needed(connection, wanted)
    constraints = {str(c.name): c for c in wanted.constraints if isinstance(c, CheckConstraint)}
    for name, definition in there.items():
        if needed.get(name) != definition:
            changes.ops.append(_drop(wanted.name, name, definition))
    for name, definition in needed.items():
        if there.get(name) != definition:
            changes.ops.append(ops.CreateCheckConstraintOp.from_constraint(constraints[name]))


def _needed(connection: Connection, table: Table) -> dict[str, str]:
    """The definitions as PostgreSQL would print them if the table were made anew."""
    copy = table.to_metadata(MetaData(naming_convention=table.metadata.naming_convention))
    copy.indexes.clear()
    for key in copy.foreign_key_constraints:  # a temporary table cannot point at a lasting one
        copy.constraints.discard(key)
    copy._prefixes = ["TEMPORARY"]
    with connection.begin_nested() as savepoint:
        connection.execute(CreateTable(copy))
        definitions = _definitions(connection, f'pg_temp."{table.name}"')
        savepoint.rollback()
    return definitions


def _definitions(connection: Connection, relation: str) -> dict[str, str]:
    rows = connection.execute(_DEFINITIONS, {"relation": relation})
    return {row.conname: row.definition for row in rows}


def _drop(table: str, name: str, definition: str) -> ops.DropConstraintOp:
    condition: Any = text(definition.removeprefix("CHECK "))
    whole = conv(name)  # as it is: the naming convention would put its prefix in front once more
    reverse = ops.CreateCheckConstraintOp(whole, table, condition)
    return ops.DropConstraintOp(whole, table, type_="check", _reverse=reverse)
