"""Sends nasty values to every place of every operation, and compares each response with the contract."""

import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.validation.answers import AnswerSchemas
from freehold.contract.validation.operation_schemas import OperationSchemas, operation_schemas
from freehold.contract.validation.problem_details.error_shapes import other_shape
from freehold.contract.validation.validators import ContractSchemas
from freehold.fuzzing.findings import Finding, Interrupted, Part, Progress
from freehold.fuzzing.nasty import values as nasty_values
from freehold.fuzzing.nasty.places import Place, content, places
from freehold.fuzzing.rows import Ids, RowNotCreated, Rows
from freehold.fuzzing.targets import Target
from freehold.fuzzing.wire import Answer, Request, Wire
from freehold.publishing.served_document import build_served_document

NAME = "nasty values"
_PROBLEM = "application/problem+json"
_FIRST_ERROR, _FIRST_SERVER_ERROR, _TOO_MANY = 400, 500, 429
_NO_OPERATION = (404, 405)
_LONGEST_TEXT = 8400
"""How long a text in a path, a query or a header is at most: servers limit them."""
_HEADER = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
_PROGRESS_INTERVAL = 0.5  # seconds
_BATCH = 20
Attempt = tuple[Place, str]
"""A place, and the name of the value that is tried there."""


@dataclass
class _Attack:
    """The attempts on one operation, in the order of the seed."""

    operation: ContractOperation
    schemas: OperationSchemas
    attempts: Iterator[Attempt]
    ids: Ids = field(default_factory=dict)


class NastyRequests:
    """A user who sends nasty values. Every operation gets some before any gets all."""

    def __init__(self, target: Target, seed: int) -> None:
        self._target, self._wire = target, Wire(target.url)
        self._rows = Rows(target, target.users[0], self._wire)
        served = build_served_document(target.contract).root
        self._answers, self._schemas = AnswerSchemas(served), ContractSchemas(served)
        self._seed, self._sent, self._limited = seed, 0, 0
        self._findings: dict[tuple[str, str], Finding] = {}
        self._notes: dict[str, None] = {}

    def run(self, deadline: float, limit: int | None, progress: Progress) -> Part:
        """Send values until the deadline (of `time.monotonic`), a number of requests, or all are sent."""
        started = time.monotonic()
        turns = [attack for operation in self._target.operations() if (attack := self._attack(operation))]
        names = tuple(attack.operation.id for attack in turns)
        try:
            self._take_turns(turns, deadline, limit, progress)
        except KeyboardInterrupt:
            raise Interrupted(self._part(names, started)) from None
        return self._part(names, started)

    def _take_turns(
        self, turns: list[_Attack], deadline: float, limit: int | None, progress: Progress
    ) -> None:
        last = 0.0
        while turns:
            attack, tried = turns.pop(0), False
            for _, attempt in zip(range(_BATCH), attack.attempts, strict=False):
                now = time.monotonic()
                if now > deadline or (limit is not None and self._sent >= limit):
                    return
                if now - last > _PROGRESS_INTERVAL:
                    last = now
                    progress(f"{NAME}: {self._sent:,} requests, {attack.operation.id}")
                self._try(attack, *attempt)
                tried = True
            turns += [attack] if tried else []

    def _attack(self, operation: ContractOperation) -> _Attack | None:
        schemas = operation_schemas(self._schemas, operation.path, operation.method)
        if schemas is None:
            return None
        attempts = [(place, name) for place in places(operation) for name in _values(place)]
        random.Random(f"{self._seed} {operation.id}").shuffle(attempts)  # noqa: S311 - reproducible, no secret
        attack = _Attack(operation, schemas, iter(attempts))
        self._renew(attack)
        return attack

    def _renew(self, attack: _Attack) -> None:
        """Create the rows that the path names."""
        try:
            attack.ids = self._rows.place(attack.operation)
        except RowNotCreated as error:
            self._notes[str(error)] = None

    def _try(self, attack: _Attack, place: Place, name: str) -> None:
        request = self._request(attack, place, name)
        if request is None:
            return
        self._sent += 1
        answer = self._wire.send(request)
        self._limited += answer is not None and answer.status == _TOO_MANY
        value = _values(place)[name]
        is_other_path = place.kind == "path" and (not value or b"/" in value)
        fault = self._fault(attack, answer, is_other_path=is_other_path)
        if fault is not None:
            check, message = fault
            shown = f"{message}, for the value {name!r} in {place.kind} {place.name}"
            command = request.command(self._target.url)
            finding = Finding(check, attack.operation.id, shown, (command,) if command else ())
            self._findings.setdefault((attack.operation.id, message), finding)
        if attack.operation.method == "delete" and answer is not None and answer.status < _FIRST_ERROR:
            self._renew(attack)

    def _request(self, attack: _Attack, place: Place, name: str) -> Request | None:
        operation, value = attack.operation, _values(place)[name]
        if place.is_json:
            body = content(place, self._rows.body(operation), value)
            return self._rows.request(operation, attack.ids, body)
        request = self._rows.request(operation, attack.ids)
        if place.kind == "header":
            if len(value) > _LONGEST_TEXT or not _HEADER.fullmatch(value):
                return None
            return Request(
                request.user,
                request.method,
                request.target,
                {**request.headers, place.name: value},
                request.body,
            )
        text = value.decode("ascii") if name in nasty_values.QUERIES else quote(value, safe="")
        if len(text) > _LONGEST_TEXT:
            return None
        target = (
            self._rows.target(operation, attack.ids, {place.name: text})
            if place.kind == "path"
            else f"{request.target}?{quote(place.name)}={text}"
        )
        return Request(request.user, request.method, target, request.headers, request.body)

    def _fault(
        self, attack: _Attack, answer: Answer | None, *, is_other_path: bool
    ) -> tuple[str, str] | None:
        """Return the check that fails, and a message; None if the response is as declared.

        A server decodes the path before it looks for an operation: with `/` in a value, or with an empty
        one, it is another path: of another operation, of none (404), or of none with this method (405).
        """
        if answer is None:
            return "no_response", "The service closed the connection without a response"
        if answer.status >= _FIRST_SERVER_ERROR:
            return "not_a_server_error", f"The response is {answer.status}"
        fault = self._answers.find_fault(attack.schemas, answer.status, answer.headers, answer.body)
        is_of_another = is_other_path and (answer.status < _FIRST_ERROR or answer.status in _NO_OPERATION)
        if fault is not None and not is_of_another:
            where = fault.pointer or "the body"
            return (
                "response_conformance",
                f"The response {answer.status} is not declared: {fault.keyword} at {where}",
            )
        if answer.status >= _FIRST_ERROR and not (_has_other_shape(attack, answer) or _is_problem(answer)):
            return "problem_details", f"The response {answer.status} is not {_PROBLEM}"
        return None

    def _part(self, names: Sequence[str], started: float) -> Part:
        self._wire.close()
        notes = list(self._notes)
        if self._limited:
            notes.append(f"{self._limited:,} requests were refused with 429: fuzz with a higher RATE_LIMIT")
        seconds = time.monotonic() - started
        return Part(NAME, tuple(names), self._sent, seconds, tuple(self._findings.values()), tuple(notes))


def _values(place: Place) -> dict[str, bytes]:
    if place.is_json:
        return nasty_values.JSON_VALUES
    return _QUERY_TEXTS if place.kind == "query" else _TEXTS


_TEXTS = {name: text.encode("utf-8", "surrogatepass") for name, text in nasty_values.TEXTS.items()}
_QUERY_TEXTS = {**_TEXTS, **nasty_values.QUERIES}


def _has_other_shape(attack: _Attack, answer: Answer) -> bool:
    """Whether the operation declares an error in another shape, to which it has been compared."""
    declared = attack.schemas.answer(answer.status)
    return declared is not None and other_shape(declared.content) is not None


def _is_problem(answer: Answer) -> bool:
    if answer.headers.get("content-type", "").partition(";")[0] != _PROBLEM:
        return False
    try:
        problem = json.loads(answer.body)
    except ValueError:
        return False
    return isinstance(problem, dict) and problem.get("status") == answer.status
