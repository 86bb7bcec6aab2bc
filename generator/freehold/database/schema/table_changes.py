"""Proposes the changes of a table that exists."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from alembic.operations import ops
from sqlalchemy import Table

from freehold.database.schema import catalog, operations, sql
from freehold.database.schema.casts import have_same_kind
from freehold.database.schema.catalog import Column, Constraint, Index
from freehold.database.schema.changes import Change, Phase, Proposal
from freehold.database.schema.columns import alter_column, column_question, id_question
from freehold.database.schema.differences import changed_fields
from freehold.database.schema.locks import added_column_lock, column_lock, constraint_lock, index_lock
from freehold.database.schema.renames import WORD
from freehold.database.schema.sql import Statement, quote

Part = TypeVar("Part", Constraint, Index)


def propose_table(
    proposal: Proposal, table: Table, old: catalog.Table, new: catalog.Table, *, drop: bool
) -> None:
    """Add the changes of a table to a proposal. With `drop`, values may be lost with their columns."""
    if old.kind not in {"table", "unlogged table"}:
        proposal.questions.append(f"{table.name} is a {old.kind}: rename it, or set another `table`.")
        return
    changes = _TableChanges(proposal, table, old, new)
    proposal.changes += [
        *changes.table_options(),
        *changes.added_columns(),
        *changes.altered_columns(),
        *changes.dropped_columns(drop=drop),
        *changes.constraints(),
        *changes.indexes(),
    ]


@dataclass(frozen=True)
class _TableChanges:
    proposal: Proposal
    table: Table
    old: catalog.Table
    new: catalog.Table

    @property
    def name(self) -> str:
        return self.table.name

    def table_options(self) -> Iterator[Change]:
        if self.old.kind != self.new.kind:
            set_logged, set_unlogged = (
                Statement(f"ALTER TABLE {quote(self.name)} SET {word}") for word in ("LOGGED", "UNLOGGED")
            )
            yield Change(Phase.ALTER_COLUMN, (set_logged,), (set_unlogged,))
        if self.new.comment not in (None, self.old.comment):
            up, down = (
                sql.comment_on(f"TABLE {quote(self.name)}", table.comment) for table in (self.new, self.old)
            )
            yield Change(Phase.ALTER_COLUMN, (up,), (down,))

    def added_columns(self) -> Iterator[Change]:
        for column in self.table.columns:
            if column.name in self.old.columns:
                continue
            described = self.new.columns[column.name]
            needs_value = _needs_value(described)
            added = operations.add_column(column, nullable=True if needs_value else None)
            removed = ops.DropColumnOp(self.name, column.name)
            lock = added_column_lock(self.name, column.name, described)
            yield Change(Phase.ADD_COLUMN, (added,), (removed,), lock)
            if needs_value:
                nullable = replace(described, not_null=False)
                set_not_null = alter_column(self.name, column.name, nullable, described)
                in_key = any(
                    column.name in part.columns for part in self.new.constraints.values() if part.kind == "p"
                )
                lock = None if in_key else column_lock(self.name, column.name, nullable, described)
                yield Change(Phase.ALTER_COLUMN, set_not_null, (), lock)
                self.proposal.warnings.append(_value_needed(self.name, column.name))

    def altered_columns(self) -> Iterator[Change]:
        for name, new in self.new.columns.items():
            old = self.old.columns.get(name)
            if old is None or not changed_fields(old, new):
                continue
            question = id_question(self.table, name, old, new) or column_question(self.name, name, old, new)
            if question:
                self.proposal.questions += [] if self._follows_an_id(name, old, new) else [question]
                continue
            if new.not_null and not old.not_null and new.default is None:
                self.proposal.warnings.append(_value_needed(self.name, name))
            yield Change(
                Phase.ALTER_COLUMN,
                alter_column(self.name, name, old, new),
                alter_column(self.name, name, new, old),
                column_lock(self.name, name, old, new),
            )

    def _follows_an_id(self, name: str, old: Column, new: Column) -> bool:
        """Whether a column references an id that changes likewise: the steps for that id include it."""
        return any(
            element.parent.name == name
            and id_question(element.column.table, element.column.name, old, _generated(new))
            for constraint in self.table.foreign_key_constraints
            for element in constraint.elements
        )

    def dropped_columns(self, *, drop: bool) -> Iterator[Change]:
        for name, old in self.old.columns.items():
            if name in self.new.columns:
                continue
            question = None if drop else self._dropping_question(name, old)
            if question:
                self.proposal.questions.append(question)
                continue
            self.proposal.warnings.append(f"{self.name}.{name}: the column is dropped with its values.")
            definition = sql.column_definition(name, old)
            yield Change(
                Phase.DROP_COLUMN,
                (ops.DropColumnOp(self.name, name),),
                (Statement(f"ALTER TABLE {quote(self.name)} ADD COLUMN {definition}"),),
            )

    def _dropping_question(self, name: str, old: Column) -> str | None:
        """Return what must be decided before a column is dropped: whether it only has another name."""
        place = f"{self.name}.{name}"
        added = [key for key in self.new.columns if key not in self.old.columns]
        key_columns = frozenset[str]().union(
            *(part.columns for part in self.old.constraints.values() if part.kind == "p")
        )
        if name in key_columns:
            question = f"{place} leaves the primary key, and with it goes whose rows they are."
            keys = [key for key in added if _needs_value(self.new.columns[key])]
            if keys:
                question += f" If {keys[0]} holds the same claim, use --rename {place}={keys[0]}."
            return f"{question} If they can go, use --drop."
        alike = next((key for key in added if have_same_kind(self.new.columns[key].type, old.type)), None)
        if alike is None:
            return None
        return (
            f"{place}: this looks like a rename to {alike}. To keep the values, add `{WORD}: {name}` to the"
            f" property, or use --rename {place}={alike}. If they can go, use --drop."
        )

    def constraints(self) -> Iterator[Change]:
        renamed = _renamed(self.old.constraints, self.new.constraints)
        for name, old in _only_in(self.old.constraints, self.new.constraints, renamed):
            if self._is_to_be_validated(name):
                yield Change(Phase.ADD_CONSTRAINT, (sql.validate_constraint(self.name, name),), ())
                continue
            yield Change(
                Phase.DROP_REFERENCE if old.kind == "f" else Phase.DROP_CONSTRAINT,
                (operations.drop_constraint(self.name, name, old.kind),),
                (sql.add_constraint(self.name, name, old),),
            )
        for old_name, new_name in renamed.items():
            yield self._renaming(
                f"ALTER TABLE {quote(self.name)} RENAME CONSTRAINT", old_name, "TO", new_name
            )
        for name, new in _only_in(self.new.constraints, self.old.constraints, renamed.values()):
            if not self._is_to_be_validated(name):
                creation = operations.create_constraint(self.table, name, new)
                yield Change(
                    Phase.ADD_REFERENCE if new.kind == "f" else Phase.ADD_CONSTRAINT,
                    (creation,),
                    (operations.drop_constraint(self.name, name, new.kind),),
                    constraint_lock(self.name, name, new, creation),
                )

    def indexes(self) -> Iterator[Change]:
        renamed = _renamed(self.old.indexes, self.new.indexes)
        for name, old in _only_in(self.old.indexes, self.new.indexes, renamed):
            yield Change(
                Phase.DROP_CONSTRAINT,
                (ops.DropIndexOp(name, self.name),),
                (sql.create_index(self.name, name, old),),
            )
        for old_name, new_name in renamed.items():
            yield self._renaming("ALTER INDEX", old_name, "RENAME TO", new_name)
        for name, new in _only_in(self.new.indexes, self.old.indexes, renamed.values()):
            creation = operations.create_table_index(self.table, name, new)
            removal = ops.DropIndexOp(name, self.name)
            lock = index_lock(self.name, name, creation)
            yield Change(Phase.ADD_CONSTRAINT, (creation,), (removal,), lock)

    def _is_to_be_validated(self, name: str) -> bool:
        old, new = self.old.constraints.get(name), self.new.constraints.get(name)
        return bool(old and new and old.is_enforced and old.definition == f"{new.definition} NOT VALID")

    def _renaming(self, command: str, old: str, to: str, new: str) -> Change:
        up, down = (
            Statement(f"{command} {quote(before)} {to} {quote(after)}")
            for before, after in ((old, new), (new, old))
        )
        return Change(Phase.DROP_CONSTRAINT, (up,), (down,))


def _renamed(old: Mapping[str, Part], new: Mapping[str, Part]) -> dict[str, str]:
    """Map the names of parts to their new ones, where nothing but the name changes."""
    missing = {name: part for name, part in new.items() if name not in old}
    renamed: dict[str, str] = {}
    for name, part in old.items():
        if name not in new:
            found = next((other for other, wanted in missing.items() if wanted == part), None)
            if found is not None:
                renamed[name] = found
                del missing[found]
    return renamed


def _only_in(
    parts: Mapping[str, Part], others: Mapping[str, Part], renamed: Collection[str]
) -> Iterator[tuple[str, Part]]:
    """Yield the parts that are missing or different in `others`."""
    for name, part in parts.items():
        if others.get(name) != part and name not in renamed:
            yield name, part


def _generated(column: Column) -> Column:
    return replace(column, default="generated")


def _needs_value(column: Column) -> bool:
    return column.not_null and column.default is None and not column.identity


def _value_needed(table: str, column: str) -> str:
    statement = Statement(f"UPDATE {quote(table)} SET {quote(column)} = ...").sqltext  # noqa: S608 - a quoted name
    return (
        f"{table}.{column}: rows that exist have no value, and stop `migrate up`. Give the property a"
        f' `default`, or insert op.execute("{statement}") before it becomes NOT NULL.'
    )
