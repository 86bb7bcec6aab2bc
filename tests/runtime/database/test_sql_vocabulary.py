"""The functions and operators that statements may use are those that PostgreSQL says are harmless."""

import asyncio

from generated.runtime.database import sql_vocabulary
from tests.runtime.database.postgres_catalog import read_vocabulary
from tests.support.service import Database


def test_the_lists_hold_only_what_the_catalog_allows(database: Database) -> None:
    allowed = asyncio.run(read_vocabulary(database.url))

    assert allowed.functions >= sql_vocabulary.FUNCTIONS
    assert allowed.operators >= sql_vocabulary.OPERATORS


def test_nearly_everything_that_the_catalog_allows_is_in_the_lists(database: Database) -> None:
    """What is missing came after PostgreSQL 14."""
    allowed = asyncio.run(read_vocabulary(database.url))

    assert len(allowed.functions - sql_vocabulary.FUNCTIONS) <= 40
    assert allowed.operators - sql_vocabulary.OPERATORS == set()


def test_types_exist(database: Database) -> None:
    known = {row["typname"] for row in database.rows("SELECT typname FROM pg_type")}
    spellings = {
        "bigint",
        "bigserial",
        "boolean",
        "character",
        "decimal",
        "double",
        "float",
        "int",
        "integer",
    }
    spellings |= {"real", "smallint"}

    # names of the grammar are not in the catalog
    assert known | spellings >= sql_vocabulary.TYPES
    of_the_catalog = {name for name in sql_vocabulary.TYPES if name.startswith(("reg", "pg_", "oid", "xid"))}
    assert of_the_catalog == {"regconfig"}
