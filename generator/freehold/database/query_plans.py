"""Looks up the indexes that PostgreSQL uses for a statement on a large table with many owners."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg

_PLACEHOLDER = re.compile(r"\$\d+")
_OWNER_COUNT, _ROW_COUNT = 20, 20_000
_SAMPLE_VALUES = {  # an SQL expression for row number `r` by column type; NULL for other types
    "uuid": "md5(r::text)::uuid",
    "character varying": "left('x' || r, {length})",
    "text": "'x' || r",
    "bigint": "r",
    "integer": "r",
    "date": "current_date - r % 1000",
    "timestamp with time zone": "now() - r * interval '1 minute'",
    "boolean": "r % 2 = 0",
}
_SAMPLE_OWNERS = {"uuid": f"md5((r % {_OWNER_COUNT})::text)::uuid"}
_TABLE_OID = "SELECT to_regclass($1)::oid"
_TABLE_COLUMNS = """
    SELECT attname AS name, format_type(atttypid, NULL) AS type, greatest(atttypmod - 4, 1) AS length,
           attnotnull AS needed
    FROM pg_attribute
    WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""
_INDEX_NAMES = """
    WITH defined AS (
        SELECT indrelid, indexrelid::regclass::text AS name, indisunique AS is_unique,
               regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', '') AS what
        FROM pg_index WHERE indrelid IN ($1, $2)
    )
    SELECT copy.name AS copy, min(original.name) AS original
    FROM defined copy JOIN defined original USING (is_unique, what)
    WHERE copy.indrelid = $1 AND original.indrelid = $2
    GROUP BY copy.name
"""


async def used_indexes(
    url: str, table: str, owner_column: str | None, statements: Sequence[str]
) -> list[str]:
    """Return for each statement on a table the indexes in its generic plan.

    The plans are made for a temporary copy of the table, filled with sample rows. The table itself is not
    changed, and no statement is run. Raises the exceptions of asyncpg, for example UndefinedTableError.
    """
    connection = await asyncpg.connect(url)
    try:
        quoted = _quote_identifier(table)
        original = await connection.fetchval(_TABLE_OID, quoted)
        await connection.execute(f"CREATE TEMP TABLE {quoted} (LIKE {quoted} INCLUDING INDEXES)")
        copy = f"pg_temp.{quoted}"
        await _insert_sample_rows(connection, copy, owner_column)
        pairs = await connection.fetch(_INDEX_NAMES, await connection.fetchval(_TABLE_OID, copy), original)
        names = {pair["copy"]: pair["original"] for pair in pairs}
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        plans = [await _plan(connection, sql) for sql in statements]
    finally:
        await connection.close()
    return [", ".join(dict.fromkeys(reversed([*_plan_steps(plan, names)]))) or "-" for plan in plans]


async def _insert_sample_rows(connection: Any, table: str, owner_column: str | None) -> None:
    values: dict[str, str] = {}
    for column in await connection.fetch(_TABLE_COLUMNS, await connection.fetchval(_TABLE_OID, table)):
        name, value = _quote_identifier(column["name"]), _sample_value(column, owner_column)
        values[name] = value if column["needed"] else f"CASE WHEN r % 2 = 0 THEN {value} END"
        if value == "NULL" and column["needed"]:
            await connection.execute(f"ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL")
    source = f"SELECT {', '.join(values.values())} FROM generate_series(1, {_ROW_COUNT}) r"  # noqa: S608 - our names
    await connection.execute(f"INSERT INTO {table} ({', '.join(values)}) {source}")
    await connection.execute(f"ANALYZE {table}")


def _sample_value(column: Any, owner_column: str | None) -> str:
    if column["name"] == owner_column:
        return _SAMPLE_OWNERS.get(column["type"], f"'x' || r % {_OWNER_COUNT}")
    return _SAMPLE_VALUES.get(column["type"], "NULL").format(length=column["length"])


async def _plan(connection: Any, sql: str) -> dict[str, Any]:
    await connection.execute(f"PREPARE explained AS {sql}")
    nulls = ", ".join(["NULL"] * len(set(_PLACEHOLDER.findall(sql))))
    call = f"explained({nulls})" if nulls else "explained"
    explained = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE {call}")
    await connection.execute("DEALLOCATE explained")
    plan: dict[str, Any] = json.loads(explained)[0]["Plan"]
    return plan


def _plan_steps(plan: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    if "Index Name" in plan:
        yield names.get(plan["Index Name"], plan["Index Name"])
    elif plan["Node Type"] == "Seq Scan":
        yield f"none, all of {plan['Relation Name']} is read"
    elif plan["Node Type"] in ("Sort", "Incremental Sort"):
        yield "then sorted"
    for step in plan.get("Plans", []):
        yield from _plan_steps(step, names)


def _quote_identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
