"""Faults for a copy of the service: each class wraps its application, and breaks one promise."""

import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import asyncpg
from typing_extensions import override

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def plant(folder: Path, *faults: str) -> None:
    """Plant faults in a copy of a project, by the names of the classes below."""
    (folder / "generated" / "planted.py").write_text(Path(__file__).read_text("utf-8"), "utf-8")
    wrapped = "".join(f"app = planted.{name}(app)\n" for name in faults)
    with (folder / "generated" / "app.py").open("a", encoding="utf-8") as file:
        file.write(f"\nfrom generated import planted\n{wrapped}")


class Wrapper:
    """Passes everything on; a fault overrides `answer`."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _header(scope, b"authorization"):
            await self.app(scope, receive, send)
        else:
            await self.answer(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class CachesRows(Wrapper):
    """A cache in front of the service that does not know users: each gets the row that another one read."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.kept: dict[str, list[Message]] = {}

    def caches(self, scope: Scope) -> bool:
        return scope["method"] == "GET" and len(scope["path"].rpartition("/")[2]) == 36

    @override
    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)
            await send(message)

        for message in self.kept.get(scope["path"], ()):
            await send(message)
        if scope["path"] not in self.kept:
            await self.app(scope, receive, keep)
            if self.caches(scope) and sent[0]["status"] == 200:
                self.kept[scope["path"]] = sent


class ChangesForOthers(Wrapper):
    """A write is done for the owner of the row, whoever asks."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.owners: dict[str, bytes] = {}

    @override
    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = _header(scope, b"authorization")

        async def note(message: Message) -> None:
            for name, value in message.get("headers", ()):
                if name.lower() == b"location":
                    self.owners[value.decode().rpartition("/")[2]] = token
            await send(message)

        owner = next((self.owners[part] for part in scope["path"].split("/") if part in self.owners), token)
        if scope["method"] not in {"GET", "HEAD"}:
            rest = [(name, value) for name, value in scope["headers"] if name.lower() != b"authorization"]
            scope["headers"] = [*rest, (b"authorization", owner)]
        await self.app(scope, receive, note)


class SharesLists(CachesRows):
    """A list is the one that another user has read last."""

    @override
    def caches(self, scope: Scope) -> bool:
        return bool(scope["method"] == "GET" and scope["path"].endswith("s"))

    @override
    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            self.kept.clear()
        await super().answer(scope, receive, send)


class NotesForeignRows(Wrapper):
    """One header more for a row that exists, but belongs to somebody else."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.rows: set[str] = set()

    @override
    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = next((part for part in scope["path"].split("/") if part in self.rows), None)
        refused = False

        async def note(message: Message) -> None:
            nonlocal refused
            for name, value in message.get("headers", ()):
                if name.lower() == b"location":
                    self.rows.add(value.decode().rpartition("/")[2])
            refused = refused or message.get("status") == 404
            if known and refused:
                await self.bend(message, known)
            await send(message)

        await self.app(scope, receive, note)

    async def bend(self, message: Message, row: str) -> None:
        """Change one message of the 404 for a row that exists."""
        if "headers" in message:
            message["headers"] = [*message["headers"], (b"x-cache", b"hit")]


class ChangesOneByte(NotesForeignRows):
    """One byte of the body is another one for a row that exists."""

    @override
    async def bend(self, message: Message, row: str) -> None:
        if message.get("body"):
            message["body"] = message["body"].replace(b"exists.", b"exists!")


class ChangesStatus(NotesForeignRows):
    """A row that exists is 410, and nothing else differs."""

    @override
    async def bend(self, message: Message, row: str) -> None:
        if "status" in message:
            message["status"] = 410


class OrdersHeaders(NotesForeignRows):
    """The headers come in another order for a row that exists."""

    @override
    async def bend(self, message: Message, row: str) -> None:
        if "headers" in message:
            message["headers"] = list(message["headers"])[::-1]


class TouchesRows(NotesForeignRows):
    """The row is written although the answer is a 404, with the values that it has."""

    @override
    async def bend(self, message: Message, row: str) -> None:
        if "status" in message:
            database = await asyncpg.connect(os.environ["DATABASE_URL"])
            await database.execute("UPDATE tasks SET title = title WHERE id::text = $1", row)
            await database.close()


class DropsForeignReferences(Wrapper):
    """A reference to a row that exists, but belongs to somebody else, is left out instead of refused."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.owners: dict[str, bytes] = {}

    @override
    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = _header(scope, b"authorization")

        async def read() -> Message:
            message = await receive()
            try:
                body = json.loads(message.get("body") or b"null")
            except ValueError:
                return message
            if isinstance(body, dict):
                kept = {k: v for k, v in body.items() if self.owners.get(f"{k} {v}", token) == token}
                message["body"] = json.dumps(kept).encode().ljust(len(message["body"]))
            return message

        async def note(message: Message) -> None:
            if scope["method"] == "POST" and message.get("body", b"").startswith(b'{"id":'):
                row = json.loads(message["body"])["id"]
                self.owners |= {f"{name} {row}": token for name in ("customer_id", "label_id")}
            await send(message)

        await self.app(scope, read, note)


class FailsForText(Wrapper):
    """A body that is not ASCII is a 500."""

    @override
    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def read() -> Message:
            message = await receive()
            if not message.get("body", b"").isascii():
                raise RuntimeError("planted")
            return message

        await self.app(scope, read, send)


class FailsInPath(Wrapper):
    """A path that is not ASCII is an undeclared response."""

    @override
    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].isascii():
            await send({"type": "http.response.start", "status": 418, "headers": []})
            await send({"type": "http.response.body", "body": b"teapot"})
        else:
            await self.app(scope, receive, send)


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for key, value in scope.get("headers", ()) if key.lower() == name), b"")
