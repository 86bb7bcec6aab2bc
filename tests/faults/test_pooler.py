"""A pooler like PgBouncer rejects unknown startup parameters."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from tests.faults.instances import running, token
from tests.faults.wire import Wire, written
from tests.support.service import Database

LIST = written("GET", "/api/tasks", token())
QUICK = {"DATABASE_TIMEOUT": "0.5"}
REFUSED = b"SFATAL\0C08P01\0Munsupported startup parameter: statement_timeout\0\0"


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
    finally:
        writer.close()


@contextmanager
def pooler(database: Database) -> Iterator[Database]:
    """The database behind the pooler."""
    url, ports, ended = urlsplit(database.url), list[int](), Event()
    ready = Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = await reader.readexactly(4)
        startup = size + await reader.readexactly(int.from_bytes(size, "big") - 4)
        if b"statement_timeout" in startup:
            writer.write(b"E" + (len(REFUSED) + 4).to_bytes(4, "big") + REFUSED)
            writer.close()
            return
        there, back = await asyncio.open_unix_connection(f"{parse_qs(url.query)['host'][0]}/.s.PGSQL.5432")
        back.write(startup)
        await asyncio.gather(pipe(reader, back), pipe(there, writer), return_exceptions=True)

    async def run() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            ports.append(server.sockets[0].getsockname()[1])
            ready.set()
            await asyncio.to_thread(ended.wait)

    thread = Thread(target=lambda: asyncio.run(run()))
    thread.start()
    assert ready.wait(10)
    try:
        yield Database(f"postgresql://postgres@127.0.0.1:{ports[0]}{url.path}?sslmode=disable")
    finally:
        ended.set()
        thread.join()


async def while_locked(database: Database, port: int) -> int:
    """The response of a list while another session locks the table."""
    connection = await asyncpg.connect(database.url)
    async with Wire(port) as client, connection.transaction():
        assert (await client.ask(LIST)).status == 200
        await connection.execute("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
        status = (await client.ask(LIST)).status
    await connection.close()
    return status


@pytest.mark.parametrize(("behind", "ended_by"), [(False, "QueryCanceledError"), (True, "TimeoutError")])
def test_postgresql_or_the_service_cancels_a_slow_statement(
    database: Database, behind: bool, ended_by: str
) -> None:
    with pooler(database) as before, running(before if behind else database, **QUICK) as instance:
        assert asyncio.run(while_locked(database, instance.port)) == 504
        log = instance.said()

    assert f"failed: {ended_by}" in log
    assert ("database_without_timeouts" in log) is behind
