"""Makes the operations of Alembic for tables, columns, constraints and indexes of the service."""

import copy
from collections.abc import Callable, Collection, Iterable
from typing import Any

from alembic.operations import ops
from sqlalchemy import (
    CheckConstraint,
    ClauseElement,
    Column,
    DefaultClause,
    ForeignKeyConstraint,
    Index,
    Table,
    TextClause,
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


def create_table(
    table: Table, described: catalog.Table, left_out: Collection[Any]
) -> list[ops.MigrateOperation]:
    """Return the creation of a table and its indexes, without some of its foreign keys."""
    operation = ops.CreateTableOp.from_table(table)
    operation.columns = [_escaped(part) for part in operation.columns if part not in left_out]
    indexes = described.indexes.items()
    return [operation, *(create_table_index(table, name, index) for name, index in indexes)]


def add_column(column: "Column[Any]", *, nullable: bool | None) -> ops.AddColumnOp:
    """Return the addition of a column, which has no value in the rows that exist if it is `nullable`."""
    added = _escaped(column)._copy()
    added.nullable = column.nullable if nullable is None else nullable
    return ops.AddColumnOp(column.table.name, added, schema=column.table.schema)


def create_constraint(table: Table, name: str, described: catalog.Constraint) -> ops.MigrateOperation:
    """Return the creation of a constraint of a table that exists."""
    found = _named(table.constraints, name)
    create = _CREATED.get(type(found))
    return create(_escaped(found)) if create else add_constraint(table.name, name, described)


def drop_constraint(table: str, name: str, kind: str) -> ops.MigrateOperation:
    """Return the removal of a constraint; `kind` is its `contype`."""
    if kind not in _TYPES:
        return Statement(f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}")
    # conv: the naming convention would add its prefix a second time
    return ops.DropConstraintOp(conv(name), table, type_=_TYPES[kind])


def create_table_index(table: Table, name: str, described: catalog.Index) -> ops.MigrateOperation:
    """Return the creation of an index; in SQL where it has more than columns, such as a condition."""
    found = _named(table.indexes, name)
    if (
        found is None
        or found.dialect_kwargs
        or not all(isinstance(part, Column) for part in found.expressions)
    ):
        return create_index(table.name, name, described)
    return ops.CreateIndexOp.from_index(found)


def _named(parts: Iterable[Any], name: str) -> Any:
    return next((part for part in parts if final_name(part) == name), None)


def _escaped(part: Any) -> Any:
    """Return a part of a table whose SQL is still escaped when Alembic has written it."""
    if isinstance(part, CheckConstraint):
        constraint = copy.copy(part)  # the table keeps its own
        constraint.sqltext = _escaped_text(part.sqltext)
        return constraint
    default = getattr(part, "server_default", None)
    if isinstance(default, DefaultClause) and isinstance(default.arg, ClauseElement):
        column = part._copy()
        column.server_default = DefaultClause(_escaped_text(default.arg))
        return column
    return part


def _escaped_text(clause: ClauseElement) -> TextClause:
    sql = str(clause.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))
    return text(escape_colons(escape_colons(sql)))
