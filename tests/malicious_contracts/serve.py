"""Imports and serves generated services, each in a folder, where nothing else may happen. It runs on its own.

Whatever starts a process, opens a connection, or writes a file ends this program.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

_NEVER = (
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.remove", "os.rename",
    "os.mkdir", "os.symlink", "os.link", "os.chmod", "shutil.", "subprocess.", "pty.", "socket.connect",
    "socket.getaddrinfo", "socket.bind", "urllib.", "ctypes.dlopen", "code.__new__", "webbrowser.",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    writes = event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & _WRITES)
    if event.startswith(_NEVER) or writes:
        os.write(2, f"the contract did this: {event} {arguments!r:.200}\n".encode())
        os._exit(3)


async def ask(app: Any, path: str) -> tuple[int, bytes]:
    """What the service answers, without a server in between."""
    answers: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    body = b"".join(answer.get("body", b"") for answer in answers)
    return answers[0]["status"], body


def serve(folder: str) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in ("generated", "overrides")]:
        del sys.modules[name]
    sys.path.insert(0, folder)
    from generated.app import app  # noqa: PLC0415 - there is one in each folder

    sys.path.remove(folder)
    served = Path(folder, "generated", "openapi.json").read_bytes()
    assert asyncio.run(ask(app, "/openapi.json")) == (200, served)
    status, page = asyncio.run(ask(app, "/docs"))
    assert status == 200
    assert b"<script>alert" not in page
    assert asyncio.run(ask(app, "/beds"))[0] == 401


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    asyncio.run(asyncio.sleep(0))
    first, *rest = sys.argv[1:]
    serve(first)  # with all that it imports, which was seen to be harmless
    sys.addaudithook(watch)
    for folder in rest:
        serve(folder)
    print(len(rest))
