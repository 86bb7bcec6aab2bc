"""What is asked of the servers: operations, and the requests of a round."""

import json
import random
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path

import jwt

from .database import USERS, Database, random_id, user_name

TOKENS = 200
"""How many of the users send requests."""
LIFETIME = 6 * 60 * 60  # seconds

Request = tuple[str, str, int, str | None]
"""Method, path, number of the token, body."""


@dataclass(frozen=True)
class Operation:
    """An operation of the API, and the status that it answers."""

    name: str
    status: int
    writes: bool = False


OPERATIONS = (
    Operation("get", 200),
    Operation("list 20", 200),
    Operation("list 100", 200),
    Operation("create", 201, writes=True),
    Operation("401", 401),
    Operation("patch", 200, writes=True),
    Operation("toggle", 200, writes=True),
    Operation("delete", 204, writes=True),
    Operation("404", 404),
)


def new_secret() -> str:
    """A secret for one run."""
    return secrets.token_urlsafe(48)


def sign(secret: str, subject: str, **claims: object) -> str:
    """A token; claims given here replace the usual ones."""
    now = int(time.time())
    usual: dict[str, object] = {"sub": subject, "iat": now, "exp": now + LIFETIME}
    return jwt.encode(usual | claims, secret, algorithm="HS256")


@dataclass(frozen=True)
class Workload:
    """Makes the requests of a round. Those of the same operation differ in user, row and text."""

    secret: str
    scratch: Path
    chance: random.Random = field(default_factory=lambda: random.Random(2))
    tokens: list[str] = field(default_factory=list)
    """Those of TOKENS users, then as many that somebody else has signed."""

    def __post_init__(self) -> None:
        for secret in (self.secret, new_secret()):
            self.tokens.extend(sign(secret, user_name(user)) for user in range(TOKENS))

    def write(self, operation: Operation, database: Database, count: int) -> Path:
        """Write the requests of a round to a file, for the load generator. Rows to delete are made first."""
        if operation.name != "delete":
            requests = [self._request(operation.name, database) for _ in range(count)]
        else:
            rows = [(self.chance.randrange(TOKENS), random_id(self.chance)) for _ in range(count)]
            database.add([(user_name(user), row_id) for user, row_id in rows])
            requests = [("DELETE", f"/api/tasks/{row_id}", user, None) for user, row_id in rows]
        file = self.scratch / "requests.json"
        file.write_text(json.dumps({"tokens": self.tokens, "requests": requests}), "utf-8")
        return file

    def _request(self, name: str, database: Database) -> Request:
        user = self.chance.randrange(TOKENS)
        path = f"/api/tasks/{self.chance.choice(database.ids[user])}"
        other = (user + self.chance.randrange(1, USERS)) % USERS
        foreign = f"/api/tasks/{self.chance.choice(database.ids[other])}"
        requests: dict[str, Request] = {
            "get": ("GET", path, user, None),
            "list 20": ("GET", "/api/tasks?per_page=20", user, None),
            "list 100": ("GET", "/api/tasks?per_page=100", user, None),
            "create": ("POST", "/api/tasks", user, self._body(description="Made by the bench.")),
            "patch": ("PATCH", path, user, self._body()),
            "toggle": ("PATCH", f"{path}/complete", user, None),
            "401": ("GET", path, user + TOKENS, None),
            "404": ("GET", foreign, user, None),
        }
        return requests[name]

    def _body(self, **members: str) -> str:
        return json.dumps({"title": f"Water plant {self.chance.randrange(100_000)}", **members})
