"""Every edit of a contract with rows keeps them, or stops with what to write: up, down, and up again."""

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.exc import DBAPIError

from freehold.database import embedded_postgres
from tests.database.schema import edits_of_keys as keys
from tests.database.schema import edits_of_values as values
from tests.database.schema.edits import TYPES, Edit
from tests.database.schema.migrating import Database, rolled_back, tables_of
from tests.support.thoroughness import sampled

EDITS = (
    TYPES
    | values.NULLS_AND_DEFAULTS
    | values.ENUMS
    | keys.KEYS
    | keys.NAMES
    | keys.RENAMES
    | keys.OWNERS_AND_IDS
)


@pytest.fixture(scope="module")
def url(server: embedded_postgres.Server) -> str:
    embedded_postgres.create_database(server, "edits")
    return server.url("edits")


@contextmanager
def stopping(message: str) -> Iterator[None]:
    """Expects an error of PostgreSQL with this text, unless there is none."""
    if not message:
        yield
        return
    with pytest.raises(DBAPIError) as raised:
        yield
    cause: Any = raised.value.orig and raised.value.orig.__cause__
    assert message in f"{cause} {getattr(cause, 'detail', '')}"


def remedied(database: Database, operations: list[ops.MigrateOperation], edit: Edit) -> None:
    """Inserts the remedy before the first operation that needs it."""
    for operation in operations:
        if edit.remedy and operation is operations[0] and edit.remedy.startswith("DELETE"):
            database.run_all(edit.remedy)
        try:
            database.execute([operation])
        except DBAPIError:
            database.run_all(edit.remedy)
            database.execute([operation])


def plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    kept = (str, int, float, bool, list, type(None))
    return [tuple(value if isinstance(value, kept) else str(value) for value in row) for row in rows]


def play(database: Database, edit: Edit, before: sa.MetaData, after: sa.MetaData) -> None:
    database.migrate(before)
    assert database.differences(before) == []
    for statement in edit.rows:
        database.run(statement)
    old = database.tables(before)

    proposal = database.propose(after, **edit.options)
    if edit.asks:
        text = "\n".join(proposal.questions)
        assert edit.asks in text
        if edit.found:
            for line in re.findall(r"  op\.execute\((.*)\)", text):
                database.run(ast.literal_eval(line))
            database.migrate(after)
            assert database.differences(after) == []
            assert plain(database.run(edit.query)) == list(edit.found)
        return
    assert proposal.questions == []
    with stopping(edit.stops):
        database.execute(proposal.up())
    if edit.stops:
        remedied(database, proposal.up(), edit)
    assert database.differences(after) == []
    assert plain(database.run(edit.query)) == list(edit.found)

    with stopping(edit.reverts):
        database.execute(proposal.down())
    if edit.reverts:
        return
    assert database.tables(before) == old
    remedied(database, proposal.up(), edit)
    assert database.differences(after) == []


@pytest.mark.parametrize("name", sampled(EDITS, every=4))
def test_an_edit_keeps_the_rows(name: str, url: str, tmp_path: Path) -> None:
    edit = EDITS[name]
    before, after = tables_of(tmp_path, edit.before), tables_of(tmp_path, edit.after)

    rolled_back(url, lambda connection: play(Database(connection), edit, before, after))
