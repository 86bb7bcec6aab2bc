"""A keyword of PostgreSQL can be the name of a column and of a table, unless a rule refuses it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Column, MetaData, String, Table, Text, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import asyncpg as dialect

from freehold.rules import reserved_names
from generated.runtime.rows.sql.compiled_sql import SqlCheck
from tests.support.service import Database
from tests.support.thoroughness import ALL

DIALECT: Any = dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves its dialects untyped
EVERY = 1 if ALL else 8


def statements(table: Table, column: "Column[Any]") -> Iterator[Any]:
    owned = table.c.owner_id == bindparam("_owner", required=True)
    values: dict[Any, Any] = {
        table.c.owner_id: bindparam("_owner", required=True),
        column: bindparam("x", required=True),
    }
    yield select(column).where(owned, column == bindparam("x", required=True)).order_by(column.desc())
    yield insert(table).values(values).returning(column)
    yield update(table).where(owned).values({column: bindparam("x", required=True)}).returning(column)


@pytest.mark.parametrize("place", ["column", "table"])
def test_a_keyword_is_a_name(database: Database, place: str) -> None:
    words = [row["word"] for row in database.rows("SELECT word FROM pg_get_keywords() ORDER BY 1")][::EVERY]

    async def check() -> None:
        connection = await asyncpg.connect(database.url)
        for word in sorted({*words} - reserved_names._RESERVED_WORDS):
            table_name, column_name = ("words", word) if place == "column" else (word, "words")
            table = Table(table_name, MetaData(), Column("owner_id", String), Column(column_name, Text))
            quoted = f'"{table_name}" (owner_id varchar, "{column_name}" text)'
            await connection.execute(f"CREATE TEMPORARY TABLE {quoted}")
            checked = SqlCheck(
                table_name, frozenset({"owner_id", column_name}), {"owner_id": "_owner"}, frozenset()
            )
            for clause in statements(table, table.c[column_name]):
                compiled = clause.compile(dialect=DIALECT)
                await connection.prepare(compiled.string)
                checked.check(compiled.string, compiled.positiontup or ())
            await connection.execute(f'DROP TABLE "{table_name}"')
        await connection.close()

    asyncio.run(check())
