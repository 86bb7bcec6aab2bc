"""A request with an idempotency key is retried when COMMIT is interrupted, and executed once."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

import asyncpg

from tests.dialects.conftest import Dialect
from tests.faults.sessions import ended, waiting

WAITING_AT_THE_END = """
CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM pg_advisory_xact_lock(1);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON projects DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION wait()
"""


def test_an_interrupted_commit_is_retried_under_its_key(
    run_dialect: Callable[[str], Dialect], people: ExitStack
) -> None:
    workspace = run_dialect("workspace")
    alice = workspace.user(people)

    def post(key: str) -> int:
        return alice.client.post(
            "/projects", json={"name": "Once"}, headers={"Idempotency-Key": key}
        ).status_code

    async def broken() -> int:
        connection = await asyncpg.connect(workspace.service.database.url)
        await connection.execute(WAITING_AT_THE_END)
        try:
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock(1)")
                sent = asyncio.create_task(asyncio.to_thread(post, "k"))
                await ended(connection, await waiting(connection))
            return await sent
        finally:
            await connection.execute("DROP TRIGGER wait ON projects; DROP FUNCTION wait")
            await connection.close()

    assert asyncio.run(broken()) == 201
    assert post("k") == 201
    rows = workspace.service.database.rows("SELECT id FROM projects WHERE org_id = $1", alice.subject)
    assert len(rows) == 1
