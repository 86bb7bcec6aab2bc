"""Hostile values of a contract are the same in the database: enums, constants and defaults."""

import json
import random
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from freehold.database import embedded_postgres
from tests.database.schema.migrating import Database, resource, rolled_back, tables_of

PIECES = (
    ":", "::", ":name", ":1", "\\", "\\:", "'", "''", '"', "%", "%s", "%(a)s", "%%", "$1", "$$", "{", "}",
    "{0}", "{{x}}", "--", "/*", "*/", ";", "(", ")", ",", "[", "]", "NULL", "a", "B", " ", "\t", "\n", "\r",
    "é", "漢", "😀", "\u200b", "\x01", "E'", "U&'", "?", "@", "#", "`", "~", "|", "text", "'::text",
    "op.execute(", '"""', "\\x41", "\\u0041", "\\\\",
)  # fmt: skip


def hostile(count: int) -> list[str]:
    """Different texts, each of a few hostile pieces."""
    pick = random.Random(7)
    found: dict[str, None] = dict.fromkeys(PIECES)
    while len(found) < count:
        found["".join(pick.choices(PIECES, k=pick.randint(2, 5)))] = None
    return list(found)[:count]


ENUM, CONSTANTS, DEFAULTS = (hostile(300)[start:end] for start, end in ((0, 200), (200, 250), (250, 300)))


def written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\u200b", "\\u200b")


def contract(enum: list[str]) -> str:
    return resource(
        "Task",
        f"x: {{type: string, enum: {written(enum)}}}",
        *(f"c{number}: {{const: {written(value)}}}" for number, value in enumerate(CONSTANTS)),
        *(f"d{number}: {{type: string, default: {written(value)}}}" for number, value in enumerate(DEFAULTS)),
    )


def play(database: Database, few: sa.MetaData, many: sa.MetaData) -> None:
    insert = sa.text("INSERT INTO tasks (owner_id, x) VALUES ('alice', :x) RETURNING *")
    database.migrate(few)
    change = database.propose(many)
    for operations in (change.up(), change.down(), change.up()):
        database.execute(operations)
    assert database.differences(many) == []

    for value in ENUM:
        row = database.connection.execute(insert, {"x": value}).mappings().one()
        assert row["x"] == value
        assert [row[f"d{number}"] for number in range(len(DEFAULTS))] == DEFAULTS
    for number, value in enumerate(CONSTANTS):
        database.connection.execute(sa.text(f"UPDATE tasks SET c{number} = :value"), {"value": value})


def own_table(*more: SchemaItem) -> sa.MetaData:
    """A table as an override might declare it."""
    metadata = sa.MetaData()
    sa.Table("own", metadata, sa.Column("id", sa.Integer, primary_key=True), *more)
    return metadata


def declares(connection: sa.Connection) -> None:
    """SQL of a table's own: in a new table, and added to one that exists."""
    database, sql = Database(connection), sa.text("'\\:a\\:\\:b\\:c'")
    column = sa.Column("x", sa.Text, server_default=sql, nullable=False)
    index = sa.Index("partial", "x", postgresql_where=sa.text("x <> '\\:name'"))
    few, many = own_table(), own_table(column, index, sa.CheckConstraint("x <> '\\:d'", name="checked"))
    with connection.begin_nested() as savepoint:
        database.migrate(many)
        assert database.differences(many) == []
        savepoint.rollback()
    database.migrate(few)
    database.run("INSERT INTO own (id) VALUES (1)")
    database.migrate(many)
    assert database.differences(many) == []
    assert database.run("SELECT x FROM own") == [(":a::b:c",)]


def test_the_sql_of_own_tables_keeps_its_colons(server: embedded_postgres.Server) -> None:
    rolled_back(server.url("postgres"), declares)


def test_hostile_values_come_back(server: embedded_postgres.Server, tmp_path: Path) -> None:
    embedded_postgres.create_database(server, "hostile_values")
    few, many = tables_of(tmp_path, contract(ENUM[:1])), tables_of(tmp_path, contract(ENUM))

    rolled_back(server.url("hostile_values"), lambda connection: play(Database(connection), few, many))
