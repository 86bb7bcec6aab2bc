"""Locks that a change holds while it looks at every row, and the steps that keep a service running."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

from alembic.autogenerate import render_python_code, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import render_op
from alembic.operations import Operations, ops

from freehold.database.schema import sql
from freehold.database.schema.casts import rewrites_rows
from freehold.database.schema.catalog import Column, Constraint
from freehold.database.schema.columns import alter_column, fill_with_default, is_filled
from freehold.database.schema.sql import Statement, quote

_MEANWHILE = "reads and writes of {table} wait while"
_FAST_DEFAULTS = frozenset({"now()", "CURRENT_TIMESTAMP", "CURRENT_DATE"})


class AutocommitBlock(ops.MigrateOperation):
    """Operations outside of a transaction, each of which is committed by itself."""

    def __init__(self, operations: Sequence[ops.MigrateOperation]) -> None:
        self.operations = operations


@renderers.dispatch_for(AutocommitBlock)
def _render(context: AutogenContext, block: AutocommitBlock) -> list[str]:
    lines = [line for operation in block.operations for line in render_op(context, operation)]
    return ["with op.get_context().autocommit_block():", *lines, ""]


@Operations.implementation_for(AutocommitBlock)
def _run(operations: Operations, block: AutocommitBlock) -> None:
    with operations.get_context().autocommit_block():
        for operation in block.operations:
            operations.invoke(operation)


@dataclass(frozen=True)
class Lock:
    """A lock of a change on a table, for as long as there are rows to look at."""

    table: str
    reason: str
    now: tuple[ops.MigrateOperation, ...] = ()
    """What replaces the operations of the change with --online."""
    later: tuple[ops.MigrateOperation, ...] = ()
    """What follows, after the commit. Without it, there are no such steps."""

    def describe(self) -> str:
        """Return the reason, with the lines to write instead."""
        if not self.later:
            return f"{self.reason}. For a large table, see docs/migrations.md."
        steps = ops.UpgradeOps([*self.now, AutocommitBlock(self.later)])
        lines = [line.removeprefix("    ") for line in render_python_code(steps).splitlines()]
        shown = "\n".join(f"  {line}" for line in lines if line.strip() and not line.lstrip().startswith("#"))
        return f"{self.reason}. With --online, or by hand:\n{shown}"


def index_lock(table: str, name: str, creation: ops.MigrateOperation) -> Lock:
    """Return the lock of CREATE INDEX, which CONCURRENTLY does not hold."""
    concurrently = _with_option(creation, "postgresql_concurrently")
    if concurrently is None:
        parts = getattr(creation, "parts", ())
        concurrently = Statement(*(part.replace("INDEX", "INDEX CONCURRENTLY", 1) for part in parts))
    return Lock(table, f"{name}: writes to {table} wait while the index is built", later=(concurrently,))


def constraint_lock(
    table: str, name: str, constraint: Constraint, creation: ops.MigrateOperation | None = None
) -> Lock:
    """Return the lock of ADD CONSTRAINT, which NOT VALID and a later VALIDATE do not hold."""
    if constraint.kind not in {"c", "f"}:
        return Lock(table, f"{name}: {_MEANWHILE.format(table=table)} its index is built")
    not_valid = replace(constraint, definition=f"{constraint.definition} NOT VALID")
    return Lock(
        table,
        f"{name}: {_MEANWHILE.format(table=table)} its rows are checked",
        now=(_with_option(creation, "postgresql_not_valid") or sql.add_constraint(table, name, not_valid),),
        later=(sql.validate_constraint(table, name),),
    )


def _with_option(creation: ops.MigrateOperation | None, option: str) -> ops.MigrateOperation | None:
    """Return an operation of Alembic with an option of PostgreSQL; None for other operations."""
    if not isinstance(creation, ops.CreateIndexOp | ops.CreateCheckConstraintOp | ops.CreateForeignKeyOp):
        return None
    changed = copy.copy(creation)
    changed.kw = creation.kw | {option: True}
    return changed


def added_column_lock(table: str, name: str, column: Column) -> Lock | None:
    """Return the lock of ADD COLUMN where each row gets a value of its own."""
    is_fast = column.default is None or column.default in _FAST_DEFAULTS or "(" not in column.default
    if is_fast and not column.identity and not column.generated:
        return None
    return Lock(table, f"{table}.{name}: {_MEANWHILE.format(table=table)} each row gets its value")


def column_lock(table: str, name: str, old: Column, new: Column) -> Lock | None:
    """Return the lock of a column that changes, if it holds one while it looks at the rows."""
    place = f"{table}.{name}"
    if old.type != new.type and rewrites_rows(old.type, new.type):
        return Lock(table, f"{place}: {_MEANWHILE.format(table=table)} the table is rewritten")
    if not new.not_null or old.not_null or new.identity:
        return None
    check = Constraint("c", f"CHECK ({quote(name)} IS NOT NULL)")
    validated = constraint_lock(table, f"{name}_not_null", check)
    return Lock(
        table,
        f"{place}: {_MEANWHILE.format(table=table)} NOT NULL is checked",
        now=(
            *alter_column(table, name, old, replace(new, not_null=False)),
            *([fill_with_default(table, name)] if is_filled(old, new) else []),
            *validated.now,
        ),
        later=(
            *validated.later,
            Statement(f"ALTER TABLE {quote(table)} ALTER COLUMN {quote(name)} SET NOT NULL"),
            Statement(f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(f'{name}_not_null')}"),
        ),
    )
