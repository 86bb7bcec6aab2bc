"""A request with an idempotency key is retried when COMMIT is interrupted, and executed once."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from tests.dialects.projects import HERE
from tests.faults.sessions import ended, waiting
from tests.support import two_users
from tests.support.service import Database, serving

WAITING_AT_THE_END = """
CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM pg_advisory_xact_lock(1);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON projects DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION wait()
"""


@pytest.mark.long
def test_an_interrupted_commit_is_retried_under_its_key(
    make_dialect: Callable[[str], tuple[Path, Database]],
) -> None:
    """As in production: with CHECK_ANSWERS, the commit comes when it is too late to start again."""
    folder, database = make_dialect("workspace")
    subject = str(uuid4())
    claims = two_users.load_contract(HERE / "workspace" / "contract.yaml").token_claims(subject)
    with (
        serving(folder, database, CHECK_ANSWERS="false") as service,
        service.user(subject, claims) as client,
    ):

        def post(key: str) -> int:
            return client.post(
                "/projects", json={"name": "Once"}, headers={"Idempotency-Key": key}
            ).status_code

        async def broken() -> int:
            connection = await asyncpg.connect(database.url)
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
    assert len(database.rows("SELECT id FROM projects")) == 1
