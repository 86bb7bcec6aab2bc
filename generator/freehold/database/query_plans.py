"""Which index a statement finds its rows by, when there are many rows of many owners."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg

_PLACE = re.compile(r"\$\d+")
_OWNERS, _ROWS = 20, 20_000
_VALUES = {  # a value for each type, of row `r`; null for any other
    "uuid": "md5(r::text)::uuid",
    "character varying": "left('x' || r, {length})",
    "text": "'x' || r",
    "bigint": "r",
    "integer": "r",
    "date": "current_date - r % 1000",
    "timestamp with time zone": "now() - r * interval '1 minute'",
    "boolean": "r % 2 = 0",
}
_OWNER = {"uuid": f"md5((r % {_OWNERS})::text)::uuid"}
_OID = "SELECT to_regclass($1)::oid"
_COLUMNS = """
    SELECT attname AS name, format_type(atttypid, NULL) AS type, greatest(atttypmod - 4, 1) AS length,
           attnotnull AS needed
    FROM pg_attribute
    WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""
_NAMES = """
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


async def indexes(url: str, table: str, owner: str | None, statements: Sequence[str]) -> list[str]:
    """For each statement on a table, the indexes that PostgreSQL finds the rows by, for any values.

    A copy of the table, which only this connection sees, is filled; nothing else is touched and no statement
    is run. Raises what asyncpg raises: UndefinedTableError when there is no such table.
    """
    connection = await asyncpg.connect(url)
    try:
        original = await connection.fetchval(_OID, _quoted(table))
        await connection.execute(
            f"CREATE TEMP TABLE {_quoted(table)} (LIKE {_quoted(table)} INCLUDING INDEXES)"
        )
        copy = f"pg_temp.{_quoted(table)}"
        await _fill(connection, copy, owner)
        pairs = await connection.fetch(_NAMES, await connection.fetchval(_OID, copy), original)
        names = {pair["copy"]: pair["original"] for pair in pairs}
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        plans = [await _plan(connection, sql) for sql in statements]
    finally:
        await connection.close()
    return [", ".join(dict.fromkeys(reversed([*_scans(plan, names)]))) or "-" for plan in plans]


async def _fill(connection: Any, table: str, owner: str | None) -> None:
    values: dict[str, str] = {}
    for column in await connection.fetch(_COLUMNS, await connection.fetchval(_OID, table)):
        name, value = _quoted(column["name"]), _value(column, owner)
        values[name] = value if column["needed"] else f"CASE WHEN r % 2 = 0 THEN {value} END"
        if value == "NULL" and column["needed"]:
            await connection.execute(f"ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL")
    source = f"SELECT {', '.join(values.values())} FROM generate_series(1, {_ROWS}) r"  # noqa: S608 - our names
    await connection.execute(f"INSERT INTO {table} ({', '.join(values)}) {source}")
    await connection.execute(f"ANALYZE {table}")


def _value(column: Any, owner: str | None) -> str:
    if column["name"] == owner:
        return _OWNER.get(column["type"], f"'x' || r % {_OWNERS}")
    return _VALUES.get(column["type"], "NULL").format(length=column["length"])


async def _plan(connection: Any, sql: str) -> dict[str, Any]:
    await connection.execute(f"PREPARE explained AS {sql}")
    nulls = ", ".join(["NULL"] * len(set(_PLACE.findall(sql))))
    call = f"explained({nulls})" if nulls else "explained"
    explained = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE {call}")
    await connection.execute("DEALLOCATE explained")
    plan: dict[str, Any] = json.loads(explained)[0]["Plan"]
    return plan


def _scans(plan: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    if "Index Name" in plan:
        yield names.get(plan["Index Name"], plan["Index Name"])
    elif plan["Node Type"] == "Seq Scan":
        yield f"none, all of {plan['Relation Name']} is read"
    elif plan["Node Type"] in ("Sort", "Incremental Sort"):
        yield "then sorted"
    for step in plan.get("Plans", []):
        yield from _scans(step, names)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
