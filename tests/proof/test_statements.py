"""The judge refuses each statement that could reach rows of other owners, and no other."""

import asyncio
import re
from collections.abc import Callable

import asyncpg
import pytest

from freehold.proof.sql.facts import Facts, Query, Table
from freehold.proof.sql.judge import judge
from tests.proof import statements
from tests.proof.statements import FACTS, SCHEMA, query
from tests.support.service import Database

HARMLESS, HOSTILE = statements.harmless(), statements.hostile()


def test_there_are_many_statements_of_many_kinds() -> None:
    assert sum(map(len, HARMLESS.values())) >= 700
    assert sum(map(len, HOSTILE.values())) >= 1700
    assert len(HARMLESS) >= 35
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("kind", HARMLESS)
def test_a_harmless_statement_is_proven(kind: str) -> None:
    refused = {sql: faults for sql in HARMLESS[kind] if (faults := judge(query(sql), FACTS).faults)}

    assert refused == {}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_statement_is_refused(kind: str) -> None:
    assert [sql for sql in HOSTILE[kind] if not judge(query(sql), FACTS).faults] == []


@pytest.fixture
def database(make_database: Callable[[], Database]) -> Database:
    return make_database()


@pytest.mark.long
def test_postgresql_runs_each_harmless_statement_without_a_trace_of_others(database: Database) -> None:
    """What a proven statement answers and changes is the same with and without rows of another owner."""
    sqls = [sql for kind, kind_sqls in HARMLESS.items() for sql in kind_sqls]

    alone = asyncio.run(run_all(database, sqls, with_bob=False))
    beside = asyncio.run(run_all(database, sqls, with_bob=True))

    assert [sql for sql, one, other in zip(sqls, alone, beside, strict=True) if one != other] == []
    assert sum(bool(answer[0]) for answer in alone) > len(sqls) / 2, "most of them return rows"


ROWS = """
INSERT INTO projects VALUES ('{0}', 1, '{0} one'), ('{0}', 2, '{0} two');
INSERT INTO tasks VALUES ('{0}', 1, '{0}', true, 1, '{{a,b}}'), ('{0}', 2, 'x', false, 2, '{{x}}');
"""


async def run_all(database: Database, sqls: list[str], *, with_bob: bool) -> list[tuple[object, ...]]:
    """Run statements, each in a transaction of its own: what it returns, and the rows of alice after it."""
    connection = await asyncpg.connect(database.url)
    try:
        await connection.execute(
            "DROP SCHEMA IF EXISTS proof CASCADE; CREATE SCHEMA proof; SET search_path = proof"
        )
        await connection.execute(SCHEMA + "INSERT INTO plans VALUES (1, 'one');" + ROWS.format("alice"))
        if with_bob:
            await connection.execute(ROWS.format("bob"))
        return [await run(connection, sql) for sql in sqls]
    finally:
        await connection.close()


VALUES = {
    "1": "'alice'::text",
    "2": "1::bigint",
    "3": "'alice'::text",
    "4": "10::bigint",
    "5": "'{1,2}'::bigint[]",
}


async def run(connection: "asyncpg.Connection[asyncpg.Record]", sql: str) -> tuple[object, ...]:
    transaction = connection.transaction()
    await transaction.start()
    try:
        rows = await connection.fetch(re.sub(r"\$(\d)", lambda number: VALUES[number[1]], sql))
        stored = await connection.fetch("SELECT owner_id, title, completed FROM tasks ORDER BY 1, 2, 3")
    except asyncpg.PostgresError as error:
        raise AssertionError(f"{sql}: {error}") from None
    finally:
        await transaction.rollback()
    theirs = [tuple(row) for row in stored if row["owner_id"] == "bob"]
    assert theirs in ([], [("bob", "bob", True), ("bob", "x", False)]), sql
    return sorted(map(repr, rows)), [tuple(row) for row in stored if row["owner_id"] != "bob"]


# What is not in the SQL.


def test_a_parameter_that_an_override_binds_is_not_the_owner() -> None:
    sql = "SELECT tasks.id FROM tasks WHERE tasks.owner_id = $1"

    assert judge(Query(sql, ("_owner",), "sub"), FACTS).faults == ()
    assert judge(Query(sql, ("owner",), "sub"), FACTS).faults != ()
    assert judge(Query(sql, (), "sub"), FACTS).faults != ()


def test_a_repository_without_an_owner_reads_shared_tables_only() -> None:
    assert judge(Query("SELECT plans.id FROM plans", (), None), FACTS).faults == ()
    owned = Query("SELECT tasks.id FROM tasks WHERE tasks.owner_id = $1", ("_owner",), None)
    assert judge(owned, FACTS).faults != ()


def test_a_function_that_the_project_allows_can_be_called() -> None:
    sql = "SELECT similarity(tasks.title, $3) FROM tasks WHERE tasks.owner_id = $1"
    allowed = Facts(FACTS.tables, frozenset({"similarity"}))

    assert judge(query(sql), FACTS).faults == (
        "it calls similarity(), which is not among the functions that depend on their arguments only",
    )
    assert judge(query(sql), allowed).faults == ()
    assert judge(query(sql.replace("similarity(", "other.similarity(")), allowed).faults != ()


def test_the_proof_names_its_place() -> None:
    joined = "SELECT t.id FROM tasks t LEFT JOIN projects p ON p.owner_id = t.owner_id WHERE t.owner_id = $1"

    found = judge(query(joined), FACTS)

    assert found.tables == ("tasks", "projects")
    assert found.evidence == ("WHERE t.owner_id = $1", "ON p.owner_id = t.owner_id")


EXISTENCE = "SELECT true AS anon_1 FROM tasks WHERE tasks.id = $2 AND tasks.owner_id != $1"


@pytest.mark.parametrize(
    ("sql", "is_refused"),
    [
        (EXISTENCE, False),
        (EXISTENCE.replace("true AS anon_1", "tasks.id"), True),
        (EXISTENCE.replace("true AS anon_1", "true, tasks.title"), True),
        (EXISTENCE.replace("true AS anon_1", "(SELECT max(t.title) FROM tasks t)"), True),
        (EXISTENCE.replace("true AS anon_1", "count(*)"), True),
        (EXISTENCE.replace("FROM tasks", "FROM tasks, projects"), True),
        (EXISTENCE + " AND EXISTS (SELECT 1 FROM projects)", True),
        (EXISTENCE + " FOR UPDATE", True),
        ("DELETE FROM tasks WHERE tasks.id = $2 AND tasks.owner_id != $1", True),
        (f"{EXISTENCE} UNION SELECT tasks.completed FROM tasks", True),
    ],
)
def test_the_statement_of_foreign_forbidden_returns_no_column(sql: str, is_refused: bool) -> None:
    found = judge(Query(sql, statements.PARAMETERS, "sub", only_existence=True), FACTS)

    assert bool(found.faults) == is_refused


def test_shared_rows_are_locked_by_statements_of_their_own_repository() -> None:
    sql = "SELECT plans.id FROM plans WHERE plans.id = $2 FOR UPDATE"

    assert judge(Query(sql, statements.PARAMETERS), FACTS).faults == ()
    assert judge(query(sql), FACTS).faults == ("it locks rows of plans, which all users may share",)


def test_a_table_of_the_same_name_with_another_owner_column_is_told_apart() -> None:
    tables = {"tasks": Table("tasks", frozenset({"owner_id", "tenant", "id"}), "tenant", "sub")}

    found = judge(query("SELECT tasks.id FROM tasks WHERE tasks.owner_id = $1"), Facts(tables))

    assert found.faults == ("it reaches tasks without tasks.tenant = $n as a condition of every row",)
