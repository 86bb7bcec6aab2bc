"""Every statement of every dialect uses an index that starts with the owner."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dialects.projects import LARGEST_FIRST
from tests.support import warm_python
from tests.support.service import ROOT, Database
from tests.support.thoroughness import count

OWNERS = 1000
ROWS = count("PLAN_ROWS", short=20, long=100)
"""The number of rows of each owner in each table; `make plans` takes 1,000."""

VALUES = {  # a value for each type, of row `r` of owner `o`
    "uuid": "md5(o || '/' || r % 10)::uuid",
    "character varying": "left('x' || r, 20)",
    "text": "'x' || r",
    "bigint": "r % 10",
    "integer": "r % 10",
    "date": "current_date",
    "timestamp with time zone": "now() - r * interval '1 minute'",
    "numeric": "r",
    "bytea": "''::bytea",
    "boolean": "r % 2 = 0",
    "jsonb": "'{}'",
}
UNIQUE = {  # the same in a column of a unique index
    "uuid": "md5(o || '/' || r)::uuid",
    "character varying": "left('x' || r || '-' || o, 20)",
    "text": "'x' || r || '-' || o",
    "bigint": "r",
    "integer": "r",
    "date": "date '2000-01-01' + r",
}
COLUMNS = """
    SELECT column_name AS name, data_type AS type, column_default IS NOT NULL OR is_identity = 'YES' AS made,
           is_nullable = 'YES' AS optional,
           EXISTS (
               SELECT FROM pg_index i
               JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
               WHERE i.indisunique AND i.indrelid = table_name::regclass AND a.attname = column_name
           ) AS in_key
    FROM information_schema.columns WHERE table_name = $1
"""
CHECKS = "SELECT conname FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype = 'c'"
EXPLAIN = """
    CREATE OR REPLACE FUNCTION plan_of(statement text) RETURNS json LANGUAGE plpgsql AS $$
    DECLARE found json;
    BEGIN
        EXECUTE 'EXPLAIN (GENERIC_PLAN, FORMAT JSON) ' || statement INTO found;
        RETURN found;
    END $$
"""


def _value(kind: str, *, in_key: bool) -> str:
    return UNIQUE.get(kind, VALUES[kind]) if in_key else VALUES[kind]


def fill(database: Database, table: str, owner: str) -> None:
    """Rows for each owner, whatever the table needs; they point at nothing in particular and hold no check.

    A singleton has one row for each owner.
    """
    needed = [c for c in database.rows(COLUMNS, table) if not (c["made"] or c["optional"])]
    stamped = [c for c in database.rows(COLUMNS, table) if c["type"].startswith("timestamp") and c["made"]]
    values = {c["name"]: _value(c["type"], in_key=c["in_key"]) for c in (*needed, *stamped)}
    kind = next(c["type"] for c in needed if c["name"] == owner)
    values[owner] = {"uuid": "md5('o' || o)::uuid", "bigint": "o"}.get(kind, "'owner-' || o")
    source = f"generate_series(1, {OWNERS}) o, generate_series(1, {ROWS}) r"
    names, expressions = ", ".join(values), ", ".join(values.values())
    database.rows(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    for check in database.rows(CHECKS, table):
        database.rows(f"ALTER TABLE {table} DROP CONSTRAINT {check['conname']}")
    database.rows(f"INSERT INTO {table} ({names}) SELECT {expressions} FROM {source} ON CONFLICT DO NOTHING")
    database.rows(f"VACUUM ANALYZE {table}")


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a plan that reads a table."""
    if "Scan" in plan["Node Type"] and plan["Node Type"] != "Bitmap Heap Scan":
        yield plan
    for step in plan.get("Plans", []):
        yield from scans(step)


@pytest.mark.long
@pytest.mark.parametrize("name", LARGEST_FIRST)
def test_no_statement_reads_rows_of_other_owners(
    make_dialect: Callable[[str], tuple[Path, Database]], name: str
) -> None:
    folder, database = make_dialect(name)
    program = (ROOT / "tests" / "dialects" / "list_statements.py").read_text("utf-8")
    done = warm_python.run(["-c", program], folder, os.environ)
    assert done.returncode == 0, done.stderr
    statements = [tuple(item) for item in json.loads(done.stdout)]
    for table, owner in sorted({(table, owner) for table, owner, *_ in statements}):
        fill(database, table, owner)
    database.rows(EXPLAIN)

    wrong, read = [], 0
    for _, _, called, sql, needed in statements:
        if sql.startswith("INSERT") or ("count(*)" in sql and not needed):
            continue
        (found,) = database.rows("SELECT plan_of($1) AS plan", sql)
        for scan in scans(json.loads(found["plan"])[0]["Plan"]):
            read += 1
            indexed = scan["Node Type"] in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}
            if not indexed or needed not in scan.get("Index Cond", ""):
                wrong.append((called, scan["Node Type"], scan.get("Index Name"), scan.get("Index Cond")))

    assert wrong == []
    assert read >= len(statements) / 2 > 2
