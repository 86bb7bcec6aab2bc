"""Proposes the operations of a revision: they make a database what the tables say, and keep its rows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from alembic.operations import ops
from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.schema import sort_tables_and_constraints

from freehold.database.schema import operations, sql
from freehold.database.schema.catalog import Constraint, Table
from freehold.database.schema.changes import Change, Phase, Proposal
from freehold.database.schema.comparison import Comparison
from freehold.database.schema.locks import constraint_lock
from freehold.database.schema.renames import WORD
from freehold.database.schema.table_changes import propose_table

_KEYS = frozenset({"p", "u", "x"})


def propose(comparison: Comparison, *, drop: bool = False, online: bool = False) -> Proposal:
    """Propose the changes that make the database what the tables say.

    With `drop`, tables and columns that may hold rows under a former name are dropped. With `online`,
    there is no warning about locks that the steps of the revision do not hold.
    """
    proposal = Proposal()
    for rename in comparison.renames:
        made = Change(Phase.RENAME, (rename.statement(),), (rename.reverse_statement(),))
        proposal.changes.append(made)
        place = f"{rename.table}.{rename.new}" if rename.table else rename.new
        reminder = f" Then remove `{WORD}` from the contract." if rename.is_declared else ""
        proposal.warnings.append(
            f"{place}: a running service uses the name {rename.old} until it stops.{reminder}"
        )
    _create_tables(proposal, comparison)
    for name, table in comparison.tables.items():
        if name in comparison.existing:
            propose_table(proposal, table, comparison.existing[name], comparison.expected[name], drop=drop)
    _rebuild_references(proposal, comparison)
    proposal.warnings += proposal.lock_warnings(comparison.filled, online=online)
    if drop:
        _drop_tables(proposal, comparison.leftovers)
    else:
        proposal.warnings += describe_leftovers(comparison)
    return proposal


def describe_leftovers(comparison: Comparison) -> list[str]:
    """Tell which tables of earlier revisions the service does not have, and which may be their new names."""
    lines = []
    for name, table in comparison.leftovers.items():
        line = f"{name}: no resource has this table any more. Its rows are kept; --drop proposes to drop it."
        new = [other for other in comparison.tables if other not in comparison.existing]
        alike = next((other for other in new if _are_alike(table, comparison.expected[other])), None)
        if alike:
            line = (
                f"{name}: this looks like a rename to {alike}. To keep the rows, add `{WORD}: {name}` to the"
            )
            line += f" schema of {alike} before you write the revision, or use --rename {name}={alike}."
        lines.append(line)
    return lines


def _are_alike(old: Table, new: Table) -> bool:
    """Whether most columns of two tables have the same names."""
    return len(old.columns.keys() & new.columns.keys()) * 2 > len(old.columns.keys() | new.columns.keys())


def _create_tables(proposal: Proposal, comparison: Comparison) -> None:
    """Create new tables, each after those that it references; circular references follow."""
    tables = [table for name, table in comparison.tables.items() if name not in comparison.existing]
    ordered: list[Any] = list(sort_tables_and_constraints(tables))  # type: ignore[no-untyped-call]  # not annotated
    late = {constraint for table, constraints in ordered if table is None for constraint in constraints}
    for table, _ in ordered:
        if table is not None:
            creation = operations.create_table(table, comparison.expected[table.name], late)
            proposal.changes.append(Change(Phase.CREATE_TABLE, (*creation,), (ops.DropTableOp(table.name),)))
    for constraint in sorted(late, key=lambda constraint: str(constraint.name)):
        name, table = str(operations.final_name(constraint)), constraint.table
        described = comparison.expected[table.name].constraints[name]
        proposal.changes.append(
            Change(
                Phase.ADD_REFERENCE,
                (operations.create_constraint(table, name, described),),
                (operations.drop_constraint(table.name, name, "f"),),
            )
        )


def _rebuild_references(proposal: Proposal, comparison: Comparison) -> None:
    """Drop the foreign keys whose columns change their type, or whose key is replaced, and add them again."""
    for name, table in comparison.tables.items():
        for constraint in table.foreign_key_constraints:
            key = str(operations.final_name(constraint))
            if name not in comparison.existing or key not in comparison.existing[name].constraints:
                continue
            described = comparison.existing[name].constraints[key]
            if described == comparison.expected[name].constraints.get(key) and _depends_on_changes(
                constraint, comparison
            ):
                proposal.changes += _replaced_reference(name, key, described)


def _replaced_reference(table: str, name: str, described: Constraint) -> tuple[Change, Change]:
    removal, creation = (
        operations.drop_constraint(table, name, "f"),
        sql.add_constraint(table, name, described),
    )
    lock = constraint_lock(table, name, described)
    return (
        Change(Phase.DROP_REFERENCE, (removal,), (creation,)),
        Change(Phase.ADD_REFERENCE, (creation,), (removal,), lock),
    )


def _depends_on_changes(constraint: ForeignKeyConstraint, comparison: Comparison) -> bool:
    columns = [part for element in constraint.elements for part in (element.parent, element.column)]
    return _is_rekeyed(constraint.referred_table.name, comparison) or any(
        _type(comparison.existing, column.table.name, column.name)
        != _type(comparison.expected, column.table.name, column.name)
        for column in columns
    )


def _type(tables: Mapping[str, Table], table: str, column: str) -> str | None:
    found = tables[table].columns.get(column) if table in tables else None
    return found.type if found else None


def _is_rekeyed(table: str, comparison: Comparison) -> bool:
    """Whether a key or a unique index of a table that exists is dropped."""
    if table not in comparison.existing:
        return False
    old, new = comparison.existing[table], comparison.expected[table]
    kept = {part.definition for part in new.constraints.values()}
    kept_indexes = {index.definition for index in new.indexes.values()}
    return any(
        part.kind in _KEYS and part.definition not in kept for part in old.constraints.values()
    ) or any(index.unique and index.definition not in kept_indexes for index in old.indexes.values())


def _drop_tables(proposal: Proposal, leftovers: Mapping[str, Table]) -> None:
    for name, table in leftovers.items():
        for key, constraint in table.constraints.items():
            if constraint.kind == "f":
                creation = sql.add_constraint(name, key, constraint)
                removal = operations.drop_constraint(name, key, "f")
                proposal.changes.append(Change(Phase.DROP_REFERENCE, (removal,), (creation,)))
        own = {key: part for key, part in table.constraints.items() if part.kind != "f"}
        creations = sql.create_table(name, replace(table, constraints=own))
        proposal.changes.append(Change(Phase.DROP_TABLE, (ops.DropTableOp(name),), (*creations,)))
        proposal.warnings.append(f"{name}: the table is dropped with its rows.")
