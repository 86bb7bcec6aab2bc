"""Scenarios: what a contract states, shown by requests of several users and their responses.

`{task[id]}` in a path, a body or a header stands for the id in the response saved as `task`; the headers of
the response are saved too. `{alice}` stands for the subject of the user alice.
"""

import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx

from freehold.contract.validation.problem_details.problem_codes import CODES
from tests.dialects.conftest import Dialect
from tests.support.two_users import User

_PLACEHOLDER = re.compile(r"\{(\w+)((?:\[[\w-]+\])*)\}")

Values = dict[str, Any]


@dataclass
class ScenarioState:
    """The users and the saved responses of a running scenario."""

    dialect: Dialect
    stack: ExitStack
    saved: Values = field(default_factory=dict)
    _users: dict[str, User] = field(default_factory=dict)

    def user(self, name: str) -> User:
        """The user of this name. The names of some say how their claims differ from those of alice."""
        if name not in self._users:
            self._users[name] = self._create(name)
            self.saved[name] = self._users[name].subject
        return self._users[name]

    def _create(self, name: str) -> User:
        claims = self.dialect.contract.token_claims(self.user("alice").subject) if name != "alice" else {}
        owner_claims = {
            claim: value for claim, value in claims.items() if claim not in ("scope", "permissions")
        }
        scopes = str(claims.get("scope", "")).split()
        claims_by_name: dict[str, Values] = {
            "her colleague": claims,
            "her guest": owner_claims,
            "her robot": {**owner_claims, "permissions": scopes},
            "her administrator": {**owner_claims, "scope": "openid labels:read admin"},
            "her reader": {**owner_claims, "scope": "labels:read"},
            "a stranger without claims": {},
        }
        if name == "nobody":
            return User(name, self.stack.enter_context(self.dialect.service.anybody()))
        if name in claims_by_name:
            return User(name, self.stack.enter_context(self.dialect.service.user(name, claims_by_name[name])))
        return self.dialect.user(self.stack)

    def fill(self, value: Any) -> Any:
        """Replace the placeholders in a value."""
        if isinstance(value, dict):
            return {self.fill(key): self.fill(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.fill(inner) for inner in value]
        if not isinstance(value, str):
            return value
        match = _PLACEHOLDER.fullmatch(value)
        return self._lookup(match) if match else _PLACEHOLDER.sub(lambda m: str(self._lookup(m)), value)

    def _lookup(self, match: "re.Match[str]") -> Any:
        found = self.saved[match[1]]
        for name in re.findall(r"[\w-]+", match[2]):
            found = found[name]
        return found


class Step(Protocol):
    """One step of a scenario."""

    def run(self, state: ScenarioState) -> None:
        """Perform the step. Raises AssertionError when the result is not the expected one."""


@dataclass(frozen=True)
class Scenario:
    """A statement about a contract, the dialect that makes it, and the steps that show it."""

    statement: str
    dialect: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Request:
    """A request, and what its response must be."""

    target: str
    """The method and the path."""
    status: int = 200
    json: Any = None
    by: str = "alice"
    """The user who sends it."""
    save_as: str = ""
    """The name under which the response is saved."""
    params: Values = field(default_factory=dict)
    headers: Values = field(default_factory=dict)
    content: bytes | None = None
    has: Values = field(default_factory=dict)
    """Properties of the response, with their values."""
    lacks: tuple[str, ...] = ()
    """Properties that the response does not have."""
    response_headers: Mapping[str, str | None] = field(default_factory=dict)
    """None for a header that the response does not have."""
    rows: tuple[str, tuple[object, ...]] | None = None
    """For a list: a property, and its values in the order of the rows."""
    error_locations: tuple[str, ...] | None = None
    """The pointers and parameters of the errors in a problem, in any order."""

    def run(self, state: ScenarioState) -> None:
        """Send the request and compare the response."""
        state.user("alice")
        client = state.user(self.by).client
        response = self._send(state, client)
        assert response.status_code == self.status, f"{self.target}: {response.status_code} {response.text}"
        content = response.json() if response.content else None
        if response.headers.get("Content-Type") == "application/problem+json":
            assert response.json()["code"] in CODES[self.status], content
        if isinstance(content, dict):
            actual = {name: content.get(name, "nothing") for name in self.has}
            assert actual == state.fill(self.has), self.target
            assert [name for name in self.lacks if name in content] == [], content
        for name, value in self.response_headers.items():
            assert response.headers.get(name) == state.fill(value), name
        if self.rows is not None:
            values = [row.get(self.rows[0]) for row in _rows(content)]
            assert values == state.fill(self.rows[1]), content
        if self.error_locations is not None:
            assert sorted(_error_locations(content)) == sorted(self.error_locations), content
        if self.save_as:
            state.saved[self.save_as] = {**dict(response.headers.items()), **(content or {})}

    def _send(self, state: ScenarioState, client: httpx.Client) -> httpx.Response:
        method, _, path = self.target.partition(" ")
        body = None if self.json is None else state.fill(self.json)
        query = urlencode(state.fill(self.params), doseq=True, safe=",")
        return client.request(
            method,
            f"{state.fill(path)}?{query}" if query else state.fill(path),
            content=self.content,
            json=body,
            headers=state.fill(self.headers),
        )


@dataclass(frozen=True)
class DatabaseQuery:
    """A query as the superuser, and the rows that it must return."""

    sql: str
    arguments: tuple[object, ...]
    expected: list[Values]

    def run(self, state: ScenarioState) -> None:
        """Execute the query and compare the rows."""
        state.user("alice")
        rows = state.dialect.service.database.rows(self.sql, *state.fill(self.arguments))
        assert rows == state.fill(self.expected)


def query_value(sql: str, *arguments: object, expected: object) -> DatabaseQuery:
    """A query that returns one row with one column, which is named `is`."""
    return DatabaseQuery(sql, arguments, [{"is": expected}])


def run_scenario(scenario: Scenario, dialect: Dialect, stack: ExitStack) -> None:
    """Perform the steps of a scenario."""
    state = ScenarioState(dialect, stack, {"url": dialect.service.url})
    for step in scenario.steps:
        step.run(state)


def _rows(content: Any) -> list[Values]:
    if isinstance(content, list):
        return content
    rows: list[Values] = next(part for part in content.values() if isinstance(part, list))
    return rows


def _error_locations(problem: Any) -> list[str]:
    return [error.get("pointer") or error.get("parameter") or "" for error in problem["errors"]]
