"""Every property can become every other one, with a row and without, or a question is asked."""

import random
from itertools import permutations
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.exc import DBAPIError

from freehold.database import embedded_postgres
from tests.database.schema.edits import (
    ANY,
    BOOL,
    BYTES,
    DATE,
    DECIMAL,
    INT,
    INT32,
    MOMENT,
    NUMBER,
    SHORT,
    TEXT,
    TIME,
    UUID,
)
from tests.database.schema.migrating import Database, resource, rolled_back, tables_of
from tests.support.thoroughness import count

VALUES = {
    TEXT: "'1'", SHORT: "'1'", INT: "1", INT32: "1", NUMBER: "1", BOOL: "true", DATE: "'2026-01-31'",
    MOMENT: "'2026-01-31 12:00+00'", TIME: "'12:00+00'", DECIMAL: "1.5", BYTES: "'a'", ANY: "'[1]'",
    UUID: "'00000000-0000-0000-0000-000000000001'",
}  # fmt: skip
DEFAULTS = {TEXT: "'2'", SHORT: "'2'", INT: "2", INT32: "2", NUMBER: "2.5", BOOL: "true"}
ENUMS = {TEXT: "['1', '2']", INT: "[1, 2]", NUMBER: "[1, 1.5]"}
PROPERTIES = {  # each with a value in SQL, and whether it is required
    **{kind: (value, False) for kind, value in VALUES.items()},
    **{
        f"type: array, items: {{{kind}}}": (f"ARRAY[{value}]", False)
        for kind, value in VALUES.items()
        if kind != ANY
    },
    **{f"{kind}, default: {default}": (VALUES[kind], True) for kind, default in DEFAULTS.items()},
    **{f"{kind}, enum: {values}": (VALUES[kind], False) for kind, values in ENUMS.items()},
    **{f"{kind}, title: Required": (value, True) for kind, value in VALUES.items() if kind in DEFAULTS},
}
DATA_EXCEPTIONS = ("22", "23")
"""Classes of SQLSTATE: a value that cannot be converted, or that a constraint refuses."""


def error_of(database: Database, operations: list[ops.MigrateOperation]) -> DBAPIError | None:
    try:
        database.execute(operations)
    except DBAPIError as error:
        return error
    return None


def becomes(database: Database, before: sa.MetaData, after: sa.MetaData, value: str | None) -> str:
    """What happens: `asked`, `stopped` by PostgreSQL because of a value, or `done`, also back and again."""
    database.migrate(before)
    if value:
        database.run(f"INSERT INTO tasks (owner_id, x) SELECT 'alice', {value}")
    old = database.tables(before)
    proposal = database.propose(after)
    if proposal.questions:
        return "asked"
    for operations, tables in ((proposal.up(), after), (proposal.down(), before), (proposal.up(), after)):
        stopped = error_of(database, operations)
        if stopped is not None:
            assert value, str(stopped)
            assert getattr(stopped.orig, "sqlstate", "")[:2] in DATA_EXCEPTIONS, str(stopped)
            return "stopped"
        assert database.differences(tables) == []
        assert tables is after or database.tables(before) == old
    return "done"


@pytest.mark.long
def test_every_property_becomes_every_other_one(server: embedded_postgres.Server, tmp_path: Path) -> None:
    metadata = {
        name: tables_of(tmp_path, resource("Task", f"x: {{{name}}}", required="id, x" if required else "id"))
        for name, (_, required) in PROPERTIES.items()
    }
    pairs = list(permutations(PROPERTIES, 2))
    chosen = random.Random(11).sample(pairs, count("PAIRS", short=20, long=150))

    def play(connection: sa.Connection) -> dict[str, int]:
        outcomes = {"asked": 0, "stopped": 0, "done": 0}
        for before, after in chosen:
            for value in (None, f"CAST({PROPERTIES[before][0]} AS {column_type(metadata[before])})"):
                with connection.begin_nested() as savepoint:
                    try:
                        outcome = becomes(Database(connection), metadata[before], metadata[after], value)
                    except Exception as error:
                        raise AssertionError(f"{before} becomes {after}, with {value}") from error
                    savepoint.rollback()
                outcomes[outcome] += 1
        return outcomes

    outcomes = rolled_back(server.url("postgres"), play)
    assert outcomes["done"] > outcomes["stopped"] > 0
    assert outcomes["asked"] > 0


def column_type(metadata: sa.MetaData) -> str:
    return str(metadata.tables["tasks"].c.x.type.compile(dialect=asyncpg.dialect()))  # type: ignore[no-untyped-call]  # not annotated
