"""Failures that certainly had no effect are retried; others are reported and never repeated."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from tests.faults.instances import Instance, running, token
from tests.faults.sessions import ended, waiting
from tests.faults.wire import Answer, Wire, written
from tests.support.service import ROOT, Database

FAILING = """
CREATE SEQUENCE tries;
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF nextval('tries') <= {times} THEN RAISE EXCEPTION 'not this time' USING ERRCODE = '{code}'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fail BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION fail()
"""
WAITING_AT_THE_END = """
CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM pg_advisory_xact_lock(1);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER wait AFTER UPDATE ON tasks DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION wait()
"""

Scenario = Callable[[Wire, "asyncpg.Connection[asyncpg.Record]"], Awaitable[None]]


@dataclass(frozen=True)
class Played:
    """A service whose `complete` is a transaction or a single statement."""

    instance: Instance
    database: Database
    transaction: bool

    def play(self, scenario: Scenario) -> None:
        """Run a scenario with a client of the service and a superuser of its database."""

        async def run() -> None:
            connection = await asyncpg.connect(self.database.url)
            try:
                async with Wire(self.instance.port) as client:
                    await scenario(client, connection)
            finally:
                await connection.close()

        asyncio.run(run())
        assert "Traceback" not in self.instance.said()


@pytest.fixture(scope="module", params=["statement", "transaction"])
def service(
    request: pytest.FixtureRequest, make_database: Callable[[], Database], together: Path
) -> Iterator[Played]:
    database, transaction = make_database(), request.param == "transaction"
    with running(database, together if transaction else ROOT) as instance:
        yield Played(instance, database, transaction)


async def ask(client: Wire, method: str, path: str, body: object = None) -> Answer:
    return await client.ask(written(method, path, token(), body))


async def created(client: Wire, **more: object) -> str:
    answer = await ask(client, "POST", "/api/tasks", {"title": "Break", **more})
    assert answer.status == 201
    return answer.headers["location"]


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_a_conflict_is_retried_once_and_then_reported(service: Played, code: str) -> None:
    async def scenario(client: Wire, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        path = await created(client)
        await connection.execute(FAILING.format(times=1, code=code))
        once = await ask(client, "PATCH", f"{path}/complete")
        assert (once.status, once.json()["completed"]) == (200, True)

        await connection.execute("DROP TRIGGER fail ON tasks; DROP FUNCTION fail; DROP SEQUENCE tries")
        await connection.execute(FAILING.format(times=1000, code=code))
        always = await ask(client, "PATCH", f"{path}/complete")
        assert (always.status, always.headers["retry-after"]) == (503, "1")
        assert await connection.fetchval("SELECT last_value FROM tries") == 2
        assert (await ask(client, "GET", path)).json()["completed"] is True
        await connection.execute("DROP TRIGGER fail ON tasks; DROP FUNCTION fail; DROP SEQUENCE tries")

    service.play(scenario)


def test_a_stale_prepared_statement_is_prepared_again_after_a_migration(
    service: Played,
) -> None:
    async def scenario(client: Wire, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        path = await created(client)
        for length in (200, 300, 400):
            await connection.execute(f"ALTER TABLE tasks ALTER COLUMN title TYPE varchar({length})")
            done = await ask(client, "PATCH", f"{path}/complete")
            assert (done.status, done.json()["completed"]) == (200, length != 300)
            assert (await ask(client, "GET", path)).status == 200

    service.play(scenario)


def test_a_write_on_a_broken_connection_happens_once_or_is_reported_as_uncertain(
    service: Played,
) -> None:
    async def scenario(client: Wire, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        path = await created(client)
        async with connection.transaction():
            await connection.execute("SELECT FROM tasks FOR UPDATE")
            sent = asyncio.create_task(ask(client, "PATCH", f"{path}/complete"))
            await ended(connection, await waiting(connection))
        answer = await sent
        done = (await ask(client, "GET", path)).json()["completed"]

        if service.transaction:  # it was not committed: nothing of it had happened
            assert (answer.status, done) == (200, True)
        else:
            assert (answer.status, done) == (503, False)
            assert "The request may have taken effect" in answer.json()["detail"]
            assert answer.json()["code"] == "outcome_unknown"
            assert answer.headers["retry-after"] == "1"

    service.play(scenario)


def test_an_interrupted_commit_is_reported_as_uncertain(service: Played) -> None:
    async def scenario(client: Wire, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        path = await created(client)
        await connection.execute(WAITING_AT_THE_END)
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(1)")
            sent = asyncio.create_task(ask(client, "PATCH", f"{path}/complete"))
            await ended(connection, await waiting(connection))
        answer = await sent
        await connection.execute("DROP TRIGGER wait ON tasks; DROP FUNCTION wait")

        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert "The request may have taken effect" in answer.json()["detail"]
        assert answer.json()["code"] == "outcome_unknown"
        assert (await ask(client, "GET", path)).json()["completed"] is False

    service.play(scenario)


def test_both_sides_of_a_deadlock_succeed(make_database: Callable[[], Database], together: Path) -> None:
    """A deadlock between the service and another session: PostgreSQL cancels one of them."""

    async def scenario(client: Wire, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        second = await created(client)
        first = await created(client, description=second.rpartition("/")[2])
        rename = "UPDATE tasks SET title = 'Mine' WHERE id = $1::text::uuid"
        await connection.execute("SET deadlock_timeout = '20s'")  # the service's is shorter: it is ended
        async with connection.transaction():
            await connection.execute(rename, second.rpartition("/")[2])
            sent = asyncio.create_task(ask(client, "PATCH", f"{first}/complete"))
            await waiting(connection)
            await connection.execute(rename, first.rpartition("/")[2])
        assert (await sent).status == 200
        shown = [(await ask(client, "GET", path)).json() for path in (first, second)]
        assert [(task["title"], task["completed"]) for task in shown] == [("Mine", True)] * 2

    database = make_database()
    with running(database, together) as instance:
        Played(instance, database, transaction=True).play(scenario)
        assert "DeadlockDetectedError" in instance.said()
