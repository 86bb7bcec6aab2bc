"""Probes: two requests of one user, for something of another owner and for something that is missing.

A user must not be able to tell the two answers apart.
"""

import random
from dataclasses import dataclass, replace

from tests.isolation.operations import Operation, Resource
from tests.isolation.world import Owner, Request, Stored, World
from tests.support.two_users import ROW, Ids

CONDITIONS = ("If-Match", "If-None-Match")
MALFORMED = ("x", "%20", "0", "-1", "9" * 30, "%2F", "%00", "null", "..%2F..", "1e3", "%C3%A9", "a" * 300)
FAILING = (b"", b"{", b"[]", b"{}", b"null", b'{"no such property": 1}', b'{"title": 1}', b'"a"', b"\xff")
TAGS = ("*", '"1"', '"2"', '"999"', "no tag", 'W/"1"', '""')


@dataclass(frozen=True)
class Probe:
    """A pair of requests. The answers must be equal; `refused` says that they must be failures."""

    kind: str
    operation: str
    foreign: bytes
    missing: bytes
    refused: bool = True
    creates: bool = False
    """Whether both may create a row, whose answers differ in what the database generates."""
    empty: bool = False
    """Whether a success must be a list without rows."""
    before: bytes | None = None
    """A request that the owner sends first: a service that keeps answers has something to give away then."""


class Probes:
    """Makes the probes of a world, each kind for each operation in turn."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.world, self.rng, self.resources = world, rng, world.service.resources
        self.spent: set[tuple[str, str]] = set()
        """The users who have created a row with a key of somebody else: it is their own key now."""

    def pair(self) -> tuple[Owner, Owner]:
        """The user who asks, and the owner of what is asked for."""
        first, second = self.rng.sample(self.world.owners, 2)
        return first, second

    def row(self, who: Owner, resource: Resource) -> Stored:
        return self.rng.choice(who.rows[resource.name])

    def missing_id(self, resource: Resource) -> str:
        return str(self.rng.randint(2**30, 2**31 - 1)) if resource.has_number else self.world.uuid()

    def missing_ids(self, resource: Resource) -> Ids:
        """Ids of nothing for the row and all of its parents."""
        above = {name: self.missing_id(self.resources[parent]) for name, parent in resource.ancestors}
        return above | {ROW: self.missing_id(resource)}

    def varied(self, request: Request, tag: str | None = None) -> Request:
        """The request with a failing body, a condition or a query, now and then."""
        operation, headers, body = request.operation, dict(request.headers), request.body
        if body is not None and self.rng.random() < 0.35:
            body = self.rng.choice(FAILING)
        if body is not None and self.rng.random() < 0.05:
            headers["Content-Type"] = "text/plain"
        for name in CONDITIONS:
            if self.rng.random() < (0.7 if name.lower() in operation.headers else 0.1):
                headers[name] = tag if tag and self.rng.random() < 0.6 else self.rng.choice(TAGS)
        query = request.query
        if not query and self.rng.random() < 0.2:
            query = self.rng.choice(("page=1", "limit=1", "page=0", "no_such_parameter=1", "cursor=x"))
        return replace(request, headers=headers, body=body, query=query)

    def build(
        self, operation: Operation, user: Owner, foreign: Ids, missing: Ids, tag: str | None = None
    ) -> Probe:
        """The same request at two places."""
        request = self.varied(self.world.valid(user, operation, foreign), tag)
        return self.probe(user, request, replace(request, ids=missing))

    def probe(self, user: Owner, foreign: Request, missing: Request, *, refused: bool = True) -> Probe:
        name = foreign.operation.id
        return Probe("", name, foreign.encode(user.token), missing.encode(user.token), refused)
