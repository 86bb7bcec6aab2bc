"""What bob sees of alice through an override: the same requests, before she does something and afterwards.

Two users who have never been there send the same requests; between them alice creates rows and uses the
override as well. The answers must be the same, and no row may change but those of whoever asks.
"""

import asyncio
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from tests.hostile_overrides.entry import Override, Place
from tests.hostile_overrides.project import module_of
from tests.support.service import Database, Service, serving

SECRET = "the plum cake"  # only alice writes it
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)")
_REQUEST = re.compile(r"urn:request:[0-9a-f-]{36}")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass
class Answers:
    """What somebody was told, with names instead of what differs from user to user."""

    texts: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def add(self, what: str, response: httpx.Response, names: dict[str, str]) -> None:
        text = _REQUEST.sub("REQUEST", _TIME.sub("TIME", response.text))
        for value, name in names.items():
            text = text.replace(value, name)
        self.texts.append(f"{what}: {response.status_code} {_ID.sub('NEW', text)}")
        self.statuses.append(response.status_code)


class Tables:
    """The tables, read as superuser on one connection."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._connection: asyncpg.Connection[Any] = self._loop.run_until_complete(asyncpg.connect(url))

    def rows(self, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._loop.run_until_complete(self._connection.fetch(sql, *arguments))]

    def empty(self) -> None:
        """Delete all rows: a statement without any condition then finds those of the two users."""
        found = self.rows("SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'")
        self.rows(f"TRUNCATE {', '.join(name for (name,) in found if name != 'alembic_version')} CASCADE")

    def close(self) -> None:
        self._loop.run_until_complete(self._connection.close())
        self._loop.close()


@dataclass(frozen=True)
class Resource:
    """Where the override is served."""

    override: Override

    @property
    def path(self) -> str:
        return self.override.name if self.override.place is Place.OWN else "tasks"

    def create(self, client: httpx.Client, title: str, notes: str) -> httpx.Response:
        return client.post(f"/{self.path}", json={"title": title, "notes": notes})

    def comment(self, client: httpx.Client, task: str, text: str) -> str:
        """The id of a new comment, or one that does not exist where there are none."""
        if self.override.place is Place.OWN:
            return str(uuid4())
        made = client.post(f"/tasks/{task}/comments", json={"text": text})
        return str(made.json().get("id", uuid4()))

    def use(self, client: httpx.Client, task: str, comment: str) -> httpx.Response:
        if self.override.place is Place.SHARED:
            return client.post(f"/announcements/1/{self.override.name}")
        if self.override.place is Place.SERVICE:
            return client.post(f"/desk/{task}/{self.override.name}")
        below = f"/comments/{comment}" if self.override.place is Place.COMMENT else ""
        return client.post(f"/{self.path}/{task}{below}/{self.override.name}")


class TwoWorlds:
    """An override on a running service, with alice and two users who send the same requests."""

    def __init__(self, service: Service, tables: Tables, override: Override) -> None:
        self._service, self._tables, self._resource = service, tables, Resource(override)
        self._nested = override.place is Place.COMMENT
        self.findings: list[str] = []
        self.works = False
        """Whether the owner got an answer with 200 from the override."""
        self.refused = False
        """Whether each use of the override was answered with 500."""

    def run(self) -> "TwoWorlds":
        """Play both worlds, and compare."""
        self._tables.rows("DELETE FROM tasks")
        self._tables.rows("DELETE FROM announcements")
        self._tables.rows("INSERT INTO announcements (id, text) OVERRIDING SYSTEM VALUE VALUES (1, 'Hello')")
        before = self._stranger(str(uuid4()), str(uuid4()))
        with self._service.user("alice", {"scope": "write"}) as alice:
            hers = self._alice(alice)
        after = self._stranger(*hers)
        for earlier, later in zip(before.texts, after.texts, strict=True):
            if earlier != later:
                self.findings.append(f"alice makes a difference: {earlier} | {later}")
        return self

    def _alice(self, alice: httpx.Client) -> tuple[str, str]:
        """A task of hers with a comment, after she has used the override with another one."""
        used = self._create(alice, "alice", SECRET, SECRET)
        self._resource.use(alice, used, self._resource.comment(alice, used, SECRET))
        kept = self._create(alice, "alice", SECRET, SECRET)
        return kept, self._resource.comment(alice, kept, SECRET)

    def _create(self, client: httpx.Client, name: str, title: str, notes: str) -> str:
        """The id of a new row. Where the override refuses this as well, it was there before."""
        made = self._resource.create(client, title, notes)
        if made.status_code == httpx.codes.CREATED:
            return str(made.json()["id"])
        sql = f"INSERT INTO {self._table()} (owner_id, title, notes) VALUES ($1, $2, $3) RETURNING id::text"
        return str(self._tables.rows(sql, name, title, notes)[0][0])

    def _stranger(self, her_task: str, her_comment: str) -> Answers:
        name, answers = f"bob-{uuid4().hex}", Answers()
        with self._service.user(name, {"scope": "write"}) as bob:
            task, other = (self._create(bob, name, title, "mine") for title in ("Water it", "Feed it"))
            comment = self._resource.comment(bob, task if self._nested else other, "Well")
            ghost = str(uuid4())
            names = {task: "TASK", other: "OTHER", comment: "COMMENT", name: "BOB"}
            names |= {ghost: "THE ID", her_task: "THE ID", her_comment: "THE ID"}
            others = self._rows_of_others(name)
            for what, response in self._requests(bob, (task, other, comment), (her_task, her_comment), ghost):
                answers.add(what, response, names)
                if any(text in response.text for text in (SECRET, "alice")):
                    self.findings.append(f"{what} has a text of alice: {response.text[:200]}")
            if self._rows_of_others(name) != others:
                self.findings.append("rows of others have changed")
        return answers

    def _requests(
        self, bob: httpx.Client, mine: tuple[str, str, str], hers: tuple[str, str], ghost: str
    ) -> Iterator[tuple[str, httpx.Response]]:
        task, other, comment = mine
        use = self._resource.use
        if self._nested:
            yield from self._wrong_parents(bob, mine, hers, ghost)
        foreign, missing = use(bob, *hers), use(bob, ghost, ghost)
        yield "foreign", foreign
        yield "missing", missing
        own = use(bob, task, comment)
        self.works = self.works or own.status_code == httpx.codes.OK
        self.refused = own.status_code == httpx.codes.INTERNAL_SERVER_ERROR
        yield "own", own
        yield "own again", use(bob, task, comment)
        yield "the other one", bob.get(f"/{self._resource.path}/{other}")
        if self._resource.override.place is Place.OWN:
            yield "foreign row", bob.get(f"/{self._resource.path}/{hers[0]}")
        yield "list", bob.get(f"/{self._resource.path}")

    def _wrong_parents(
        self, bob: httpx.Client, mine: tuple[str, str, str], hers: tuple[str, str], ghost: str
    ) -> Iterator[tuple[str, httpx.Response]]:
        """The comment under another task of the same owner, which is answered as one that does not exist."""
        task, other, comment = mine
        stored = self._stored(comment)
        wrong, missing = self._resource.use(bob, other, comment), self._resource.use(bob, other, ghost)
        if _REQUEST.sub("", wrong.text) != _REQUEST.sub("", missing.text):
            self.findings.append(f"another parent: {wrong.status_code} {wrong.text} | {missing.text}")
        if self._stored(comment) != stored:
            self.findings.append("a row under another parent has changed")
        yield "her comment under my task", self._resource.use(bob, task, hers[1])
        yield "my comment under her task", self._resource.use(bob, hers[0], comment)

    def _stored(self, comment: str) -> object:
        return self._tables.rows("SELECT *, xmin::text FROM comments WHERE id = $1", comment)

    def _rows_of_others(self, name: str) -> object:
        """Every column of every row of another owner, and the transaction that has written it."""
        return self._tables.rows(
            f"SELECT t::text, xmin::text FROM {self._table()} t WHERE owner_id <> $1"
            " UNION ALL SELECT c::text, xmin::text FROM comments c WHERE owner_id <> $1 ORDER BY 1",
            name,
        )

    def _table(self) -> str:
        return module_of(self._resource.override) if self._resource.override.place is Place.OWN else "tasks"


@contextmanager
def run_without_guard(folder: Path, database: Database) -> Iterator[Service]:
    """The service of a project in which nothing refuses a statement."""
    shutil.copy(Path(__file__).with_name("unguarded.py"), folder)
    with serving(
        folder, database, program=("unguarded",), DATABASE_POOL_SIZE="1", LOG_REQUESTS="false"
    ) as service:
        yield service
