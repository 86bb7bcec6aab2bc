"""Checks that all servers give the same answers, before anything is timed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from .database import ROWS, Database, user_name
from .processes import BenchError, Server
from .workload import new_secret, sign

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
NEW = ("id", "created_at", "updated_at")
"""Members of a new task that differ from server to server."""
REFUSED = {400, 422}
"""Frameworks differ in the status of an invalid request."""
USER, OTHER = 3, 4
JSON = {"Content-Type": "application/json"}


def check_agreement(servers: Sequence[Server], database: Database, secret: str) -> None:
    """Raise BenchError when a server answers otherwise than the first one."""
    expected: dict[str, object] = {}
    for server in servers:
        found = dict(_Session(server, database, secret).answers())
        database.restore()
        expected = expected or found
        for step, answer in found.items():
            if answer != expected[step]:
                raise BenchError(
                    f"{server.name} answers otherwise than {servers[0].name}: {step}\n"
                    f"  {servers[0].name}: {expected[step]}\n  {server.name}: {answer}"
                )


@dataclass(frozen=True)
class _Session:
    """Asks one server everything."""

    server: Server
    database: Database
    secret: str

    def answers(self) -> Iterator[tuple[str, object]]:
        token = sign(self.secret, user_name(USER))
        url = f"http://127.0.0.1:{self.server.port}"
        with httpx.Client(base_url=url, headers=_bearer(token), verify=False, trust_env=False) as client:
            yield from self._reads(client)
            yield from self._refusals(client)
            yield from self._writes(client)

    def _reads(self, client: httpx.Client) -> Iterator[tuple[str, object]]:
        for row in (0, 1, ROWS - 1):
            path = f"/api/tasks/{self.database.ids[USER][row]}"
            yield f"get {row}", _content(client.get(path))
        for query in (
            "",
            "?per_page=20",
            "?per_page=100",
            "?page=2&per_page=7&completed=true&sort=title",
            "?completed=false&sort=-title",
            "?sort=created_at",
            "?page=99",
        ):
            yield f"list {query}", _content(client.get(f"/api/tasks{query}"))

    def _refusals(self, client: httpx.Client) -> Iterator[tuple[str, object]]:
        mine = f"/api/tasks/{self.database.ids[USER][0]}"
        theirs = f"/api/tasks/{self.database.ids[OTHER][0]}"
        for name, token in self._bad_tokens():
            yield name, client.get(mine, headers=_bearer(token)).status_code
        with httpx.Client(base_url=client.base_url, verify=False, trust_env=False) as anybody:
            yield "no token", anybody.get(mine).status_code
        for method, path in (("GET", theirs), ("DELETE", theirs), ("PATCH", f"{theirs}/complete")):
            yield f"{method} of a row of somebody else", client.request(method, path).status_code
        for body in (
            '{"title": ""}',
            '{"title": "a", "owner_id": "b"}',
            "{}",
            '{"title": "a"',
            '{"title": null}',
        ):
            yield f"create {body}", _refused(client.post("/api/tasks", content=body, headers=JSON))
        for query in ("?page=0", "?per_page=101", "?sort=owner_id"):
            yield f"list {query}", _refused(client.get(f"/api/tasks{query}"))

    def _bad_tokens(self) -> Iterator[tuple[str, str]]:
        name = user_name(USER)
        yield "a forged token", sign(new_secret(), name)
        yield "an expired token", sign(self.secret, name, iat=1_700_000_000, exp=1_700_000_600)
        yield "a token for another audience", sign(self.secret, name, aud="another")
        yield "no token at all", "a.b.c"

    def _writes(self, client: httpx.Client) -> Iterator[tuple[str, object]]:
        made = client.post("/api/tasks", json={"title": "A plant", "description": "A fern"})
        path = made.headers.get("Location", "")
        yield "create", _content(made, new=True)
        yield "get what was created", _content(client.get(path), new=True)
        for changes in ({"title": "A tree"}, {"description": None, "completed": True}, {}):
            yield f"patch {changes}", _content(client.patch(path, json=changes), new=True)
        yield "replace", _content(client.put(path, json={"title": "A cactus"}), new=True)
        yield "toggle", _content(client.patch(f"{path}/complete"), new=True)
        yield "get what was toggled", _content(client.get(path), new=True)
        deleted = client.delete(path)
        yield "delete", (deleted.status_code, deleted.content)
        yield "get what was deleted", client.get(path).status_code
        yield "delete it again", client.delete(path).status_code


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _refused(answer: httpx.Response) -> object:
    return "refused" if answer.status_code in REFUSED else answer.status_code


def _content(answer: httpx.Response, *, new: bool = False) -> object:
    """Status and JSON; timestamps as instants, since Z and +00:00 are the same."""
    if not answer.is_success:
        return answer.status_code, answer.text
    content: dict[str, Any] = answer.json(object_hook=_read_timestamps)
    if new:
        content = {name: type(value) if name in NEW else value for name, value in content.items()}
    return answer.status_code, answer.headers["Content-Type"].partition(";")[0], content


def _read_timestamps(members: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value)
        if isinstance(value, str) and TIMESTAMP.fullmatch(value)
        else value
        for name, value in members.items()
    }
