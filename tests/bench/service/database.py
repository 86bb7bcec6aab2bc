"""The PostgreSQL that all servers share, its rows, and how it gets back to them after a round."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from freehold.database import embedded_postgres

from .processes import BenchError, tree_cpu_seconds

USERS = 1_000
ROWS = 100  # of each user
SEEDED = datetime(2026, 1, 1, tzinfo=UTC)
"""Before all that the bench itself writes: what is newer is not seeded."""
SETTINGS = {
    "autovacuum": "off",  # it would run in some rounds and not in others; `restore` does it between them
    "synchronous_commit": "off",  # the disk is not what is measured
    "checkpoint_timeout": "1h",
    "max_wal_size": "8GB",
    "max_connections": "200",
    "timezone": "UTC",
}
_COLUMNS = ("owner_id", "id", "title", "description", "completed", "created_at", "updated_at")


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server of the bench's own."""

    server: embedded_postgres.Server
    pid: int

    def cpu_seconds(self) -> float:
        """CPU time of the server and of all its backends so far."""
        return tree_cpu_seconds(self.pid)


@contextmanager
def cluster(scratch: Path) -> Iterator[Cluster]:
    """Run a PostgreSQL in a folder of its own."""
    data = scratch / "postgres"
    with embedded_postgres.run_server(data, SETTINGS) as server:
        yield Cluster(server, int((data / "postmaster.pid").read_text().split()[0]))


@dataclass(frozen=True)
class Database:
    """A database with the rows of USERS users."""

    url: str
    ids: tuple[tuple[UUID, ...], ...]
    """The ids of the rows of each user."""

    def restore(self) -> None:
        """Remove what a round has written, so that each finds as many rows as the one before."""
        statements = ("DELETE FROM tasks WHERE created_at > now() - interval '1 hour'", "VACUUM tasks")
        asyncio.run(_execute(self.url, *statements))

    def add(self, rows: list[tuple[str, UUID]]) -> None:
        """Add rows (owner and id) that a round may delete."""
        now = datetime.now(UTC)
        records = [(owner, row_id, "To delete", None, False, now, now) for owner, row_id in rows]
        asyncio.run(_copy(self.url, records))


def user_name(number: int) -> str:
    """The `sub` of a user."""
    return f"user-{number:04}"


def create_database(
    server: embedded_postgres.Server, name: str, project: Path, python: str = sys.executable
) -> Database:
    """Make a database with the migrations of a project, and the rows that all servers read."""
    embedded_postgres.create_database(server, name)
    url = server.url(name)
    command = [python, "-m", "alembic", "-c", "migrations/alembic.ini", "upgrade", "head"]
    variables = os.environ | {"DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=project, env=variables, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"The migrations of {name} failed:\n{done.stderr}")
    chance = random.Random(1)
    ids = tuple(tuple(random_id(chance) for _ in range(ROWS)) for _ in range(USERS))
    asyncio.run(
        _copy(url, [_row(chance, user, row, ids[user][row]) for row in range(ROWS) for user in range(USERS)])
    )
    asyncio.run(_execute(url, "VACUUM ANALYZE tasks", "CHECKPOINT"))
    return Database(url, ids)


def random_id(chance: random.Random) -> UUID:
    """A random UUID that is the same in each run."""
    return UUID(int=chance.getrandbits(128), version=4)


def _row(chance: random.Random, user: int, row: int, row_id: UUID) -> tuple[object, ...]:
    made = SEEDED + timedelta(minutes=row, microseconds=chance.randrange(60_000_000))
    description = (
        None if row % 4 == 0 else f"What has to be known about the task with the number {row}, in a line."
    )
    title = f"Task {chance.randrange(10_000):04} of {row}"
    return user_name(user), row_id, title, description, chance.random() < 0.3, made, made


async def _copy(url: str, records: Sequence[tuple[object, ...]]) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.copy_records_to_table("tasks", records=records, columns=_COLUMNS)
    finally:
        await connection.close()


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
