"""Python code that runs beside the statements. No check of a statement can refuse it; `freehold prove` lists it."""

from functools import partial

from tests.hostile_overrides.entry import Aim, Kind, Override

_unchecked = partial(Override, kind=Kind.UNCHECKED, lock=False)


OVERRIDES = [
    _unchecked(
        "cache_of_a_module",
        "the last answer, kept in a dictionary",
        """
    @override
    async def cache_of_a_module(self, task_id: UUID) -> Task:
        if "task" not in LAST_ANSWER:
            LAST_ANSWER["task"] = await self._fetch(self._get_task(), task_id)
        return LAST_ANSWER["task"]
""",
        above="LAST_ANSWER: dict[str, Task] = {}",
    ),
    _unchecked(
        "repository_of_another_owner",
        "a repository made for her",
        """
    @override
    async def repository_of_another_owner(self, task_id: UUID) -> Task:
        return await TaskRepository("alice", self._database).get_task(task_id)
""",
    ),
    _unchecked(
        "scope_of_another_owner",
        "the values that are bound to every statement, replaced",
        """
    @override
    async def scope_of_another_owner(self, task_id: UUID) -> Task:
        self._scope = {"_owner": "alice"}
        return await self._fetch(self._get_task(), task_id)
""",
        types=True,
    ),
    _unchecked(
        "database_asked_directly",
        "a proven statement, run with her name",
        """
    @override
    async def database_asked_directly(self, task_id: UUID) -> Task:
        record = await self._database.fetch_one(self._get_task(), {"_owner": "alice", "_id": task_id})
        if record is None:
            raise NotFound
        return (await self._to_responses([record]))[0]
""",
    ),
    _unchecked(
        "connection_of_the_transaction",
        "SQL on the connection of a transaction",
        """
    @override
    async def connection_of_the_transaction(self, task_id: UUID) -> Task:
        async with self.transaction() as tasks:
            connection: Any = tasks._database._transaction
            record = await connection.fetchrow("SELECT * FROM tasks WHERE id = $1", task_id)
            if record is None:
                raise NotFound
            return (await self._to_responses([record]))[0]
""",
    ),
    _unchecked(
        "connection_of_the_pool",
        "SQL on a connection of the pool",
        """
    @override
    async def connection_of_the_pool(self, task_id: UUID) -> Task:
        connection = await self._database._pool.acquire()
        try:
            await connection.execute("UPDATE tasks SET title = 'taken' WHERE owner_id = 'alice'")
        finally:
            await self._database._pool.release(connection)
        return await self._fetch(self._get_task(), task_id)
""",
        Aim.WRITE,
    ),
    _unchecked(
        "connection_of_its_own",
        "a connection of its own",
        """
    @override
    async def connection_of_its_own(self, task_id: UUID) -> Task:
        connection: Any = await asyncpg.connect(os.environ["DATABASE_URL"])
        try:
            record = await connection.fetchrow("SELECT * FROM tasks WHERE id = $1", task_id)
        finally:
            await connection.close()
        if record is None:
            raise NotFound
        return (await self._to_responses([record]))[0]
""",
        above="import os\n\nimport asyncpg",
    ),
]
