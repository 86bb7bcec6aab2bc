"""What the prover accepts of random statements shows nothing of another owner, on a real PostgreSQL."""

import asyncio
from collections.abc import Callable

import asyncpg

from freehold.proof.sql.judge import judge
from tests.proof.random_sql import Generator
from tests.proof.statements import FACTS, SCHEMA, query
from tests.support.service import Database
from tests.support.thoroughness import count

SEED = 12
STATEMENTS = count("PROOF_STATEMENTS", short=150, long=4000)
# The texts are those with which a column could be taken for another: owners, and what both have.
ROWS = """
INSERT INTO projects VALUES ('{0}', 1, 'alice'), ('{0}', 2, 'bob'), ('{0}', 3, '{0}');
INSERT INTO tasks VALUES ('{0}', 1, 'bob', true, 1, '{{a}}'), ('{0}', 2, 'alice', false, 2, '{{b}}'),
                         ('{0}', 3, '{0}', true, 3, '{{c}}');
"""
SHARED = "INSERT INTO plans VALUES (1, 'alice'), (2, 'bob');"

Answer = tuple[list[str], list[str], list[str]]
"""What a statement returned, and the rows of alice and of bob after it."""


def test_an_accepted_statement_answers_the_same_without_the_rows_of_others(
    make_database: Callable[[], Database],
) -> None:
    statements = [Generator(SEED * 1_000_000 + number).statement() for number in range(STATEMENTS)]

    compared = asyncio.run(compare(make_database(), statements))

    proven = {sql: answers for sql, answers in compared.items() if not judge(query(sql), FACTS).faults}
    differing = [sql for sql, (alone, beside) in compared.items() if alone != beside]
    assert [sql for sql in proven if sql in set(differing)] == []
    assert len(proven) > STATEMENTS / 20, "the prover accepts some"
    assert len(differing) > STATEMENTS / 10, "the comparison notices others"
    assert sum(bool(alone[0]) for alone, _ in proven.values()) > len(proven) / 10, "some return rows"


async def compare(database: Database, statements: list[str]) -> dict[str, tuple[Answer, Answer]]:
    """Run statements with and without the rows of bob, those that PostgreSQL accepts."""
    connection = await asyncpg.connect(database.url, statement_cache_size=0)
    try:
        for schema, owners in (("alone", ["alice"]), ("beside", ["bob", "alice"])):
            await connection.execute(
                f"CREATE SCHEMA {schema}; SET search_path = {schema}; {SCHEMA}; {SHARED}"
            )
            for owner in owners:
                await connection.execute(ROWS.format(owner))
        compared = {}
        for sql in statements:
            alone, beside = [await run(connection, schema, sql) for schema in ("alone", "beside")]
            if alone is not None and beside is not None:
                compared[sql] = without_bob(alone), without_bob(beside)
        return compared
    finally:
        await connection.close()


async def run(connection: "asyncpg.Connection[asyncpg.Record]", schema: str, sql: str) -> Answer | None:
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(f"SET LOCAL search_path = {schema}; SET LOCAL statement_timeout = '5s'")
        rows = await connection.fetch(sql.replace("$1::text", "$1").replace("$1", "'alice'::text"))
        stored = await connection.fetch("SELECT owner_id, id, title FROM tasks")
    except asyncpg.PostgresError:
        return None
    finally:
        await transaction.rollback()
    mine, theirs = [
        sorted(repr(row) for row in stored if (row[0] == "bob") == is_bob) for is_bob in (False, True)
    ]
    return sorted(map(repr, rows)), mine, theirs


def without_bob(answer: Answer) -> Answer:
    """An answer to compare: the rows of bob have to be what they were, or not there at all."""
    returned, mine, theirs = answer
    unchanged = len(theirs) == 0 or theirs == BOB
    return returned, mine, [] if unchanged else theirs


BOB = [
    "<Record owner_id='bob' id=1 title='bob'>",
    "<Record owner_id='bob' id=2 title='alice'>",
    "<Record owner_id='bob' id=3 title='bob'>",
]
