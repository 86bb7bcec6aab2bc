"""An executable like `python`, for code that starts `sys.executable` by itself: what it runs are warm forks.

The executable is a small client that imports nothing of the libraries. It sends its arguments, folder,
variables and standard streams to a thread of the process that made it. It ends as the fork does, and the fork
with it.
"""

import json
import multiprocessing
import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import connection, reduction
from pathlib import Path
from typing import Any, TextIO

from typing_extensions import override

from tests.support import warm_python

_CLIENT = """\
#!{python} -ISs
import json, os, signal, socket, sys
passed_on = {{signal.SIGINT, signal.SIGTERM}}
if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # it is ignored by nohup
    passed_on.add(signal.SIGHUP)
signal.pthread_sigmask(signal.SIG_BLOCK, passed_on)
server = socket.socket(socket.AF_UNIX)
server.connect({place!r})
request = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(server, [b"%16d" % len(request)], [0, 1, 2])
server.sendall(request)
process = int(server.recv(16, socket.MSG_WAITALL) or b"0")
for number in passed_on if process else ():
    signal.signal(number, lambda number, _: os.kill(process, number))
signal.pthread_sigmask(signal.SIG_UNBLOCK, passed_on)
status = int(server.recv(16, socket.MSG_WAITALL) or b"1")
if status < 0:
    signal.signal(-status, signal.SIG_DFL) if status != -signal.SIGKILL else None
    os.kill(os.getpid(), -status)
os._exit(status)
"""
_NUMBER = b"%16d"
_KEPT: list[TextIO] = []  # what had the numbers of standard streams: it would close them with itself


class _Streams:
    """The standard streams of a client, which reach the fork as descriptors of its own."""

    def __init__(self, descriptors: list[int]) -> None:
        self.descriptors = descriptors

    @override
    def __getstate__(self) -> list[Any]:
        return [reduction.DupFd(descriptor) for descriptor in self.descriptors]

    def __setstate__(self, sent: list[Any]) -> None:
        self.descriptors = [descriptor.detach() for descriptor in sent]


@contextmanager
def warm_interpreter(*, nested: bool = False) -> Iterator[str]:
    """Yields the path of the executable: that of Python itself where programs start as in production.

    If `nested`, it is also the executable of what its programs start, and they cannot use `multiprocessing`.
    """
    if not warm_python.is_used():
        yield sys.executable
        return
    folder = Path(tempfile.mkdtemp(prefix="warm-", dir="/tmp"))  # the path of a socket is short
    place, program = folder / "socket", folder / "python"
    program.write_text(_CLIENT.format(python=sys.executable, place=str(place)), "utf-8")
    program.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        listener.listen()
        threading.Thread(
            target=_accept, args=(listener, str(program) if nested else sys.executable), daemon=True
        ).start()
        try:
            yield str(program)
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            shutil.rmtree(folder, ignore_errors=True)


def _accept(listener: socket.socket, program: str) -> None:
    with suppress(OSError):  # it was closed
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, program), daemon=True).start()


def _serve(client: socket.socket, program: str) -> None:
    """Runs the program of one client. It is killed when the client has ended before."""
    with client, suppress(ConnectionError):
        size, descriptors, _, _ = socket.recv_fds(client, 16, 3)
        if not size:  # it was killed before
            return
        request = client.recv(int(size), socket.MSG_WAITALL)
        details = (*json.loads(request), warm_python.SEARCH_PATH, _Streams(descriptors), program)
        process = warm_python.fork_context().Process(target=_run, args=details, daemon=True)
        process.start()
        for descriptor in descriptors:
            os.close(descriptor)
        client.sendall(_NUMBER % process.pid)
        if client in connection.wait([process.sentinel, client]):
            process.kill()
        process.join()
        client.sendall(_NUMBER % process.exitcode)


def _run(
    arguments: list[str],
    folder: str,
    variables: dict[str, str],
    path: list[str],
    streams: _Streams,
    program: str,
) -> None:
    """What the fork does."""
    for number, descriptor in enumerate(streams.descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    _KEPT.extend([sys.stdin, sys.stdout, sys.stderr])
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the program runs
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as above
    sys.stderr = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115 - as above
    sys.executable = program
    multiprocessing.current_process().name = "MainProcess"
    warm_python.run_here(arguments, folder, variables, path)
