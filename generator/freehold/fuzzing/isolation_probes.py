"""Compares what a user is told of another user's row with what is told of a row that does not exist."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.path_parameters import ancestors, path_parents
from freehold.contract.resources import (
    foreign_is_forbidden,
    id_property,
    owner,
    properties,
    references,
    resources,
)
from freehold.contract.rows.chosen_keys import creates_row
from freehold.contract.rows.readers import reads_all_owners, tells_foreign
from freehold.fuzzing.bodies.row_keys import missing_key
from freehold.fuzzing.bodies.sample_bodies import row_in, with_row
from freehold.fuzzing.findings import Finding, Part, Progress
from freehold.fuzzing.rows import ROW, Ids, RowNotCreated, Rows
from freehold.fuzzing.targets import Target
from freehold.fuzzing.wire import Answer, Request, Wire
from freehold.ground.varying_parts import without_varying_parts
from freehold.reading.document import Node

NAME = "isolation"
_CHECK = "isolation_between_users"
_MISSING = {"integer": "2147483646", "string": "0e0e0e0e-0000-4000-8000-000000000000"}
_FIRST_ERROR, _TOO_MANY = 400, 429


@dataclass(frozen=True)
class _Pair:
    """A row of another user, and one that does not exist, at the same place of a path."""

    name: str
    foreign: Ids
    missing: Ids


class IsolationProbes:
    """The second user tries to reach the rows of the first one."""

    def __init__(self, target: Target) -> None:
        self._target, self._wire = target, Wire(target.url)
        self._theirs, self._own = (Rows(target, user, self._wire) for user in target.users)
        self._resources = resources(target.contract)
        self._sent = 0
        self._notes: dict[str, None] = {}

    def run(self, progress: Progress) -> Part:
        """Probe every operation on rows that have an owner."""
        started, findings, names = time.monotonic(), list[Finding](), list[str]()
        for operation in self._target.operations():
            resource = self._resources.get(operation.resource or "")
            if resource is None or owner(resource) is None or reads_all_owners(operation, resource):
                continue
            progress(f"{NAME}: {operation.id}")
            try:
                findings += self._probe(operation, resource)
                names.append(operation.id)
            except RowNotCreated as error:
                self._notes[str(error)] = None
        self._wire.close()
        seconds = time.monotonic() - started
        return Part(NAME, tuple(names), self._sent, seconds, tuple(findings), tuple(self._notes))

    def _probe(self, operation: ContractOperation, resource: Node) -> Iterator[Finding]:
        theirs, own = self._theirs.place(operation), self._own.place(operation)
        self._read_first(operation, theirs)
        for pair in _pairs(operation, resource, theirs, own):
            places = (self._own.request(operation, ids) for ids in (pair.foreign, pair.missing))
            yield from self._compare(operation, resource, pair.name, *places)
        if ancestors(resource) and ROW in own and not creates_row(operation):
            elsewhere = self._own.place(operation)
            places = (
                self._own.request(operation, elsewhere | {ROW: row})
                for row in (own[ROW], _missing_id(operation, resource, ROW))
            )
            yield from self._compare(operation, resource, "row below another parent", *places)
        yield from self._probe_references(operation, resource, own)
        if operation.kind == "list":
            yield from self._probe_list(operation, resource, own)

    def _compare(
        self, operation: ContractOperation, resource: Node, name: str, *requests: Request
    ) -> Iterator[Finding]:
        """Send a request about a row that exists, and one about a row that does not."""
        foreign, missing = (self._send(request) for request in requests)
        if foreign is None or missing is None or _TOO_MANY in {foreign.status, missing.status}:
            return
        tells = foreign_is_forbidden(resource) or tells_foreign(operation, resource)
        paths = [self._wire.paths(request) for request in requests]
        fault = _difference((foreign, missing), paths, tells=tells)
        if fault is not None:
            message = f"A {name} does not answer like one that does not exist: {fault}"
            yield self._finding(operation, message, *requests)

    def _probe_references(self, operation: ContractOperation, resource: Node, own: Ids) -> Iterator[Finding]:
        """Refer to a row of the first user in a body, and to no row."""
        schema, sample = operation.row_body(), row_in(operation, self._own.body(operation))
        for link in references(resource) if schema and isinstance(sample, dict) else ():
            target = self._resources[link.resource]
            if link.field not in properties(schema) or owner(target) is None:
                continue
            missing = _missing_id(operation, target, ROW)
            ids = (self._theirs.referenced_row(link), int(missing) if missing.isdecimal() else missing)
            bodies = (json.dumps(self._body_with(operation, {link.field: row})).encode() for row in ids)
            requests = (self._own.request(operation, own, body) for body in bodies)
            yield from self._compare(operation, resource, f"{link.field} of another user", *requests)

    def _body_with(self, operation: ContractOperation, values: dict[str, object]) -> Any:
        body = self._own.body(operation)
        return with_row(operation, body, row_in(operation, body) | values)

    def _probe_list(self, operation: ContractOperation, resource: Node, own: Ids) -> Iterator[Finding]:
        """Look for the id of a new row of the first user in the list of the second one."""
        row = self._theirs.new_row(resource)
        self._read_first(operation, self._theirs.place(operation))
        answer = self._send(request := self._own.request(operation, own))
        is_id = re.compile(rb'"?%s"?\s*:\s*"?%s["\s,}]' % (id_property(resource).encode(), row.encode()))
        if answer is not None and answer.status < _FIRST_ERROR and is_id.search(answer.body):
            yield self._finding(operation, f"The list contains the row {row} of another user", request)

    def _read_first(self, operation: ContractOperation, theirs: Ids) -> None:
        """Let the first user read, so that a cache that does not know users has something to give away."""
        if operation.method == "get":
            self._send(self._theirs.request(operation, theirs))

    def _send(self, request: Request) -> Answer | None:
        self._sent += 1
        return self._wire.send(request)

    def _finding(self, operation: ContractOperation, message: str, *requests: Request) -> Finding:
        commands = (request.command(self._target.url) for request in requests)
        return Finding(_CHECK, operation.id, message, tuple(command for command in commands if command))


def _pairs(operation: ContractOperation, resource: Node, theirs: Ids, own: Ids) -> Iterator[_Pair]:
    """Yield a pair for each row that the path names: all of them foreign, then one after the other."""
    fields = path_parents(operation, resource).values()
    parts = [name for name in theirs if name in fields or name == ROW]
    missing = {name: _missing_id(operation, resource, name) for name in parts}
    if not parts:
        return
    if len(parts) > 1 and not creates_row(operation):
        yield _Pair("row of another user", theirs, own | {parts[-1]: missing[parts[-1]]})
    for name in parts if not creates_row(operation) else [name for name in parts if name != ROW]:
        label = f"{'row' if name == ROW else name} of another user"
        yield _Pair(label, own | {name: theirs[name]}, own | {name: missing[name]})


def _missing_id(operation: ContractOperation, resource: Node, name: str) -> str:
    if name == ROW:
        return missing_key(resource)
    fields = path_parents(operation, resource)
    named = (p for p in operation.parameters() if fields.get(str(p.get_value("name"))) == name)
    schema = next((parameter.get("schema") for parameter in named), None)
    return _MISSING.get(str(schema.get_value("type")) if schema else "", _MISSING["string"])


def _difference(
    answers: tuple[Answer, Answer], paths: Sequence[tuple[str, ...]], *, tells: bool
) -> str | None:
    """Say what differs but for what always does; `foreign: forbidden` may answer 403."""
    foreign, missing = answers
    if tells and foreign.status in {403, 404}:
        return None
    if foreign.status != missing.status:
        return f"the status is {foreign.status}, not {missing.status}"
    (headers, body), (expected, other) = (
        without_varying_parts(answer.body.decode("latin-1"), answer.status, answer.headers, *of_request)
        for answer, of_request in zip(answers, paths, strict=True)
    )
    if headers != expected:
        names = sorted(
            name for name in headers.keys() | expected.keys() if headers.get(name) != expected.get(name)
        )
        return f"other headers: {', '.join(names)}"
    return "another body" if body != other else None
