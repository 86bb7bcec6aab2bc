"""Revisions of --online end with the same tables, in steps that hold no lock while they look at rows."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from freehold.database import embedded_postgres
from tests.database.schema.edits import TEXT, edit
from tests.database.schema.edits_of_keys import KEYS
from tests.database.schema.edits_of_values import ENUMS, NULLS_AND_DEFAULTS
from tests.database.schema.migrating import Database, rolled_back, run_source, tables_of
from tests.support.thoroughness import long

EDITS = KEYS | ENUMS | NULLS_AND_DEFAULTS
FOLLOWED = {  # the warnings, and what they are replaced by
    "an index": (
        "ix_tasks_owner_id_x: writes to tasks wait while the index is built. With --online, or by hand:\n"
        "  with op.get_context().autocommit_block():\n"
        "      op.create_index('ix_tasks_owner_id_x', 'tasks', ['owner_id', 'x'], unique=False,"
        " postgresql_concurrently=True)"
    ),
    "a unique property": "op.create_index('uq_tasks_owner_id_x', 'tasks', ['owner_id', 'x'], unique=True, p",
    "a text becomes an enum": (
        "ck_tasks_x_allowed: reads and writes of tasks wait while its rows are checked."
        " With --online, or by hand:\n"
        "  op.create_check_constraint(op.f('ck_tasks_x_allowed'), 'tasks', \"x IN ('a', 'b')\","
        " postgresql_not_valid=True)\n"
        "  with op.get_context().autocommit_block():\n"
        "      op.execute('ALTER TABLE tasks VALIDATE CONSTRAINT ck_tasks_x_allowed')"
    ),
    "a reference": "['owner_id', 'id'], ondelete='RESTRICT', postgresql_not_valid=True)",
    "a property becomes required": (
        "tasks.x: reads and writes of tasks wait while NOT NULL is checked. With --online, or by hand:\n"
        "  op.execute('ALTER TABLE tasks' ' ADD CONSTRAINT x_not_null CHECK (x IS NOT NULL) NOT VALID')\n"
        "  with op.get_context().autocommit_block():\n"
        "      op.execute('ALTER TABLE tasks VALIDATE CONSTRAINT x_not_null')\n"
        "      op.execute('ALTER TABLE tasks ALTER COLUMN x SET NOT NULL')\n"
        "      op.execute('ALTER TABLE tasks DROP CONSTRAINT x_not_null')"
    ),
    "a property becomes required, with a default": "UPDATE tasks SET x = DEFAULT",
}


@pytest.mark.parametrize("name", [next(iter(FOLLOWED)), *map(long, list(FOLLOWED)[1:])])
def test_the_steps_end_with_the_same_tables(
    name: str, server: embedded_postgres.Server, tmp_path: Path
) -> None:
    edit = EDITS[name]
    before, after = tables_of(tmp_path, edit.before), tables_of(tmp_path, edit.after)
    embedded_postgres.create_database(server, f"online_{name}".replace(" ", "_").replace(",", ""))
    url = server.url(f"online_{name}".replace(" ", "_").replace(",", ""))

    def play(connection: sa.Connection) -> None:
        database = Database(connection)
        database.migrate(before)
        for row in edit.rows:
            database.run(row)
        connection.commit()
        proposal = database.propose(after, online=True)
        assert [warning for warning in proposal.warnings if "wait while" in warning] == []
        assert FOLLOWED[name] in "\n".join(database.propose(after).warnings)
        connection.rollback()
        context = MigrationContext.configure(connection)
        with context.begin_transaction():
            assert "autocommit_block" in run_source(context, proposal.up(online=True))
        assert database.differences(after) == []
        assert database.run(edit.query) == list(edit.found)
        database.execute(proposal.down())
        assert database.differences(before) == []

    rolled_back(url, play)


REWRITES = {
    "a type": edit(TEXT, "type: integer", "'1'", 1),
    "a shorter text": edit("type: string, maxLength: 9", "type: string, maxLength: 5", "'a'", "a"),
}
FAST = {
    "a longer text": edit("type: string, maxLength: 5", "type: string, maxLength: 9", "'a'", "a"),
    "a text without limit": edit("type: string, maxLength: 5", TEXT, "'a'", "a"),
    "another default": NULLS_AND_DEFAULTS["another default"],
    "a new property": NULLS_AND_DEFAULTS["a new property with a default"],
    "a type without rows": edit(TEXT, "type: integer"),
}


@pytest.mark.parametrize("name", [*REWRITES, *FAST])
def test_a_warning_tells_of_a_table_that_is_rewritten(
    name: str, server: embedded_postgres.Server, tmp_path: Path
) -> None:
    edit = (REWRITES | FAST)[name]
    before, after = tables_of(tmp_path, edit.before), tables_of(tmp_path, edit.after)

    def warnings(connection: sa.Connection) -> list[str]:
        database = Database(connection)
        database.migrate(before)
        for row in edit.rows:
            database.run(row)
        return database.propose(after).warnings

    found = rolled_back(server.url("postgres"), warnings)
    rewritten = (
        "tasks.x: reads and writes of tasks wait while the table is rewritten. For a large table, see docs"
    )
    assert [warning.partition("/")[0] for warning in found] == ([rewritten] if name in REWRITES else [])
