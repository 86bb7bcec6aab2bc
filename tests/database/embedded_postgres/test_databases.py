"""Databases are created, copy_cluster and dropped, under any name."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from freehold.database.embedded_postgres import create_database, drop_database, run_server
from freehold.database.postgres_programs import PostgresError
from tests.database.embedded_postgres.programs import Start
from tests.database.embedded_postgres.support import ask
from tests.support.clusters import FAST


def test_databases_are_created_copied_and_dropped(cluster: Path) -> None:
    with run_server(cluster, FAST) as server:
        for _ in range(2):
            create_database(server, "original")
            ask(server, "CREATE TABLE IF NOT EXISTS rows AS SELECT 42 AS answer", "original")
        create_database(server, "copy", template="original")
        assert ask(server, "SELECT answer = 42 FROM rows", "copy") is True
        with pytest.raises(PostgresError, match=r'"copy" already exists'):
            create_database(server, "copy", template="original")
        with pytest.raises(PostgresError, match=r'"nowhere" does not exist'):
            create_database(server, "other", template="nowhere")
        for _ in range(2):
            drop_database(server, "copy")
        with pytest.raises(asyncpg.InvalidCatalogNameError):
            ask(server, "SELECT 1", "copy")


def test_any_text_is_a_valid_database_name(cluster: Path) -> None:
    with run_server(cluster, FAST) as server:
        for name in ('"; DROP DATABASE app; --', "it's", "Größe ?/#%20:'x'", "\\! true", "n" * 70):
            for _ in range(2):
                create_database(server, name)
            assert ask(server, "SELECT current_database()", name) == name[:63]
            drop_database(server, name)


def test_a_database_in_use_is_dropped_inside_an_event_loop(cluster: Path) -> None:
    async def drop_under_a_session() -> None:
        with run_server(cluster, FAST) as server:
            create_database(server, "busy")
            connection = await asyncpg.connect(server.url("busy"))
            drop_database(server, "busy")
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
                await connection.fetchval("SELECT 1")
            connection.terminate()

    asyncio.run(drop_under_a_session())


def test_concurrent_creations_of_one_database_succeed(cluster: Path, start: Start) -> None:
    with run_server(cluster, FAST) as server:
        drop_database(server, "shared")
        create = "embedded_postgres.create_database(server, 'shared')"
        processes = [start(cluster, inside=create) for _ in range(3)]
        assert [process.communicate()[0] for process in processes] == ["running\nstopped\n"] * 3
        assert ask(server, "SELECT 1", "shared") == 1
