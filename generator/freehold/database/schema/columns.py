"""Proposes how a column becomes another one, with the values of its rows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from sqlalchemy import ForeignKeyConstraint, Table

from freehold.database.schema.casts import Cast, find_cast
from freehold.database.schema.catalog import Column
from freehold.database.schema.differences import changed_fields
from freehold.database.schema.sql import (
    Statement,
    column_definition,
    comment_on,
    identity_definition,
    literal,
    quote,
)

_OPTION = re.compile(r"(?=\b(?:INCREMENT|MINVALUE|MAXVALUE|START|CACHE|NO CYCLE|(?<!NO )CYCLE)\b)")


def column_question(table: str, name: str, old: Column, new: Column) -> str | None:
    """Return what a person must decide before `old` can become `new`; None where all values are kept."""
    fields = changed_fields(old, new)
    place = f"{table}.{name}"
    if "generated" in fields or ("default" in fields and new.generated):
        return f"{place} is a generated column that changes. Drop the column and add it again."
    if "sequence" in fields and not new.identity:
        return f"{place} has another sequence: {new.sequence}. Write ALTER SEQUENCE."
    loss = find_cast(old.type, new.type, quote(name)).loss if "type" in fields else None
    if loss is None:
        return None
    statement = f"ALTER TABLE {quote(table)} ALTER COLUMN {quote(name)} TYPE {new.type} USING ..."
    return (
        f"{place} is {old.type} and becomes {new.type}: {loss}. Write what its values become:\n"
        f'  op.execute("{statement}")'
    )


def id_question(table: Table, name: str, old: Column, new: Column) -> str | None:
    """Return the steps that give rows another kind of id; None for other columns.

    PostgreSQL has no cast between UUIDs and numbers. References follow.
    """
    references = [
        (constraint, element.parent.name)
        for constraint in _references(table)
        for element in constraint.elements
        if element.column.name == name
    ]
    is_id = name in table.primary_key.columns and bool(new.identity or new.default)
    if not is_id or find_cast(old.type, new.type, quote(name)).using is not None or old.type == new.type:
        return None
    own, replaced = quote(table.name), quote(f"{name}_new")
    added = f"ALTER TABLE {own} ADD COLUMN {column_definition(f'{name}_new', new)}"
    steps = [added, *(step for reference in references for step in _follow(*reference, name, new))]
    steps += [f"ALTER TABLE {own} DROP COLUMN {quote(name)} CASCADE"]
    steps += [f"ALTER TABLE {own} RENAME COLUMN {replaced} TO {quote(name)}"]
    lines = "\n".join(f"  op.execute({Statement(step).sqltext!r})" for step in steps)
    return (
        f"{table.name}.{name} is {old.type} and becomes {new.type}: each row gets another id, which clients"
        " do not know. If you want that, write a revision with these lines, apply it, and propose the rest:\n"
        f"{lines}"
    )


def _references(table: Table) -> list[ForeignKeyConstraint]:
    tables = sorted(table.metadata.tables.values(), key=lambda other: other.name)
    return [
        constraint
        for other in tables
        for constraint in sorted(other.foreign_key_constraints, key=lambda part: str(part.name))
        if constraint.referred_table is table
    ]


def _follow(constraint: ForeignKeyConstraint, column: str, id_: str, new: Column) -> list[str]:
    """Return the statements that give a reference the new id of its row."""
    table, followed = quote(constraint.table.name), quote(f"{column}_new")
    target = quote(constraint.referred_table.name)
    same = " AND ".join(
        f"{table}.{quote(element.parent.name)} = referenced.{quote(element.column.name)}"
        for element in constraint.elements
    )
    update = f"UPDATE {table} SET {followed} = referenced.{quote(f'{id_}_new')}"  # noqa: S608 - quoted names
    return [
        f"ALTER TABLE {table} ADD COLUMN {followed} {new.type}",
        f"{update} FROM {target} AS referenced WHERE {same}",
        f"ALTER TABLE {table} DROP COLUMN {quote(column)} CASCADE",
        f"ALTER TABLE {table} RENAME COLUMN {followed} TO {quote(column)}",
    ]


def alter_column(table: str, name: str, old: Column, new: Column) -> tuple[Statement, ...]:
    """Return the statements that make `old` into `new`, also where values are lost."""
    cast = find_cast(old.type, new.type, quote(name)) if old.type != new.type else Cast()
    return tuple(_statements(table, name, old, new, cast))


def _statements(table: str, name: str, old: Column, new: Column, cast: Cast) -> Iterator[Statement]:
    fields = set(changed_fields(old, new))
    fills = is_filled(old, new)
    actions = list(_actions(old, replace(new, not_null=False) if fills else new, cast))
    at = f"ALTER COLUMN {quote(name)}"
    if cast.helper:
        yield Statement(cast.helper)
    if actions:
        lines = [[f"{at} {action[0]}", *action[1:]] for action in actions]
        separated = [[*line[:-1], f"{line[-1]},"] for line in lines[:-1]]
        yield Statement(f"ALTER TABLE {quote(table)}", *chain.from_iterable([*separated, lines[-1]]))
    if fills:
        yield fill_with_default(table, name)
        yield Statement(f"ALTER TABLE {quote(table)} {at} SET NOT NULL")
    if new.identity and not old.identity:
        yield continue_sequence(table, name)
    if "comment" in fields:
        yield comment_on(f"COLUMN {quote(table)}.{quote(name)}", new.comment)


def is_filled(old: Column, new: Column) -> bool:
    """Whether rows without a value get the default, because the column becomes NOT NULL."""
    return new.not_null and not old.not_null and new.default is not None and not new.identity


def fill_with_default(table: str, name: str) -> Statement:
    """Return the statement that gives rows without a value the default."""
    filled = f"UPDATE {quote(table)} SET {quote(name)} = DEFAULT"  # noqa: S608 - quoted names
    return Statement(filled, f"WHERE {quote(name)} IS NULL")


def continue_sequence(table: str, name: str) -> Statement:
    """Return the statement after which the sequence of a column goes on behind the largest value."""
    return Statement(
        f"SELECT setval(pg_get_serial_sequence({literal(quote(table))}, {literal(name)}),",
        f"coalesce(max({quote(name)}), 0) + 1, false)",
        f"FROM {quote(table)}",
    )


def _actions(old: Column, new: Column, cast: Cast) -> Iterator[tuple[str, ...]]:
    """Yield the actions of ALTER COLUMN, each as the lines that it is written in."""
    fields = set(changed_fields(old, new))
    is_retyped = bool(fields & {"type", "collation"})
    if old.identity and not new.identity:
        yield ("DROP IDENTITY",)
    if old.default is not None and (is_retyped or new.default is None):
        yield ("DROP DEFAULT",)
    if is_retyped:
        collation = f" COLLATE {new.collation}" if new.collation else ""
        yield f"TYPE {new.type}{collation}", *([f"USING {cast.using}"] if cast.using else [])
    if new.default is not None and (is_retyped or "default" in fields):
        yield (f"SET DEFAULT {new.default}",)
    if "not_null" in fields:
        yield ("SET NOT NULL" if new.not_null else "DROP NOT NULL",)
    if new.identity and not old.identity:
        yield (f"ADD {identity_definition(new)}",)
    elif new.identity and not is_retyped and fields & {"identity", "sequence"}:
        yield (f"SET GENERATED {new.identity} {_OPTION.sub('SET ', new.sequence or '')}",)
