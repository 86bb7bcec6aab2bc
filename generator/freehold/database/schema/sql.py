"""Writes the SQL of revisions: names, literals, definitions of columns and tables."""

import re

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy.dialects.postgresql import asyncpg

from freehold.database.schema.catalog import Column, Constraint, Index, Table

_PREPARER = asyncpg.dialect().identifier_preparer  # type: ignore[no-untyped-call]  # not annotated
_COLON = re.compile(r"(?<!:)::(?!:)|:")
_MISREAD = re.compile(r"(?<!:):(?!:)|:::|\\:")
_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


class Statement(ops.ExecuteSQLOp):
    """A statement of a revision, as `op.execute`; each part is a line of it."""

    def __init__(self, *parts: str) -> None:
        super().__init__(escape_colons(" ".join(parts)))
        self.parts = parts


@renderers.dispatch_for(Statement)
def _render(_context: AutogenContext, statement: Statement) -> str:
    first, *others = map(escape_colons, statement.parts)
    return f"op.execute({' '.join(repr(part) for part in (first, *(f' {other}' for other in others)))})"


def escape_colons(sql: str) -> str:
    r"""Return SQL as `sqlalchemy.text()` must be given it, which reads `:name` as a bind parameter.

    Casts (`::text`) stay readable, unless another colon of the text could be misread.
    """
    return sql.replace(":", r"\:") if _MISREAD.search(sql) else sql


def quote(name: str) -> str:
    """Return a name as an identifier in SQL, quoted where it must be."""
    return str(_PREPARER.quote(name))


def literal(text: str) -> str:
    """Return a text as a literal in SQL."""
    escape = "E" if "\\" in text else ""  # read alike with every setting of standard_conforming_strings
    return escape + "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def comment_on(place: str, comment: str | None) -> Statement:
    """Return COMMENT ON; `place` has the kind of object."""
    return Statement(f"COMMENT ON {place} IS {'NULL' if comment is None else literal(comment)}")


def column_definition(name: str, column: Column) -> str:
    """Return a column as in CREATE TABLE."""
    return " ".join(
        part
        for part in (
            quote(name),
            column.type,
            f"COLLATE {column.collation}" if column.collation else "",
            f"GENERATED ALWAYS AS ({column.default}) {column.generated}" if column.generated else "",
            f"DEFAULT {column.default}" if column.default and not column.generated else "",
            identity_definition(column),
            "NOT NULL" if column.not_null and not column.identity else "",
        )
        if part
    )


def identity_definition(column: Column) -> str:
    """Return `GENERATED ALWAYS AS IDENTITY`, with the options that are not the usual ones."""
    if not column.identity:
        return ""
    largest = _LARGEST.get(column.type)
    usual = f"INCREMENT BY 1 MINVALUE 1 MAXVALUE {largest} START WITH 1 CACHE 1 NO CYCLE"
    options = "" if column.sequence in (None, usual) else f" ({column.sequence})"
    return f"GENERATED {column.identity} AS IDENTITY{options}"


def add_constraint(table: str, name: str, constraint: Constraint) -> Statement:
    """Return ALTER TABLE ... ADD CONSTRAINT."""
    return Statement(f"ALTER TABLE {quote(table)}", f"ADD CONSTRAINT {quote(name)} {constraint.definition}")


def validate_constraint(table: str, name: str) -> Statement:
    """Return the statement that checks the rows that a NOT VALID constraint has not seen."""
    return Statement(f"ALTER TABLE {quote(table)} VALIDATE CONSTRAINT {quote(name)}")


def create_index(table: str, name: str, index: Index) -> Statement:
    """Return CREATE INDEX."""
    unique = "UNIQUE " if index.unique else ""
    return Statement(f"CREATE {unique}INDEX {quote(name)}", f"ON {quote(table)} USING {index.method}")


def create_table(name: str, table: Table) -> list[Statement]:
    """Return CREATE TABLE with the constraints, and CREATE INDEX for each index."""
    lines = [column_definition(key, column) for key, column in table.columns.items()]
    lines += [f"CONSTRAINT {quote(key)} {part.definition}" for key, part in table.constraints.items()]
    lines = [*(f"{line}," for line in lines[:-1]), *lines[-1:]]
    return [
        Statement(f"CREATE TABLE {quote(name)} (", *lines, ")"),
        *(create_index(name, key, index) for key, index in table.indexes.items()),
    ]
