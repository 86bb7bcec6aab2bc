"""Two to ten owners of one service, each with rows of every resource, cursors, and used idempotency keys."""

import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID

from freehold.contract.resources import owner
from freehold.fuzzing.bodies.sample_bodies import shown_in
from freehold.ground.naming import snake_case
from freehold.testing.checks.lists import next_cursor
from freehold.workbench import development_tokens
from tests.isolation.operations import Operation, Resource, read_operations, read_resources
from tests.isolation.wire import Answer, Connection
from tests.support.two_users import ROW, Contract, Ids

BRACES = re.compile(r"\{([^{}]*)\}")
CREATED = frozenset({200, 201, 202})
"""The statuses that a contract can declare for a create."""
KEY = "Idempotency-Key"
ROWS = 2
"""How many rows are created below each parent, and how many without a parent."""


@dataclass(frozen=True)
class Stored:
    """A row: the ids on the way to it, and its version."""

    ids: Ids
    etag: str | None


@dataclass
class Owner:
    """Somebody with rows."""

    subject: str
    token: str
    rows: dict[str, list[Stored]] = field(default_factory=dict)
    """By the name of the resource."""
    cursors: dict[str, list[tuple[Ids, str]]] = field(default_factory=dict)
    """Cursors with the place of their list, by operationId."""
    keys: dict[str, list[tuple[Ids, str]]] = field(default_factory=dict)
    """Used idempotency keys with the place of the request, by operationId."""


@dataclass(frozen=True)
class Request:
    """A request, before it becomes bytes."""

    operation: Operation
    ids: Ids
    path_owner: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""

    def encode(self, token: str) -> bytes:
        """The bytes of the request of a user."""

        def filled(brace: "re.Match[str]") -> str:
            if brace[1] == self.operation.owner_parameter:
                return self.path_owner
            parent = self.operation.parents.get(brace[1], snake_case(brace[1]))
            return self.ids.get(parent) or self._key(self.ids.get(ROW, ""))

        target = BRACES.sub(filled, self.operation.path) + (f"?{self.query}" if self.query else "")
        lines = [f"{self.operation.method} {target} HTTP/1.1", "Host: service"]
        lines += [f"Authorization: Bearer {token}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"Content-Length: {len(self.body)}"] if self.body is not None else []
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (self.body or b"")

    def _key(self, row_id: str) -> str:
        """The value by which the path names a row; for a row that was not created, the id itself."""
        created = self.operation.resource.created if self.operation.resource else {}
        return quote(str(created.get(row_id, {}).get(self.operation.key, row_id)), safe="")


@dataclass(frozen=True)
class Service:
    """What worlds of one service have in common."""

    contract: Contract
    secret: str
    operations: list[Operation]
    resources: dict[str, Resource]

    @classmethod
    def of(cls, contract: Contract, secret: str) -> "Service":
        return cls(contract, secret, read_operations(contract), read_resources(contract))


class World:
    """The owners, and how their rows were made."""

    def __init__(self, service: Service, rng: random.Random) -> None:
        self.service, self.rng = service, rng
        self.creates = {o.resource.name: o for o in service.operations if o.kind == "create" and o.resource}
        owned = [resource for resource in service.resources.values() if resource.is_owned]
        self.owned = sorted(owned, key=lambda resource: len(resource.ancestors))
        self.owners = [self._owner() for _ in range(rng.randint(2, 10))]
        self.strangers = (self._owner(), self._owner())
        """Two owners without rows."""

    def uuid(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def _owner(self) -> Owner:
        owners = [owner(schema) for schema in self.service.contract.resources.values()]
        are_numbers = any(whose is not None and whose.is_integer for whose in owners)
        subject = str(self.rng.randrange(10**9, 2 * 10**9)) if are_numbers else self.uuid()
        claims = self.service.contract.token_claims(subject)
        return Owner(subject, development_tokens.sign(self.service.secret, subject, claims=claims))

    async def fill(self, connection: Connection) -> None:
        """Create the rows of all owners, and read a page of each list."""
        for who in self.owners:
            for resource in self.owned:
                for ids in list(self._places(who, resource)):
                    for _ in range(ROWS):
                        await self.create(connection, who, resource, ids)
            for operation in self.service.operations:
                if operation.cursor and operation.resource and operation.resource.is_owned:
                    await self._page(connection, who, operation, operation.resource)

    async def create(
        self, connection: Connection, who: Owner, resource: Resource, ids: Ids, *, keep: bool = True
    ) -> Stored:
        """Create a row below parents."""
        operation = self.creates[resource.name]
        request = self.valid(who, operation, ids)
        answer = await connection.send(request.encode(who.token))
        assert answer.status in CREATED, (operation.id, answer)
        created = shown_in(json.loads(answer.body), resource.schema)
        row_id = str(created[resource.id_name])
        resource.created[row_id] = created
        row = Stored(ids | {ROW: row_id}, _text(answer, b"etag"))
        if keep:
            who.rows.setdefault(resource.name, []).append(row)
            if KEY in request.headers:
                who.keys.setdefault(operation.id, []).append((ids, request.headers[KEY]))
        return row

    def valid(self, who: Owner, operation: Operation, ids: Ids) -> Request:
        """A valid request of an owner."""
        headers = {"Content-Type": operation.media_type} if operation.media_type else {}
        headers |= {KEY: self.uuid()} if KEY.lower() in operation.headers else {}
        headers |= {"If-Match": "*"} if "if-match" in operation.required else {}
        body = json.dumps(self.body(operation)).encode() if operation.media_type else None
        return Request(operation, ids, who.subject, body, headers)

    def body(self, operation: Operation) -> Any:
        if operation.body is None:
            return None
        return operation.in_envelope(self.row(operation))

    def row(self, operation: Operation) -> Any:
        """A valid row for the body of an operation."""
        return operation.body | {name: f"Water {self.uuid()}" for name in operation.unique}

    def _places(self, who: Owner, resource: Resource) -> Iterator[Ids]:
        """The places for rows of a resource: below each row of its parent."""
        if not resource.ancestors:
            yield {}
            return
        name, parent = resource.ancestors[-1]
        for row in who.rows[parent]:
            yield {field: row_id for field, row_id in row.ids.items() if field != ROW} | {name: row.ids[ROW]}

    async def _page(
        self, connection: Connection, who: Owner, operation: Operation, resource: Resource
    ) -> None:
        for ids in self._places(who, resource):
            request = Request(operation, ids, who.subject, query=f"{operation.size}=1")
            answer = await connection.send(request.encode(who.token))
            cursor = next_cursor(json.loads(answer.body))
            if cursor:
                who.cursors.setdefault(operation.id, []).append((ids, cursor))


def _text(answer: Answer, name: bytes) -> str | None:
    value = answer.header(name)
    return value.decode() if value else None
