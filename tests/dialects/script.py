"""A statement of a contract as a script: what people ask, one after the other, and what they are answered.

`{task[id]}` in a path, a body or a header stands for the id of what was kept as `task`; headers are kept too.
`{alice}` is whose rows alice's are.
"""

import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from tests.dialects.conftest import Dialect
from tests.support.two_users import User

_WHOLE = re.compile(r"\{(\w+)(?:\[([\w-]+)\])?\}")

Values = dict[str, Any]


@dataclass
class Stage:
    """Who there is, and what they keep."""

    dialect: Dialect
    stack: ExitStack
    kept: Values = field(default_factory=dict)
    _people: dict[str, User] = field(default_factory=dict)

    def person(self, name: str) -> User:
        """The person of this name. Some are known by what they lack, or have in common with alice."""
        if name not in self._people:
            self._people[name] = self._new(name)
            self.kept[name] = self._people[name].subject
        return self._people[name]

    def _new(self, name: str) -> User:
        claims = self.dialect.contract.claims(self.person("alice").subject) if name != "alice" else {}
        whose = {claim: value for claim, value in claims.items() if claim not in ("scope", "permissions")}
        scopes = str(claims.get("scope", "")).split()
        known: dict[str, Values] = {
            "her colleague": claims,
            "her guest": whose,
            "her robot": {**whose, "permissions": scopes},
            "her reader": {**whose, "scope": "labels:read"},
            "a stranger without claims": {},
        }
        if name == "nobody":
            return User(name, self.stack.enter_context(self.dialect.service.anybody()))
        if name in known:
            return User(name, self.stack.enter_context(self.dialect.service.user(name, known[name])))
        return self.dialect.user(self.stack)

    def fill(self, value: Any) -> Any:
        """The value with what was kept in its places."""
        if isinstance(value, dict):
            return {self.fill(key): self.fill(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.fill(inner) for inner in value]
        if not isinstance(value, str):
            return value
        whole = _WHOLE.fullmatch(value)
        return self._kept(whole) if whole else _WHOLE.sub(lambda found: str(self._kept(found)), value)

    def _kept(self, found: "re.Match[str]") -> Any:
        kept = self.kept[found[1]]
        return kept[found[2]] if found[2] else kept


class Step(Protocol):
    """One step of a script."""

    def run(self, stage: Stage) -> None:
        """Do it, and compare. Raises AssertionError."""


@dataclass(frozen=True)
class Row:
    """What a contract says, in words; the dialect that says it; how to see it."""

    says: str
    dialect: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Ask:
    """A request, and what of its answer must be so."""

    what: str
    """The method and the path."""
    status: int = 200
    json: Any = None
    by: str = "alice"
    keep: str = ""
    params: Values = field(default_factory=dict)
    headers: Values = field(default_factory=dict)
    content: bytes | None = None
    has: Values = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    answers: Mapping[str, str | None] = field(default_factory=dict)
    """Headers of the answer; None for one that is not there."""
    rows: tuple[str, tuple[object, ...]] | None = None
    """Of a list: a property, and its values in their order."""
    wrong: tuple[str, ...] | None = None
    """The places that the problem names, in any order."""

    def run(self, stage: Stage) -> None:
        """Send it as the person who asks."""
        stage.person("alice")
        client = stage.person(self.by).client
        response = self._sent(stage, client)
        assert response.status_code == self.status, f"{self.what}: {response.status_code} {response.text}"
        said = response.json() if response.content else None
        if isinstance(said, dict):
            found = {name: said.get(name, "nothing") for name in self.has}
            assert found == stage.fill(self.has), self.what
            assert [name for name in self.lacks if name in said] == [], said
        for name, value in self.answers.items():
            assert response.headers.get(name) == stage.fill(value), name
        if self.rows is not None:
            found_rows = [row.get(self.rows[0]) for row in _listed(said)]
            assert found_rows == stage.fill(self.rows[1]), said
        if self.wrong is not None:
            assert sorted(_places(said)) == sorted(self.wrong), said
        if self.keep:
            stage.kept[self.keep] = {**dict(response.headers.items()), **(said or {})}

    def _sent(self, stage: Stage, client: httpx.Client) -> httpx.Response:
        method, _, path = self.what.partition(" ")
        body = None if self.json is None else stage.fill(self.json)
        return client.request(
            method,
            stage.fill(path),
            content=self.content,
            json=body,
            headers=stage.fill(self.headers),
            params=stage.fill(self.params),
        )


@dataclass(frozen=True)
class Look:
    """What the database holds, seen as its superuser."""

    sql: str
    arguments: tuple[object, ...]
    expected: list[Values]

    def run(self, stage: Stage) -> None:
        """Compare the rows."""
        stage.person("alice")
        found = stage.dialect.service.database.rows(self.sql, *stage.fill(self.arguments))
        assert found == stage.fill(self.expected)


def look(sql: str, *arguments: object, is_: object) -> Look:
    """One value that the database holds; the statement calls it `is`."""
    return Look(sql, arguments, [{"is": is_}])


def play(row: Row, dialect: Dialect, stack: ExitStack) -> None:
    """Take every step of a row."""
    stage = Stage(dialect, stack)
    for step in row.steps:
        step.run(stage)


def _listed(said: Any) -> list[Values]:
    if isinstance(said, list):
        return said
    found: list[Values] = next(part for part in said.values() if isinstance(part, list))
    return found


def _places(problem: Any) -> list[str]:
    return [fault.get("pointer") or fault.get("parameter") or "" for fault in problem["errors"]]
