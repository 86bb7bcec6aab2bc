"""One writer at a time: a lock that the system takes back when its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from freehold.ground.problems import ExternalError

PATIENCE = 10.0  # seconds; writing takes a fraction of one
_POLL = 0.02


@contextmanager
def held(file: Path, what: str) -> Iterator[None]:
    """Hold the lock. Raises ExternalError, which says who has it, when `what` stays busy for too long."""
    descriptor = _acquire(file, what)
    try:
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        file.unlink(missing_ok=True)
        os.close(descriptor)
        with suppress(OSError):  # something else is kept there
            file.parent.rmdir()


def _acquire(file: Path, what: str) -> int:
    deadline = time.monotonic() + PATIENCE
    while True:
        descriptor = _try(file)
        if descriptor is not None:
            return descriptor
        if time.monotonic() > deadline:
            raise ExternalError(f"{what} is being written by {_holder(file)}: try again when it has ended.")
        time.sleep(_POLL)


def _try(file: Path) -> int | None:
    """The lock's descriptor, or nothing while somebody else has it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except (FileNotFoundError, FileExistsError):  # its holder is just cleaning up
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), file.lstat()):
            os.ftruncate(descriptor, 0)
            return descriptor
    except (BlockingIOError, FileNotFoundError):  # the latter: it is the lock of one who has ended
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _holder(file: Path) -> str:
    with suppress(OSError):
        said = file.read_bytes()[:20]
        if said.isdigit():
            return f"process {said.decode()}"
    return "another process"
