"""Makes the operations of Alembic for tables, columns, constraints and indexes of the service."""

import copy
from collections.abc import Callable, Collection, Iterable
from typing import Any

from alembic.operations import ops
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.schema import Constraint, conv

from freehold.database.schema import catalog
from freehold.database.schema.sql import Statement, add_constraint, create_index, escape_colons, quote

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy has no types for it
_CREATED: dict[type[Any], Callable[[Any], ops.MigrateOperation]] = {
    CheckConstraint: ops.CreateCheckConstraintOp.from_constraint,
    ForeignKeyConstraint: ops.CreateForeignKeyOp.from_constraint,
    UniqueConstraint: ops.CreateUniqueConstraintOp.from_constraint,
}
_TYPES = {"c": "check", "f": "foreignkey", "u": "unique", "p": "primary"}


def final_name(part: Constraint | Index) -> str | None:
    """Return the name that a constraint or an index has in the database."""
    if part.name is None:
        return None
    return str(_DIALECT.identifier_preparer.format_constraint(part, _alembic_quote=False))


def create_table(table: Table, left_out: Collection[Any]) -> list[ops.MigrateOperation]:
    """Return the creation of a table and its indexes, without some of its foreign keys."""
    operation = ops.CreateTableOp.from_table(table)
    operation.columns = [_with_escaped_condition(part) for part in operation.columns if part not in left_out]
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    return [operation, *(ops.CreateIndexOp.from_index(index) for index in indexes)]


def add_column(column: "Column[Any]", *, nullable: bool | None) -> ops.AddColumnOp:
    """Return the addition of a column, which has no value in the rows that exist if it is `nullable`."""
    added = column._copy()
    added.nullable = column.nullable if nullable is None else nullable
    return ops.AddColumnOp(column.table.name, added, schema=column.table.schema)


def create_constraint(table: Table, name: str, described: catalog.Constraint) -> ops.MigrateOperation:
    """Return the creation of a constraint of a table that exists."""
    found = _named(table.constraints, name)
    create = _CREATED.get(type(found))
    return create(_with_escaped_condition(found)) if create else add_constraint(table.name, name, described)


def drop_constraint(table: str, name: str, kind: str) -> ops.MigrateOperation:
    """Return the removal of a constraint; `kind` is its `contype`."""
    if kind not in _TYPES:
        return Statement(f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}")
    # conv: the naming convention would add its prefix a second time
    return ops.DropConstraintOp(conv(name), table, type_=_TYPES[kind])


def create_table_index(table: Table, name: str, described: catalog.Index) -> ops.MigrateOperation:
    """Return the creation of an index of a table that exists."""
    found = _named(table.indexes, name)
    return (
        ops.CreateIndexOp.from_index(found)
        if found is not None
        else create_index(table.name, name, described)
    )


def _named(parts: Iterable[Any], name: str) -> Any:
    return next((part for part in parts if final_name(part) == name), None)


def _with_escaped_condition(part: Any) -> Any:
    """Return a CHECK constraint whose condition is still escaped when Alembic has written it."""
    if not isinstance(part, CheckConstraint):
        return part
    constraint = copy.copy(part)  # the table keeps its own
    sql = str(part.sqltext.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
    constraint.sqltext = text(escape_colons(escape_colons(sql)))
    return constraint
