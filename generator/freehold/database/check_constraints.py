"""Detects CHECK constraints that differ between the models and the database, which Alembic does not.

PostgreSQL normalizes the expressions: the table is created again as a temporary one, and the definitions of
the two are compared as the catalog prints them (pg_get_constraintdef).
"""

import copy
import re
from collections.abc import Iterable
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import PriorityDispatchResult
from sqlalchemy import CheckConstraint, ClauseElement, Connection, Dialect, MetaData, Table, text
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.schema import CreateTable, conv

PLUGIN = "freehold.checks"

_COLON = re.compile(r"(?<!:):(?!:)")
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
    expected_table: Table | None,
) -> PriorityDispatchResult:
    if existing is not None and expected_table is not None and context.connection is not None:
        _add_changes(
            context.connection,
            changes,
            schema or context.connection.dialect.default_schema_name or "public",
            expected_table,
        )
    return PriorityDispatchResult.CONTINUE


def _add_changes(
    connection: Connection, changes: ops.ModifyTableOps, schema: str, expected_table: Table
) -> None:
    existing = _definitions(connection, f'"{schema}"."{expected_table.name}"')
    expected = _expected_definitions(connection, expected_table)
    constraints = {str(c.name): c for c in expected_table.constraints if isinstance(c, CheckConstraint)}
    for name, definition in existing.items():
        if expected.get(name) != definition:
            changes.ops.append(_drop_operation(expected_table.name, name, definition))
    for name, definition in expected.items():
        if existing.get(name) != definition:
            changes.ops.append(ops.CreateCheckConstraintOp.from_constraint(constraints[name]))


def _expected_definitions(connection: Connection, table: Table) -> dict[str, str]:
    """Return the definitions as PostgreSQL prints them for a new table."""
    copy = table.to_metadata(MetaData(naming_convention=table.metadata.naming_convention))
    copy.indexes.clear()
    for key in copy.foreign_key_constraints:  # a temporary table cannot reference a permanent one
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


def _drop_operation(table: str, name: str, definition: str) -> ops.DropConstraintOp:
    condition: Any = text(definition.removeprefix("CHECK "))
    full_name = conv(name)  # conv: the naming convention would add its prefix a second time
    reverse = ops.CreateCheckConstraintOp(full_name, table, condition)
    return ops.DropConstraintOp(full_name, table, type_="check", _reverse=reverse)


def escape_conditions(operations: Iterable[ops.MigrateOperation]) -> None:
    """Keep the colons in conditions of a revision, where SQLAlchemy reads `:name` as a bind parameter."""
    for operation in operations:
        if isinstance(operation, ops.OpContainer):
            escape_conditions(operation.ops)
        elif isinstance(operation, ops.CreateTableOp):
            operation.columns = [_escaped_constraint(part) for part in operation.columns]
        elif isinstance(operation, ops.CreateCheckConstraintOp):
            operation.condition = _escaped(operation.condition)
        elif isinstance(operation, ops.DropConstraintOp) and operation._reverse is not None:
            escape_conditions([operation._reverse])


def _escaped_constraint(part: Any) -> Any:
    if not isinstance(part, CheckConstraint):
        return part
    constraint = copy.copy(part)  # the table keeps its own
    constraint.sqltext = _escaped(part.sqltext)
    return constraint


def _escaped(condition: Any) -> Any:
    """The condition as a text whose colons are still escaped when Alembic has written it."""
    if not isinstance(condition, ClauseElement):
        return condition
    dialect: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has no types for it
    sql = str(condition.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return text(_COLON.sub(r"\\\\:", sql))
