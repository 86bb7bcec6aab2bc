"""A real PgBouncer in front of a database of the tests, where one is installed."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from freehold.database.postgres_account import find_account
from tests.support.service import Database, free_port

_START_LIMIT = 10.0  # seconds
_FOLLOWS_STATEMENTS = (1, 21)
"""The first version that follows the prepared statements of its clients."""
_CONFIGURATION = """
[databases]
* = host={host} port=5432 user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
ignore_startup_parameters = statement_timeout,idle_in_transaction_session_timeout
pool_mode = {mode}
default_pool_size = {size}
{more}
"""


def program() -> str:
    """The path of PgBouncer; skips the test where there is none. Debian keeps it out of a user's PATH."""
    found = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip("there is no pgbouncer")
    return found


def follows_statements() -> bool:
    """Whether this version can follow the prepared statements of its clients."""
    said = subprocess.run([program(), "--version"], capture_output=True, text=True, check=True).stdout
    major, minor = re.findall(r"\d+", said)[:2]
    return (int(major), int(minor)) >= _FOLLOWS_STATEMENTS


@contextmanager
def pgbouncer(
    database: Database, folder: Path, mode: str, *, size: int = 5, prepared: int = 0
) -> Iterator[Database]:
    """The database behind PgBouncer; `prepared` is the number of prepared statements that it follows."""
    host, port = Path(parse_qs(urlsplit(database.url).query)["host"][0]), free_port()
    more = f"max_prepared_statements = {prepared}" if follows_statements() else ""
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        _CONFIGURATION.format(host=host, port=port, mode=mode, size=size, more=more), "utf-8"
    )
    account = find_account(host)  # PgBouncer refuses to run as root, too
    command = [*account.command_prefix, program(), "--quiet", str(configuration)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _await_port(port, process)
            yield Database(
                f"postgresql://postgres@127.0.0.1:{port}{urlsplit(database.url).path}?sslmode=disable"
            )
        finally:
            process.terminate()


def _await_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_LIMIT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("PgBouncer does not start")
