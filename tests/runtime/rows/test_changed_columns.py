"""A PATCH changes what was sent and nothing else, with few statements for all sets of fields."""

import asyncio
from itertools import combinations, permutations
from typing import Any

import asyncpg

from generated.runtime.database.pool.connection_pool import ConnectionPool
from generated.runtime.rows.values import changed_columns
from generated.schemas import Task, TaskUpdate
from overrides.tasks import TaskRepository
from tests.faults.sessions import waiting
from tests.runtime.database.test_connection_pool import tasks
from tests.runtime.database.test_session_connection import run
from tests.support.service import Database

SENT: dict[str, Any] = {"title": "Water the plants", "description": None, "completed": True}
STORED = {"title": "Old", "description": "Old", "completed": False}
SETS = [names for size in range(len(SENT) + 1) for names in permutations(SENT, size)]


def changes(names: tuple[str, ...]) -> TaskUpdate:
    return TaskUpdate.model_validate({name: SENT[name] for name in names})


def shown(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in STORED}


def test_all_sets_of_fields_share_a_few_statements() -> None:
    statements = {TaskRepository._update_task(*changed_columns(changes(names))).sql for names in SETS}

    assert len(SETS) == 16
    assert len(statements) == len(SENT) + 2  # nothing, one field, more than one


def test_a_set_of_fields_is_changed_and_no_other_field(database: Database) -> None:
    async def body(pool: ConnectionPool) -> None:
        for names in SETS:
            repository = tasks(pool)
            made = await repository._fetch(repository._create_task(), **STORED)
            done = await repository.update_task(made.id, changes(names))
            assert shown(done) == STORED | {name: SENT[name] for name in names}, names

    run(database.url, body)


def test_a_change_of_another_request_at_the_same_time_is_kept(database: Database) -> None:
    async def body(pool: ConnectionPool) -> None:
        for names in combinations(SENT, 2):
            repository = tasks(pool)
            made = await repository._fetch(repository._create_task(), **STORED)
            (other,) = SENT.keys() - set(names)
            connection = await asyncpg.connect(database.url)
            async with connection.transaction():
                await connection.execute(f"UPDATE tasks SET {other} = $1 WHERE id = $2", SENT[other], made.id)
                sent = asyncio.create_task(repository.update_task(made.id, changes(names)))
                await waiting(connection)
            await connection.close()
            assert shown(await sent) == SENT

    run(database.url, body)
