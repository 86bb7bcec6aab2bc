"""Knows whether other processes use a server: the last one stops it, and it outlives none of them.

A process that uses the server of the data folder `x` holds a shared flock on `x.users` and the write end of
the FIFO `x.fifo`. The supervisor of the server reads that FIFO. It stops the server when it reads a line,
which the last process writes, or when all processes that held the write end were killed.
"""

import errno
import os
import signal
import stat
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl


class Membership:
    """That of this process among the users of a server, until `close`."""

    def __init__(self, data: Path) -> None:
        """Take the write end of the FIFO, if a server reads it. Raises BlockingIOError during its stop."""
        self._path = Path(f"{data}.fifo")
        self._fifo = _open_to_write(self._path)
        self._lock = os.open(f"{data}.users", os.O_RDWR | os.O_CREAT, stat.S_IRUSR | stat.S_IWUSR)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise

    @property
    def is_tied(self) -> bool:
        """Whether a supervisor watches this process."""
        return self._fifo is not None

    def create_fifo(self) -> int:
        """Create the FIFO for a new server, and return the read end for its supervisor, to be closed."""
        if self._fifo is not None:
            os.close(self._fifo)
        self._path.unlink(missing_ok=True)
        os.mkfifo(self._path, stat.S_IRUSR | stat.S_IWUSR)
        reader = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK)  # it would wait for a writer
        self._fifo = _open_to_write(self._path)
        os.set_blocking(reader, True)
        return reader

    def record_supervisor(self, process_id: int) -> None:
        """Tell the other processes which process group the server is in."""
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, str(process_id).encode(), 0)

    def kill_server(self) -> None:
        """Kill the process group of the server."""
        recorded = os.pread(self._lock, 20, 0)
        if recorded.isdigit():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(int(recorded), signal.SIGKILL)

    def become_last(self) -> bool:
        """Whether no other process uses the server. No other one can begin to until `close`, then."""
        with suppress(BlockingIOError):
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def ask_to_stop(self) -> None:
        """Ask the supervisor to stop the server: a fork of this process may hold the FIFO open."""
        if self._fifo is not None:
            with suppress(BrokenPipeError):
                os.write(self._fifo, b"stop\n")

    def close(self) -> None:
        """Use the server no longer."""
        if self._fifo is not None:
            os.close(self._fifo)
            self._fifo = None
        os.close(self._lock)


def _open_to_write(path: Path) -> int | None:
    """Open a FIFO to write, or return None when there is none, or nobody reads it."""
    try:
        return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENXIO}:
            return None
        raise
