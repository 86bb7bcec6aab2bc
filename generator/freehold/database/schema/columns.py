"""Proposes how a column becomes another one, with the values of its rows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from freehold.database.schema.casts import Cast, find_cast
from freehold.database.schema.catalog import Column
from freehold.database.schema.differences import changed_fields
from freehold.database.schema.sql import Statement, comment_on, identity_definition, literal, quote

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
