"""Renames of tables and columns: those that the contract declares, and those that the command line names."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from typing_extensions import override

from freehold.contract.resources import properties, resources, table_name
from freehold.database.schema.sql import Statement, quote
from freehold.ground.naming import column_name, plural_name
from freehold.ground.problems import UsageError
from freehold.reading.document import Document

WORD = "x-renamed-from"


@dataclass(frozen=True)
class Rename:
    """A table or a column that keeps its rows or values under another name."""

    old: str
    new: str
    table: str | None = None
    """The present name of the table of a column; None for the rename of a table."""
    is_declared: bool = field(default=False, compare=False)
    """Whether the contract declares it."""

    @override
    def __str__(self) -> str:
        return f"{self.table}.{self.old}={self.new}" if self.table else f"{self.old}={self.new}"

    def statement(self) -> Statement:
        """Return the statement that renames it."""
        return _statement(self.table, self.old, self.new)

    def reverse_statement(self) -> Statement:
        """Return the statement that gives it its former name."""
        return _statement(self.table, self.new, self.old)


def declared_renames(document: Document) -> Iterator[Rename]:
    """Yield the renames that a contract declares; a resource names its former table or schema."""
    for name, schema in resources(document).items():
        table, former = table_name(name, schema), schema.get_value(WORD)
        for old in dict.fromkeys((former, plural_name(former))) if former else ():
            yield Rename(old, table, is_declared=True)
        for key, prop in properties(schema).items():
            if prop.get_value(WORD):
                yield Rename(column_name(prop.get_value(WORD)), column_name(key), table, is_declared=True)


def parse_rename(text: str) -> Rename:
    """Parse `todos=tasks` or `tasks.note=remark`. Raises UsageError."""
    old, _, new = text.partition("=")
    table, _, column = old.rpartition(".")
    if not all((column, new)) or (old.startswith(".")):
        raise UsageError(f"{text!r} is no rename. Examples: todos=tasks, tasks.note=remark")
    return Rename(column, new.removeprefix(f"{table}.") if table else new, table or None)


def _statement(table: str | None, old: str, new: str) -> Statement:
    if table is None:
        return Statement(f"ALTER TABLE {quote(old)} RENAME TO {quote(new)}")
    return Statement(f"ALTER TABLE {quote(table)} RENAME COLUMN {quote(old)} TO {quote(new)}")
