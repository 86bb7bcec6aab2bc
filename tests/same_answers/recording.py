"""Sends the requests of a recording to a service, and keeps each answer as it was on the wire."""

import http.client
import json
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from freehold.contract.operations.contract_operation import IDEMPOTENCY_KEY, IF_MATCH, ContractOperation
from freehold.contract.operations.path_parameters import owner_parameter
from freehold.contract.resources import id_property
from freehold.contract.samples.maker import sample_value
from freehold.ground.naming import snake_case
from tests.support.two_users import Contract, unique_values

_VARYING = (
    (re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), b"uuid"),
    (re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?"), b"time"),
    (re.compile(rb"[A-Za-z0-9_-]{40,}"), b"token"),  # and signed cursors
)
"""What no two services have in common, and the word for it. Equal values get equal words."""
_MISSING = {"uuid": "00000000-0000-4000-8000-000000000000", "number": "987654"}

Sign = Callable[[str, dict[str, Any]], str]
"""Makes a token for a subject, with claims."""


@dataclass(frozen=True)
class Answer:
    """A request in words, and its answer without what varies."""

    request: str
    status: int
    headers: tuple[tuple[str, str], ...]
    """In the order and the case in which they were sent."""
    body: bytes


@dataclass
class Recording:
    """The answers of one service."""

    url: str
    contract: Contract
    sign: Sign
    answers: list[Answer] = field(default_factory=list)

    def record(self) -> list[Answer]:
        """Send all requests. They depend on the contract and on earlier answers, and on nothing else."""
        for operation in self.contract.operations:
            for method, path, headers, body in self._requests(operation):
                self._send(method, path, headers, body)
        return self.answers

    def _requests(self, operation: ContractOperation) -> Iterator[tuple[str, str, dict[str, str], bytes]]:
        alice, bob = (self._headers(operation, name) for name in ("alice", "bob"))
        content, method = self._body(operation), operation.method.upper()
        ids = self._row(operation, alice)
        path = self._path(operation, "alice", ids)
        sent = [(path, headers, content) for headers in (*_with_other_tokens(alice), bob)]
        sent += [(other, alice, content) for other in self._other_paths(operation, ids)]
        sent += [(f"{path}?{query}", alice, content) for query in QUERIES]
        sent += [(path, alice | added, content) for added in HEADERS]
        if operation.body_schema() is not None:
            sent += [(path, alice | {"Content-Type": kind}, body) for kind, body in BODIES]
        yield from ((method, *request) for request in sent)
        yield from ((other, path, alice, b"") for other in METHODS if other != method)
        yield from [(method, path, alice, content)] * 2

    def _headers(self, operation: ContractOperation, name: str) -> dict[str, str]:
        subject = self._subject(name)
        token = self.sign(subject, self.contract.token_claims(subject))
        headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "recorded"}
        if operation.body_schema() is not None:
            headers["Content-Type"] = "application/json"
        if operation.request_header(IF_MATCH):
            headers[IF_MATCH] = '"1"'
        if operation.request_header(IDEMPOTENCY_KEY):
            headers[IDEMPOTENCY_KEY] = f"{operation.id}-{len(self.answers)}"
        return headers

    def _subject(self, name: str) -> str:
        is_uuid = re.fullmatch(_VARYING[0][0].pattern.decode(), self.contract.new_subject())
        return f"00000000-0000-4000-8000-{name.encode().hex():0>12}" if is_uuid else name

    def _body(self, operation: ContractOperation) -> bytes:
        schema = operation.body_schema()
        if schema is None:
            return b""
        words = {name: f"Water {len(self.answers)}" for name in unique_values(schema)}
        value = sample_value(schema)
        return json.dumps(value | words if isinstance(value, dict) else value).encode()

    def _row(self, operation: ContractOperation, headers: dict[str, str]) -> dict[str, str]:
        """The ids of a new row of alice for an operation, as far as its contract makes that easy."""
        creates = {o.resource: o for o in self.contract.operations if o.kind == "create"}
        create = creates.get(operation.resource)
        if create is None or create is operation or "{" not in operation.path:
            return {}
        answer = self._send(
            "POST", self._path(create, "alice", {}), self._headers(create, "alice"), self._body(create)
        )
        if answer.status not in (200, 201):
            return {}
        row = json.loads(self._last_body)
        return {"": str(row.get(id_property(self.contract.resource_of(operation))))}

    def _path(self, operation: ContractOperation, owner: str, ids: dict[str, str]) -> str:
        whose = owner_parameter(operation)

        def filled(brace: "re.Match[str]") -> str:
            if brace[1] == whose:
                return quote(self._subject(owner))
            return quote(ids.get(snake_case(brace[1]), ids.get("", _MISSING["uuid"])))

        return re.sub(r"\{([^{}]*)\}", filled, operation.path)

    def _other_paths(self, operation: ContractOperation, ids: dict[str, str]) -> Iterator[str]:
        path = self._path(operation, "alice", ids)
        yield from (f"{path}/", f"{path}%0a", f"{path}%2f", f"{path}/nothing", f"/{path}")
        if "{" in operation.path:
            for wrong in (*_MISSING.values(), "x", "%00", "%C3%BC", "1e3", "*"):
                yield self._path(operation, "alice", {}).replace(_MISSING["uuid"], wrong)
            yield self._path(operation, "bob", ids)

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        where = urlsplit(self.url)
        lines = [f"{name}: {line}" for name, value in headers.items() for line in value.split("\n")]
        head = [f"{method} {path} HTTP/1.1", "Host: service", "Connection: close", *lines]
        head += [f"Content-Length: {len(body)}"] if body else []
        with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
            # in one piece: what is answered before the body has arrived closes the connection
            connection.sendall("\r\n".join([*head, "", ""]).encode("latin-1") + body)
            response = http.client.HTTPResponse(connection, method=method)
            response.begin()
            self._last_body = response.read()
            sent = [(name, value) for name, value in response.getheaders() if name.lower() != "date"]
        answer = Answer(
            without_varying(f"{method} {path} {headers} {body[:200]!r}".encode()).decode(),
            response.status,
            tuple((name, without_varying(value.encode("latin-1")).decode()) for name, value in sent),
            without_varying(self._last_body),
        )
        self.answers.append(answer)
        return answer


def without_varying(text: bytes) -> bytes:
    """A text with a word for each value that varies, numbered in the order in which they appear."""
    words: dict[bytes, bytes] = {}
    for pattern, word in _VARYING:
        text = pattern.sub(
            lambda found, word=word: words.setdefault(found[0], b"<%s %d>" % (word, len(words))),  # type: ignore[misc]
            text,
        )
    return text


METHODS = ("OPTIONS", "HEAD", "PUT", "DELETE", "REPORT")
QUERIES = ("", "unknown=1", "limit=2", "limit=0", "page=x", "per_page=101", "limit=1&limit=2", "sort=nothing",
           "q=%ff", "completed=yes", "cursor=forged", "&&=", "a=%00")  # fmt: skip
HEADERS = (
    {"X-Request-Id": "not a valid id"},
    {"If-None-Match": '"1"'},
    {"If-None-Match": "*"},
    {"If-Match": '"99"'},
    {"If-Match": "*"},
    {"If-Match": "nothing"},
    {"If-Unmodified-Since": "Sat, 29 Oct 1994 19:43:31 GMT"},
    {"Idempotency-Key": "one"},
    {"Idempotency-Key": "one\ntwo"},
    {"Origin": "https://app.example.com"},
    {"Expect": "100-continue"},
    {"Accept": "text/html"},
)
_JSON = "application/json"
BODIES = (
    (_JSON, b""),
    (_JSON, b"{"),
    (_JSON, b"null"),
    (_JSON, b"[]"),
    (_JSON, b"{}"),
    (_JSON, b'{"title": 1, "title": 2}'),
    (_JSON, b'{"title": NaN}'),
    (_JSON, b'{"title": "\\ud800"}'),
    (_JSON, b'{"title": "\\u0000", "unknown": 1}'),
    (_JSON, b'{"title": 1e999}'),
    (_JSON, b"[" * 40 + b"]" * 40),
    (_JSON, b'{"title": "' + b"x" * 300 + b'"}'),
    (_JSON, b"x" * 1_100_000),
    ("application/json; charset=latin-1", b"{}"),
    ("application/merge-patch+json", b'{"title": "Merged"}'),
    ("text/plain", b"{}"),
    ("multipart/form-data", b"{}"),
)
"""What is sent in place of a valid body, with its media type."""


def _with_other_tokens(headers: dict[str, str]) -> Iterable[dict[str, str]]:
    """The headers without a token, and with some that are none."""
    token = headers["Authorization"].removeprefix("Bearer ")
    header, payload, signature = token.split(".")
    without = {name: value for name, value in headers.items() if name != "Authorization"}
    yield without
    yield from ({**without, "Authorization": text} for text in ("", "Bearer", "Bearer ", "Bearer é"))
    for scheme, text in (
        ("Basic", token),
        ("Bearer", f"{token}x"),
        ("bearer  ", token),
        ("Bearer", f"{header}.{payload}."),
        ("Bearer", f"{payload}.{header}.{signature}"),
        ("Bearer", f"{token}\nBearer {token}"),
    ):
        yield {**without, "Authorization": f"{scheme} {text}"}
