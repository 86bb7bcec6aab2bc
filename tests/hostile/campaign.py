"""Sends a nasty value in one place of an operation, and checks the response."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import unquote, unquote_to_bytes
from uuid import uuid4

from freehold.contract.operations.contract_operation import IDEMPOTENCY_KEY, IF_MATCH, ContractOperation
from freehold.fuzzing.nasty import values as nasty
from freehold.ground.naming import snake_case
from tests.hostile.judge import beyond, judge_of, parsed, same
from tests.hostile.places import Place, content, fitting, in_address, places
from tests.hostile.wire import Answer, Request, Wire
from tests.hostile.workspace import CONTRACT, Workspace
from tests.support.two_users import ROW, Ids, User

PLACES = places(CONTRACT)
Chosen = Callable[[Place, int, str], bool]
"""Which values are tried at a place, by number and name."""
LONGEST_BODY, LONGEST_HEAD = 1_048_576, 8_400
_TEXT = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")


class Campaign:
    """All places of one operation, for one user."""

    def __init__(
        self, workspace: Workspace, wire: Wire, operation: ContractOperation, people: ExitStack
    ) -> None:
        self._workspace, self._wire, self._operation = workspace, wire, operation
        subject = CONTRACT.new_subject()
        client = people.enter_context(workspace.service.user(subject, CONTRACT.token_claims(subject)))
        self._user = User(subject, client)
        self._token = client.headers["Authorization"].encode()
        self._judge = judge_of(operation)
        self._ids = self._created()
        self.sent = 0

    def _created(self) -> Ids:
        if self._operation.resource == "Plan":
            return {ROW: "1"}
        return CONTRACT.create(self._user, self._operation)

    def faults(self, chosen: Chosen) -> Iterator[str]:
        """All errors, one line each."""
        for place in (place for place in PLACES if place.operation.id == self._operation.id):
            for name, request, expected in self._attacks(place, chosen):
                self.sent += 1
                answer = self._wire.ask(request)
                wrong = [*self._judge.faults(answer), *self._unexpected(place, answer, expected)]
                yield from (f"{place} [{name}]: {fault}" for fault in wrong)
                if answer.status < 300 and self._operation.kind == "delete":
                    self._ids = self._created()

    def _attacks(self, place: Place, chosen: Chosen) -> Iterator[tuple[str, Request, Any]]:
        in_body = place.where in ("field", "key", "whole")
        values: dict[str, Any] = nasty.JSON_VALUES if in_body else nasty.TEXTS
        for name in (name for number, name in enumerate(values) if chosen(place, number, name)):
            if in_body:
                body = content(place, values[name])
                yield name, self._request(place, b"", body), body
                continue
            text = values[name]
            raw = text.encode("utf-8", "surrogatepass")
            written = raw if place.where == "header" else in_address(text)
            if len(written) <= LONGEST_HEAD and (place.where != "header" or _TEXT.fullmatch(raw)):
                yield name, self._request(place, written, None), text
        for number, (name, raw) in enumerate(nasty.QUERIES.items() if place.where == "query" else ()):
            if chosen(place, number, name):
                yield name, self._request(place, raw, None), raw

    def _request(self, place: Place, value: bytes, body: bytes | None) -> Request:
        def filled(brace: "re.Match[str]") -> str:
            if place.where == "path" and brace[1] == place.name:
                return value.decode()
            return self._ids.get(snake_case(brace[1]), self._ids.get(ROW, ""))

        target = re.sub(r"\{([^{}]*)\}", filled, self._operation.path).encode()
        if place.where == "query":
            target += b"?%s=%s" % (place.name.encode(), value)
        headers = {b"Authorization": self._token}
        if self._operation.request_header(IF_MATCH):
            headers[b"If-Match"] = b"*"
        if self._operation.request_header(IDEMPOTENCY_KEY):
            headers[b"Idempotency-Key"] = str(uuid4()).encode()
        if self._operation.body_schema() is not None:
            headers[b"Content-Type"] = b"application/json"
            whole = next(p for p in PLACES if p.operation.id == self._operation.id and p.where == "whole")
            body = fitting(whole) if body is None else body
        if place.where == "header":
            headers[place.name.encode()] = value
        return Request(self._operation.method.upper(), target, tuple(headers.items()), body)

    def _unexpected(self, place: Place, answer: Answer, sent: Any) -> Iterator[str]:
        """Expectations from the contract that the response does not meet."""
        if place.where in ("field", "key", "whole"):
            yield from self._of_body(place, answer, sent)
        elif isinstance(sent, str):
            yield from self._of_text(place, answer, sent)
        elif answer.status != 422 and b"\xef\xbf\xbd" in unquote_to_bytes(unquote(sent)):
            yield f"{answer.status} for bytes that are no UTF-8"

    def _of_text(self, place: Place, answer: Answer, text: str) -> Iterator[str]:
        if place.name == "no_such_parameter":
            if answer.status != 422:
                yield f"{answer.status} for a parameter that is not there"
            return
        if place.where == "header" and place.name.lower() != IDEMPOTENCY_KEY:
            return
        text = text.strip(" \t") if place.where == "header" else text
        fits, wanted = self._judge.takes(place.name, place.said, text), 404 if place.where == "path" else 422
        if not fits and answer.status != wanted:
            yield f"{answer.status} for a text that the contract refuses"
        used = b"used for another request" in answer.body
        if fits and answer.status == 422 and not (used or place.name == "cursor" or beyond(text)):
            yield f"422 for a text that the contract takes: {answer.body[-200:]!r}"

    def _of_body(self, place: Place, answer: Answer, sent: bytes) -> Iterator[str]:
        if len(sent) > LONGEST_BODY:
            yield from [] if answer.status == 413 else [f"{answer.status} for {len(sent)} bytes"]
            return
        try:
            value = parsed(sent)
        except ValueError:
            yield from [] if answer.status in (400, 422) else [f"{answer.status} for what is no JSON"]
            return
        if not self._judge.body.is_valid(value):
            yield from [] if answer.status == 422 else [f"{answer.status} for what the contract refuses"]
            yield from _lost(answer, value)
        elif answer.status >= 300 and not self._may_refuse(place, answer, value):
            yield f"{answer.status} for a body that the contract takes: {answer.body[-200:]!r}"
        elif answer.status < 300 and isinstance(value, dict):
            yield from self._altered(answer, value)

    def _may_refuse(self, place: Place, answer: Answer, value: Any) -> bool:
        """Whether a rejection is legitimate.

        A duplicate, a missing row, an unstorable moment, U+0000, or a merge patch of a part that the rest of
        the stored object does not fit.
        """
        if answer.status == 409:
            return "name" in place.steps
        field = value.get(place.steps[0]) if place.steps else None
        nul = "\\u0000" in json.dumps(field)
        if self._operation.kind == "update" and isinstance(field, dict) and answer.status == 422:
            faults = json.loads(answer.body)["errors"]
            return nul or all(fault["pointer"].startswith(f"/{place.steps[0]}/") for fault in faults)
        return answer.status == 422 and (place.name in ("label_id", "customer_id") or nul or beyond(field))

    def _altered(self, answer: Answer, sent: dict[str, Any]) -> Iterator[str]:
        back = json.loads(answer.body)
        body = self._operation.body_schema()
        assert body is not None
        for name, value in sent.items():
            prop = body.value["properties"][name]
            schema = self._judge.schemas.present(prop)
            is_patch = self._operation.kind == "update" and isinstance(value, dict)
            kept = _is_merged(value, back.get(name)) if is_patch else same(schema, value, back.get(name))
            if name in back and not kept:
                yield f"{name} was {str(value)[:80]!r} and is {str(back[name])[:80]!r}"
            if name not in back and not prop.get("writeOnly") and value is not None:
                yield f"{name} is not in the answer"


def _is_merged(patch: Any, back: Any) -> bool:
    """Whether a value is what a merge patch asks for (RFC 7396): null removes a member, others stay."""
    if not isinstance(patch, dict):
        return same({}, patch, back)
    return isinstance(back, dict) and all(
        name not in back if inner is None else name in back and _is_merged(inner, back[name])
        for name, inner in patch.items()
    )


def _lost(answer: Answer, value: Any) -> Iterator[str]:
    """Errors whose pointer is neither in the request nor missing from it."""
    for error in json.loads(answer.body).get("errors", []):
        steps = [s.replace("~1", "/").replace("~0", "~") for s in error.get("pointer", "").split("/")[1:]]
        inner = value
        for step in steps[:-1]:
            if isinstance(inner, list) and step.isdecimal() and int(step) < len(inner):
                inner = inner[int(step)]
            elif isinstance(inner, dict) and step in inner:
                inner = inner[step]
            else:
                yield f"{error['pointer']!r} points at nothing"
                break


def share(of: int) -> Chosen:
    """A share of the values for each place, a different one for the next."""
    order = {id(place): number for number, place in enumerate(PLACES)}
    return lambda place, number, _name: (number + order[id(place)]) % of == 0
