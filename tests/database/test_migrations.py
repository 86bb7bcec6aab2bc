"""Migrations: apply and revert revisions, detect schema drift."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from freehold.database import embedded_postgres, migrations
from freehold.database.schema.renames import Rename
from freehold.ground import project
from freehold.ground.problems import ExternalError, UsageError
from tests.support.service import ROOT, Database

HERE = project.find_project(ROOT)
FIRST = "20261121_0139_tasks.py"


@pytest.fixture
def empty(server: embedded_postgres.Server, request: pytest.FixtureRequest) -> Database:
    name = f"empty_{abs(hash(request.node.name))}"
    embedded_postgres.create_database(server, name)
    return Database(server.url(name))


def test_the_committed_revisions_create_the_tables(database: Database) -> None:
    migrations.check(HERE, database.url)

    indexes = database.rows("SELECT indexdef FROM pg_indexes WHERE tablename = 'tasks' ORDER BY indexname")
    assert [row["indexdef"].partition(" USING ")[2] for row in indexes] == [
        "btree (owner_id, completed)",
        "btree (owner_id, created_at, id)",
        "btree (owner_id, deleted_at)",
        "btree (owner_id, title, id)",
        "btree (owner_id, id)",
    ]


def test_every_revision_can_be_reverted(empty: Database) -> None:
    migrations.up(HERE, empty.url)
    migrations.down(HERE, empty.url, "base")

    assert empty.rows("SELECT tablename FROM pg_tables WHERE tablename = 'tasks'") == []
    migrations.up(HERE, empty.url)
    migrations.check(HERE, empty.url)


def test_a_database_without_the_last_revision_is_out_of_date(empty: Database) -> None:
    with pytest.raises(ExternalError, match="freehold migrate up"):
        migrations.check(HERE, empty.url)


DRIFTS: dict[str, tuple[str, str]] = {
    "a missing column": (
        "ALTER TABLE tasks DROP COLUMN deleted_at",
        "tasks.deleted_at: the column is missing",
    ),
    "a column too many": (
        "ALTER TABLE tasks ADD COLUMN extra text",
        "tasks.extra: the tables have no such column",
    ),
    "a missing index": (
        "DROP INDEX ix_tasks_owner_id_completed",
        "ix_tasks_owner_id_completed: the index of tasks is missing",
    ),
    "a column that may be null": (
        "ALTER TABLE tasks ALTER title DROP NOT NULL",
        "tasks.title: NOT NULL is missing",
    ),
    "another default": (
        "ALTER TABLE tasks ALTER completed SET DEFAULT true",
        "tasks.completed: the default is true, not false",
    ),
    "another length": (
        "ALTER TABLE tasks ALTER title TYPE varchar(100)",
        r"tasks.title: the type is character varying\(100\), not character varying\(200\)",
    ),
    "a missing CHECK": (
        "ALTER TABLE tasks DROP CONSTRAINT ck_tasks_owner_id_not_empty",
        "ck_tasks_owner_id_not_empty: the constraint of tasks is missing",
    ),
    "a changed CHECK": (
        "ALTER TABLE tasks DROP CONSTRAINT ck_tasks_owner_id_not_empty,"
        " ADD CONSTRAINT ck_tasks_owner_id_not_empty CHECK (owner_id <> 'x')",
        "ck_tasks_owner_id_not_empty: the constraint of tasks is CHECK",
    ),
    "a CHECK too many": (
        "ALTER TABLE tasks ADD CONSTRAINT ck_tasks_extra CHECK (title <> 'x')",
        "ck_tasks_extra: the tables have no such constraint of tasks",
    ),
}


@pytest.mark.parametrize(("change", "expected"), DRIFTS.values(), ids=DRIFTS)
def test_schema_drift_is_detected(database: Database, change: str, expected: str) -> None:
    database.rows(change)

    with pytest.raises(migrations.SchemaDrift, match=expected):
        migrations.check(HERE, database.url)


def test_without_generated_code_the_error_says_what_to_do(database: Database, tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    shutil.copy(ROOT / "migrations" / "env.py", tmp_path / "migrations")
    bare = replace(HERE, root=tmp_path, generated=tmp_path / "generated", migrations=tmp_path / "migrations")

    with pytest.raises(UsageError, match="freehold generate"):
        migrations.up(bare, database.url)


def test_a_refused_proposal_writes_no_revision(database: Database) -> None:
    database.rows("ALTER TABLE tasks ALTER completed DROP DEFAULT, ALTER completed TYPE integer USING 0")
    before = sorted((ROOT / "migrations" / "versions").glob("*.py"))

    with pytest.raises(migrations.ProposalRefused, match=r"tasks\.completed is integer and becomes boolean"):
        migrations.new(HERE, database.url, "refused")
    assert sorted((ROOT / "migrations" / "versions").glob("*.py")) == before


def written(folder: Path, database: Database, **options: Any) -> str:
    """The source of the revision that is proposed; it is applied, reverted, and applied again."""
    here = project.find_project(folder)
    revision = migrations.new(here, database.url, "proposed", **options)
    assert revision is not None
    migrations.up(here, database.url)
    assert migrations.check(here, database.url) == []
    migrations.down(here, database.url)
    migrations.up(here, database.url)
    assert migrations.check(here, database.url) == []
    return revision.file.read_text("utf-8")


def test_a_revision_renames_a_column_and_makes_an_index_in_steps(folder: Path, database: Database) -> None:
    database.rows("INSERT INTO tasks (owner_id, title) VALUES ('alice', 'kept')")
    database.rows("ALTER TABLE tasks RENAME title TO name")
    database.rows("DROP INDEX ix_tasks_owner_id_completed")

    source = written(folder, database, renames=[Rename("name", "title", "tasks")], online=True)

    assert "ALTER TABLE tasks RENAME COLUMN name TO title" in source
    assert "    with op.get_context().autocommit_block():\n        op.create_index(" in source
    assert "postgresql_concurrently=True" in source
    assert database.rows("SELECT title FROM tasks") == [{"title": "kept"}]


def test_a_rename_of_what_is_not_there_is_a_usage_error(database: Database) -> None:
    renames = [Rename("title", "title", "tasks"), Rename("todos", "tasks")]

    with pytest.raises(UsageError, match=r"Nothing to rename: tasks\.title=title, todos=tasks"):
        migrations.new(HERE, database.url, "renamed", renames=renames)


def test_a_table_that_no_resource_has_is_named_and_dropped_on_request(
    folder: Path, database: Database
) -> None:
    here, first = project.find_project(folder), folder / "migrations" / "versions" / FIRST
    added = 'op.create_table("notes", sa.Column("note", sa.Text()))\n    op.create_table(\n        "tasks"'
    first.write_text(first.read_text("utf-8").replace('op.create_table(\n        "tasks"', added), "utf-8")
    for statement in ("CREATE TABLE notes (note text)", "CREATE TABLE sessions (of_others text)"):
        database.rows(statement)

    (note,) = migrations.check(here, database.url)
    assert note.startswith("notes: no resource has this table any more. Its rows are kept")
    source = written(folder, database, drop=True)

    assert 'op.drop_table("notes")' in source
    assert database.rows("SELECT relname FROM pg_class WHERE relname IN ('notes', 'sessions')") == [
        {"relname": "sessions"}
    ]


def test_no_revision_is_proposed_without_differences(make_database: Callable[[], Database]) -> None:
    before = sorted((ROOT / "migrations" / "versions").glob("*.py"))

    assert migrations.new(HERE, make_database().url, "nothing") is None
    assert sorted((ROOT / "migrations" / "versions").glob("*.py")) == before


def test_the_database_refuses_a_row_without_an_owner(database: Database) -> None:
    with pytest.raises(Exception, match="ck_tasks_owner_id_not_empty"):
        database.rows("INSERT INTO tasks (owner_id, title) VALUES ('', 'x')")
