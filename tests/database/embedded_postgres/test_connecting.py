"""The server listens only on a Unix socket in a private folder, whatever the data folder is."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from freehold.database.embedded_postgres import create_database, run_server
from freehold.database.postgres_programs import PostgresError
from tests.database.embedded_postgres.support import (
    IS_ROOT,
    PRIVATE,
    ask,
    mode,
    only_linux,
    postmaster,
)
from tests.support.clusters import FAST, copy_cluster


@only_linux
def test_it_never_listens_on_tcp(cluster: Path) -> None:
    with run_server(cluster, {**FAST, "listen_addresses": "*"}) as server:
        tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
        listening = {row.split()[9] for table in tables for row in table}
        links = [str(link.readlink()) for link in Path(f"/proc/{postmaster(cluster)}/fd").iterdir()]
        own = {link[8:-1] for link in links if link.startswith("socket:[")}
        assert own, "the Unix socket"
        assert not own & listening
        assert ask(server, "SHOW listen_addresses") == ""


def test_the_socket_folder_is_private(cluster: Path) -> None:
    with run_server(cluster, FAST) as server:
        assert (server.socket_folder / ".s.PGSQL.5432").is_socket()
        assert mode(server.socket_folder) == PRIVATE


def test_asyncpg_and_sqlalchemy_connect_whatever_pg_variables_are_set(
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

    with run_server(cluster, FAST) as server:
        create_database(server, "app")
        assert ask(server, "SELECT current_database()", "app") == "app"
        assert asyncio.run(select(server.url("app").replace(":", "+asyncpg:", 1))) == "app"


@pytest.mark.long
@pytest.mark.parametrize("name", ["n" * 110, 'it\'s "ödd", a=b&c #1 %20 $x'])
def test_a_data_folder_whose_path_cannot_hold_a_socket_works(tmp_path: Path, name: str) -> None:
    data = tmp_path / name / "data"
    with run_server(data, FAST) as server:
        assert server.socket_folder.parent == Path(tempfile.gettempdir()).resolve()
        assert mode(server.socket_folder) == PRIVATE
        create_database(server, "app")
        assert ask(server, "SELECT 1", "app") == 1
        with run_server(data) as attached:
            assert attached == server
    assert not server.socket_folder.exists(), "nothing is left in the temporary folder"


def test_a_temporary_folder_of_another_user_is_refused(pristine: Path, tmp_path: Path) -> None:
    data = copy_cluster(pristine, tmp_path / ("n" * 110))
    with run_server(data, FAST) as server:
        pass
    server.socket_folder.mkdir(mode=0o700 if IS_ROOT else 0o755)
    if IS_ROOT:
        os.chown(server.socket_folder, 12345, 12345)
    try:
        with (
            pytest.raises(PostgresError, match="belongs to another user or is open to others"),
            run_server(data),
        ):
            pass
    finally:
        server.socket_folder.rmdir()
