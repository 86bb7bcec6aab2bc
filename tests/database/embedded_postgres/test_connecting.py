"""Only a private Unix socket leads to the server, wherever its folder is."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from freehold.database.embedded_postgres import PostgresError, create_database, running
from tests.database.embedded_postgres.support import (
    FAST,
    IS_ROOT,
    PRIVATE,
    ask,
    copied,
    mode,
    only_linux,
    postmaster,
)


@only_linux
def test_nobody_can_connect_over_tcp_even_when_settings_ask_for_it(cluster: Path) -> None:
    with running(cluster, {**FAST, "listen_addresses": "*"}) as server:
        tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
        listening = {row.split()[9] for table in tables for row in table}
        links = [str(link.readlink()) for link in Path(f"/proc/{postmaster(cluster)}/fd").iterdir()]
        own = {link[8:-1] for link in links if link.startswith("socket:[")}
        assert own, "the Unix socket"
        assert not own & listening
        assert ask(server, "SHOW listen_addresses") == ""


def test_the_socket_is_in_a_private_folder(cluster: Path) -> None:
    with running(cluster, FAST) as server:
        assert (server.sockets / ".s.PGSQL.5432").is_socket()
        assert mode(server.sockets) == PRIVATE


def test_asyncpg_and_sqlalchemy_take_the_url_whatever_the_environment_says(
    cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "elsewhere.example")
    monkeypatch.setenv("PGOPTIONS", "--nonsense")

    async def select(url: str) -> object:
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            answer = (await connection.execute(text("SELECT current_database()"))).scalar()
        await engine.dispose()
        return answer

    with running(cluster, FAST) as server:
        create_database(server, "app")
        assert ask(server, "SELECT current_database()", "app") == "app"
        assert asyncio.run(select(server.url("app").replace(":", "+asyncpg:", 1))) == "app"


@pytest.mark.parametrize("name", ["n" * 110, 'it\'s "ödd", a=b&c #1 %20 $x'])
def test_a_folder_whose_path_does_not_do_for_a_socket_works_all_the_same(tmp_path: Path, name: str) -> None:
    data = tmp_path / name / "data"
    with running(data, FAST) as server:
        assert server.sockets.parent == Path(tempfile.gettempdir()).resolve()
        assert mode(server.sockets) == PRIVATE
        create_database(server, "app")
        assert ask(server, "SELECT 1", "app") == 1
        with running(data) as attached:
            assert attached == server
    assert not server.sockets.exists(), "nothing is left in the temporary folder"


def test_a_temporary_folder_of_someone_else_is_refused(pristine: Path, tmp_path: Path) -> None:
    data = copied(pristine, tmp_path / ("n" * 110))
    with running(data, FAST) as server:
        pass
    server.sockets.mkdir(mode=0o700 if IS_ROOT else 0o755)
    if IS_ROOT:
        os.chown(server.sockets, 12345, 12345)
    try:
        with (
            pytest.raises(PostgresError, match="belongs to someone else or is open to others"),
            running(data),
        ):
            pass
    finally:
        server.sockets.rmdir()
