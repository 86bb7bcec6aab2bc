"""`freehold migrate check` reports every difference between the tables and the database."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import warm_python
from tests.support.service import Database
from tests.support.thoroughness import sampled
from tests.support.tool import MAIN

Make = Callable[[str], tuple[Path, Database]]

DEFAULTS = """
    SELECT format('%I.%I', c.relname, a.attname) AS place,
           format('ALTER TABLE %I ALTER %I DROP DEFAULT', c.relname, a.attname) AS change
    FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
    WHERE c.relnamespace = 'public'::regnamespace AND a.attname <> 'row_version'
"""
CONSTRAINTS = """
    SELECT conname AS place,
           format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS change
    FROM pg_constraint WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace
"""
INDEXES = """
    SELECT indexname AS place, format('DROP INDEX %I', indexname) AS change
    FROM pg_indexes
    WHERE schemaname = 'public' AND indexname NOT LIKE 'pk%' AND tablename <> 'alembic_version'
"""
NULLS = """
    SELECT format('%I.%I', c.relname, a.attname) AS place,
           format('ALTER TABLE %I ALTER %I DROP NOT NULL', c.relname, a.attname) AS change
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND a.attnotnull
      AND a.attidentity = '' AND c.relname <> 'alembic_version'
      AND a.attnum NOT IN (SELECT unnest(conkey) FROM pg_constraint WHERE contype = 'p' AND conrelid = c.oid)
"""


def checked(folder: Path, database: Database) -> "subprocess.CompletedProcess[str]":
    return warm_python.run(
        ["-c", MAIN, "migrate", "check"], folder, os.environ | {"DATABASE_URL": database.url}
    )


LISTED = {"default": DEFAULTS, "key": CONSTRAINTS, "index": INDEXES, "null": NULLS}


@pytest.mark.parametrize("listed", sampled(LISTED.values(), every=4), ids=sampled(LISTED, every=4))
def test_a_removed_object_is_reported(make_dialect: Make, listed: str) -> None:
    folder, database = make_dialect("workspace")
    changes = database.rows(listed)
    assert len(changes) > 5
    for change in changes:
        database.rows(change["change"])

    done = checked(folder, database)

    assert done.returncode == 1, done.stdout + done.stderr
    told = done.stdout + done.stderr
    assert [change["place"] for change in changes if change["place"] not in told] == []


CHANGED = {
    "tasks.status": "ALTER TABLE tasks ALTER status SET DEFAULT 'done'",
    "contacts.vip": "ALTER TABLE contacts ALTER vip SET DEFAULT true",
    "contacts.tags": "ALTER TABLE contacts ALTER tags SET DEFAULT '{x}'",
    "contacts.visits": "ALTER TABLE contacts ALTER visits SET DEFAULT 1",
    "contacts.name": "ALTER TABLE contacts ALTER name TYPE varchar(99)",
    "comments.note": "ALTER TABLE comments ADD note text",
    "fk_tasks_org_id_project_id": """
        ALTER TABLE tasks DROP CONSTRAINT fk_tasks_org_id_project_id,
        ADD CONSTRAINT fk_tasks_org_id_project_id FOREIGN KEY (org_id, project_id)
        REFERENCES projects (org_id, id) ON DELETE CASCADE""",
    "ck_tasks_status_allowed": """
        ALTER TABLE tasks DROP CONSTRAINT ck_tasks_status_allowed,
        ADD CONSTRAINT ck_tasks_status_allowed CHECK (status IN ('open', 'done'))""",
}


def test_a_changed_object_is_reported(make_dialect: Make) -> None:
    folder, database = make_dialect("workspace")
    for change in CHANGED.values():
        database.rows(change)

    done = checked(folder, database)

    assert done.returncode == 1, done.stdout + done.stderr
    assert [place for place in CHANGED if place not in done.stdout] == []
