"""Whitespace around the value of a header is no part of it (RFC 9110, 5.5), whichever header it is."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generated.runtime.server.client_deadlines import DeadlineProtocol
from tests.hostile.requests import OPERATIONS, body_of, headers_of, path_of
from tests.hostile.wire import Answer, Wire, wired
from tests.hostile.workspace import CONTRACT
from tests.runtime.server.exchanges import exchange, responding
from tests.support.service import GUARDED, Database, Service, serving
from tests.support.two_users import ROW, Ids, User

SUBJECT = CONTRACT.new_subject()
WHITESPACE = [b" ", b"\t", b" \t "]
OK = responding(200, [(b"content-length", b"0")], b"")
LINES = st.lists(
    st.tuples(
        st.sampled_from([b"X-A", b"Accept", b"Origin", b"If-Match", b"Expect", b"Content-Encoding"]),
        st.text(" \t", max_size=3).map(str.encode),
        st.sampled_from([b"", b"a", b"a b\tc", b'"a "', b"a\xa0", b"\xe9"]),
        st.text(" \t", max_size=3).map(str.encode),
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def workspace(make_dialect: Callable[[str], tuple[Path, Database]]) -> Iterator[Service]:
    folder, database = make_dialect("workspace")
    database.rows("INSERT INTO plans (name, price) VALUES ('Small', 1.50)")
    with serving(folder, database, program=GUARDED, CORS_ORIGINS="https://a.example") as service:
        yield service


@pytest.fixture
def wire(workspace: Service) -> Iterator[Wire]:
    with wired(workspace.url) as wire:
        yield wire


def test_whitespace_makes_no_framing_valid_that_is_ambiguous() -> None:
    """A recipient that sees another value than we do would see other requests."""
    head = b"POST / HTTP/1.1\r\nHost: a\r\n%b\r\n\r\n1\r\na\r\n0\r\n\r\n"
    framings = [
        b"Transfer-Encoding: chunked \r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked, chunked ",
        b"Transfer-Encoding: chunked \r\nContent-Length: 1", b"Content-Length: 1 \r\nContent-Length: 1",
        b"Content-Length: 1 1", b"Content-Length: ", b"Transfer-Encoding: \t", b"Host: a ", b"Host : a",
        b"Transfer-Encoding: gzip ", b"Transfer-Encoding : chunked", b"Transfer-Encoding: chunked\x0b",
        b"Content-Length: 1\r\n ", b"Content-Length: +1 ",
    ]  # fmt: skip

    for framing in framings:
        wire = exchange(DeadlineProtocol, OK, [head % framing])
        assert (wire.scopes, wire.transport.writes[0][:13]) == ([], b"HTTP/1.1 400 "), framing


@pytest.mark.parametrize("space", WHITESPACE)
def test_a_body_has_its_length_and_is_awaited_without_whitespace(
    workspace: Service, wire: Wire, space: bytes
) -> None:
    body = json.dumps({"name": str(uuid4())}).encode()
    with workspace.user(SUBJECT, CONTRACT.token_claims(SUBJECT)) as user:
        lines = [f"Authorization: {user.headers['Authorization']}", f"Content-Length: {len(body)}"]
    lines += ["Host: a", "Expect: 100-continue", "Content-Type: application/json; charset=utf-8"]
    lines += ["Connection: close"]
    fields = [line.encode() + space for line in lines]

    answer = wire.say("POST", [b"\r\n".join([b"POST /labels HTTP/1.1", *fields, b"", b""]), body])

    assert (answer.status, answer.headers["connection"]) == (201, "close")


@settings(deadline=None)
@given(LINES, st.integers(1, 40))
def test_a_value_has_no_whitespace_around_it(lines: list[tuple[bytes, ...]], size: int) -> None:
    fields = [b"%b:%b%b%b" % line for line in lines]
    head = b"\r\n".join([b"GET / HTTP/1.1", b"Host: \ta\t ", *fields, b"", b""])

    wire = exchange(DeadlineProtocol, OK, [head[at : at + size] for at in range(0, len(head), size)])

    said = [(name.lower(), value) for name, _, value, _ in lines]
    assert wire.scopes[0]["headers"] == [(b"host", b"a"), *said]


def ask(service: Service, wire: Wire, operation_id: str, ids: Ids, space: bytes, **conditions: str) -> Answer:
    """Send a valid request of an operation, with whitespace after the value of each header."""
    operation, body = OPERATIONS[operation_id], body_of(OPERATIONS[operation_id])
    content = b"" if body is None else json.dumps(body).encode()
    with service.user(SUBJECT, CONTRACT.token_claims(SUBJECT)) as user:
        said = {
            "Host": "localhost",
            "Authorization": user.headers["Authorization"],
            "Accept-Encoding": "gzip",
        }
    said |= {"Content-Encoding": "identity", "Content-Type": "application/json"} if content else {}
    said |= {"Content-Length": str(len(content))} if content else {}
    said |= {**headers_of(operation), **conditions}
    lines = [f"{name}: {value}".encode() + space for name, value in said.items()]
    first = f"{operation.method.upper()} {path_of(operation.path, ids)} HTTP/1.1".encode()
    return wire.say(operation.method.upper(), [b"\r\n".join([first, *lines, b"", content])])


@pytest.mark.parametrize("space", WHITESPACE)
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_answers_as_without_whitespace(
    workspace: Service, wire: Wire, operation_id: str, space: bytes
) -> None:
    operation = OPERATIONS[operation_id]
    statuses = []
    with ExitStack() as stack:
        client = stack.enter_context(workspace.user(SUBJECT, CONTRACT.token_claims(SUBJECT)))
        for padding in (b"", space):
            user = User(SUBJECT, client)
            ids = {ROW: "1"} if operation.resource == "Plan" else CONTRACT.create(user, operation)
            statuses.append(ask(workspace, wire, operation_id, ids, padding).status)

    assert statuses[0] == statuses[1] < HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("space", WHITESPACE)
def test_preconditions_and_keys_are_compared_without_whitespace(
    workspace: Service, wire: Wire, space: bytes
) -> None:
    with workspace.user(SUBJECT, CONTRACT.token_claims(SUBJECT)) as client:
        ids = CONTRACT.create(User(SUBJECT, client), OPERATIONS["getTask"])
    etag = ask(workspace, wire, "getTask", ids, b"").headers["etag"]
    key = {"Idempotency-Key": f'"{ids[ROW]}"'}

    assert ask(workspace, wire, "getTask", ids, space, **{"If-None-Match": etag}).status == 304
    assert ask(workspace, wire, "replaceTask", ids, space, **{"If-Match": etag}).status == 200
    assert ask(workspace, wire, "replaceTask", ids, space, **{"If-Match": etag}).status == 412
    first, second = (ask(workspace, wire, "createAttachment", ids, after, **key) for after in (b"", space))
    assert (first.status, second.status) == (201, 201)
    assert json.loads(first.body)["id"] == json.loads(second.body)["id"], "one attachment"


@pytest.mark.parametrize("space", WHITESPACE)
def test_an_origin_and_a_request_id_are_read_without_whitespace(
    workspace: Service, wire: Wire, space: bytes
) -> None:
    said = {"Origin": "https://a.example", "X-Request-Id": "of-a-client"}

    answer = ask(workspace, wire, "listPlans", {}, space, **said)

    assert answer.headers["access-control-allow-origin"] == "https://a.example"
    assert answer.headers["x-request-id"] == "of-a-client"
