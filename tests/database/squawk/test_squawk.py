"""squawk, a linter for migrations of PostgreSQL, agrees with the warnings about locks, and with --online.

It is installed from requirements.lock in this folder, as `.ci/run` does; the test skips where it is not.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext

from freehold.database import embedded_postgres
from freehold.database.schema.locks import AutocommitBlock
from tests.database.schema.edits import Edit
from tests.database.schema.migrating import Database, rolled_back, tables_of
from tests.database.schema.test_edits import EDITS

LOCKS = {
    "adding-field-with-default", "adding-foreign-key-constraint", "adding-not-nullable-field",
    "adding-required-field", "adding-serial-primary-key-field", "changing-column-type",
    "constraint-missing-not-valid", "disallowed-unique-constraint", "require-concurrent-index-creation",
}  # fmt: skip
"""The rules about locks that last as long as there are rows to look at."""
HARMLESS = {  # squawk does not know the former type, or that there are no rows
    "a longer text",
    "a text without limit",
    "a new required property without rows",
    "new resources that reference each other",
}
SQUAWK = shutil.which("squawk", path=str(Path(sys.executable).parent)) or shutil.which("squawk")


class Output(list[str]):
    """What Alembic writes offline."""

    def write(self, text: str) -> None:
        self.append(text)

    def flush(self) -> None:
        """Does nothing: it is all there."""


def sql_of(operations: list[ops.MigrateOperation]) -> str:
    """The statements of operations, without transactions."""
    output = Output()
    options = {"as_sql": True, "output_buffer": output}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    for operation in operations:
        for part in operation.operations if isinstance(operation, AutocommitBlock) else [operation]:
            Operations(context).invoke(part)
    return "".join(output)


def findings(sql: str) -> set[str]:
    command = [str(SQUAWK), "--reporter", "json", "--pg-version", "16.0"]
    done = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)
    return {found["rule_name"] for found in json.loads(done.stdout)} & LOCKS


def proposed(connection: sa.Connection, edit: Edit, tables: list[sa.MetaData]) -> tuple[str, str, list[str]]:
    """The SQL of a proposal, that of --online, and the warnings about locks."""
    database = Database(connection)
    database.migrate(tables[0])
    for row in edit.rows:
        database.run(row)
    proposal = database.propose(tables[1], **edit.options)
    warnings = [warning for warning in proposal.warnings if "wait while" in warning]
    return sql_of(proposal.up()), sql_of(proposal.up(online=True)), warnings


@pytest.mark.long
@pytest.mark.skipif(SQUAWK is None, reason="squawk is not installed: see the top of this file")
@pytest.mark.parametrize("name", [name for name, edit in EDITS.items() if not edit.asks])
def test_squawk_agrees_about_locks(name: str, server: embedded_postgres.Server, tmp_path: Path) -> None:
    tables = [tables_of(tmp_path, schemas) for schemas in (EDITS[name].before, EDITS[name].after)]

    ordinary, online, warnings = rolled_back(
        server.url("postgres"), lambda connection: proposed(connection, EDITS[name], tables)
    )

    assert bool(findings(ordinary)) == (bool(warnings) or name in HARMLESS)
    if all("With --online" in warning for warning in warnings) and name not in HARMLESS:
        assert findings(online) == set()
