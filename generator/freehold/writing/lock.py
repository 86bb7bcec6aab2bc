"""A lock file that allows one writer at a time. The kernel releases it when its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from freehold.ground.problems import ExternalError

TIMEOUT = 10.0  # seconds; writing takes a fraction of one
_POLL_INTERVAL = 0.02  # seconds


@contextmanager
def exclusive(file: Path, resource: str) -> Iterator[None]:
    """Hold an exclusive lock on `file` (flock).

    Raises ExternalError, which names the process that holds it, when the lock is not free within TIMEOUT.
    `resource` says in the message what the lock protects.
    """
    descriptor = _acquire(file, resource)
    try:
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        file.unlink(missing_ok=True)
        os.close(descriptor)
        with suppress(OSError):  # the folder is not empty
            file.parent.rmdir()


def _acquire(file: Path, resource: str) -> int:
    deadline = time.monotonic() + TIMEOUT
    while True:
        descriptor = _try_acquire(file)
        if descriptor is not None:
            return descriptor
        if time.monotonic() > deadline:
            raise ExternalError(
                f"{resource} is being written by {_holder(file)}: try again when it has finished."
            )
        time.sleep(_POLL_INTERVAL)


def _try_acquire(file: Path) -> int | None:
    """Return the descriptor of the lock, or None while another process holds it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except (FileNotFoundError, FileExistsError):  # its holder is removing the file or its folder
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), file.lstat()):
            os.ftruncate(descriptor, 0)
            return descriptor
    except (BlockingIOError, FileNotFoundError):  # the latter: its last holder has removed the file
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _holder(file: Path) -> str:
    """Describe the process that holds the lock."""
    with suppress(OSError):
        process_id = file.read_bytes()[:20]
        if process_id.isdigit():
            return f"process {process_id.decode()}"
    return "another process"
