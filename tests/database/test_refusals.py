"""Errors of PostgreSQL are shown with their detail and hint, and with what to write."""

import pytest
from sqlalchemy.exc import DBAPIError

from freehold.database import refusals
from tests.database.schema.migrating import rolled_back
from tests.support.service import Database

ROWS = "INSERT INTO tasks (owner_id, title) VALUES ('alice', 'a'), ('alice', 'a')"
REFUSED = {
    "ALTER TABLE tasks ALTER description SET NOT NULL": (
        'op.execute("UPDATE tasks SET description = ... WHERE description IS NULL")',
    ),
    "ALTER TABLE tasks ADD CHECK (title <> 'a')": ('op.execute("UPDATE tasks SET ... = ... WHERE ...")',),
    "CREATE UNIQUE INDEX twice ON tasks (owner_id, title)": (
        "DETAIL: Key (owner_id, title)=(alice, a) is duplicated.",
        "Merge, change or delete all but one of each",
    ),
    "ALTER TABLE tasks ALTER title TYPE integer": ("HINT: You might need to specify", "USING title::integer"),
    "ALTER TABLE tasks ALTER title TYPE integer USING title::integer": ("cannot be read as the new type",),
    "ALTER TABLE tasks ALTER owner_id TYPE varchar(2)": ("too long for the new type",),
}


@pytest.mark.parametrize("statement", REFUSED)
def test_a_refusal_says_what_to_do(statement: str, database: Database) -> None:
    database.rows(ROWS)

    with pytest.raises(DBAPIError) as refused:
        rolled_back(database.url, lambda connection: connection.exec_driver_sql(statement).close())

    text = refusals.explain(refused.value)
    assert text.startswith("The database refused: ")
    assert [part for part in REFUSED[statement] if part not in text] == []
