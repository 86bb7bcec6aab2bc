"""Methods, paths and bodies over a raw socket (T28, T30, T33, T34, T35)."""

import json
import socket
import time
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from freehold.contract.operations.contract_operation import METHODS
from tests.hostile.judge import PROBLEM, judge_of, problem_faults
from tests.hostile.requests import OPERATIONS, PATHS, WITH_BODIES, body_of, headers_of, path_of
from tests.hostile.wire import Answer, Request, Wire
from tests.hostile.workspace import CONTRACT, Workspace
from tests.support.measuring.waiting import ends_within

LIMIT = 1_048_576
DECLARED = {path: sorted(o.method.upper() for o in CONTRACT.operations if o.path == path) for path in PATHS}
ALLOWED = {
    path: sorted({*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])})
    for path, methods in DECLARED.items()
}
OTHERS = ["PROPFIND", "CONNECT", "QUERY", "PURGE", "LINK"]
SUBJECT = CONTRACT.new_subject()


def is_problem(answer: Answer, status: int) -> dict[str, Any]:
    assert answer.status == status, answer
    assert answer.headers["content-type"] == PROBLEM
    body: dict[str, Any] = json.loads(answer.body)
    assert list(problem_faults(answer, body)) == []
    return body


def chunked(content: bytes, size: int) -> list[bytes]:
    parts = [content[start : start + size] for start in range(0, len(content), size)]
    return [b"%x\r\n%s\r\n" % (len(part), part) for part in parts] + [b"0\r\n\r\n"]


def posting(workspace: Workspace, *lines: str, path: str = "/projects") -> bytes:
    """The head of a POST request; `lines` may declare its length."""
    said = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {workspace.token(SUBJECT)}",
        "Content-Type: application/json",
    ]
    return "\r\n".join([*said, *lines, "", ""]).encode()


@pytest.mark.parametrize("operation_id", WITH_BODIES)
@pytest.mark.parametrize("announced", [True, False])
def test_t28_a_body_that_is_too_large_ends_the_connection(
    workspace: Workspace, wire: Wire, operation_id: str, announced: bool
) -> None:
    operation = OPERATIONS[operation_id]
    content, headers = b"x" * (LIMIT + 1), headers_of(operation)
    request = workspace.request(
        SUBJECT, operation.method.upper(), path_of(operation.path), content, **headers
    )
    if announced:
        answer = wire.ask(request)
    else:
        head = Request(request.method, request.target, (*request.headers, (b"Transfer-Encoding", b"chunked")))
        answer = wire.say(request.method, [head.head("localhost"), *chunked(content, 65_536)])

    is_problem(answer, 413)
    assert answer.headers["connection"] == "close"
    assert not list(judge_of(operation).faults(answer))


@pytest.mark.parametrize("size", [1, 1000, LIMIT])
def test_t28_a_body_in_chunks_is_read_as_a_whole(workspace: Workspace, wire: Wire, size: int) -> None:
    content = json.dumps({"name": "In chunks", "goal": "x" * 1000}).encode()

    answer = wire.say("POST", [posting(workspace, "Transfer-Encoding: chunked"), *chunked(content, size)])

    assert answer.status == 201
    assert json.loads(answer.body)["goal"] == "x" * 1000


@pytest.mark.parametrize("said", ["-1", "1e3", "0x10", "1_0", "", "99999999999999999999999999", "1, 2", "+5"])
def test_t28_an_invalid_content_length_is_rejected(workspace: Workspace, wire: Wire, said: str) -> None:
    answer = wire.say("POST", [posting(workspace, f"Content-Length: {said}"), b'{"name": "a"}'])

    assert answer.status in {400, 413}


def test_t28_a_content_length_with_chunked_encoding_is_rejected(workspace: Workspace, wire: Wire) -> None:
    head = posting(workspace, "Content-Length: 5", "Transfer-Encoding: chunked")

    assert wire.say("POST", [head, *chunked(b'{"name": "a"}', 5)]).status == 400


def test_t28_bytes_after_a_body_do_not_belong_to_it(workspace: Workspace, wire: Wire) -> None:
    """A content length that is too small: the rest is parsed as another, invalid request."""
    answer = wire.say("POST", [posting(workspace, "Content-Length: 5"), b'{"name": "a"}'])

    assert answer.status == 400


def test_t28_a_body_that_never_arrives_is_not_a_server_error(workspace: Workspace, wire: Wire) -> None:
    """A content length that is too large, and a client that disconnects."""
    before, place = workspace.log(), urlsplit(workspace.service.url)
    for _ in range(5):
        with closing(socket.create_connection((str(place.hostname), place.port or 80))) as client:
            client.sendall(posting(workspace, "Content-Length: 500") + b'{"name": ')
            time.sleep(0.02)
    time.sleep(0.2)

    assert wire.ask(workspace.request(SUBJECT, "GET", "/projects")).status == 200
    assert workspace.log() == before


@pytest.mark.parametrize(
    "content",
    [
        b'{"name": "a", ' + b", ".join(b'"k%d": 1' % number for number in range(70_000)) + b"}",
        b'{"name": [' + b"1," * 500_000 + b"1]}",
        b'{"name": "a", "name": ' + b"[" * 500_000,
        b"[" * 1_000_000,
        b'{"name": ' + b"9" * 1_000_000 + b"}",
        b'{"name": "' + b"\\u0061" * 170_000 + b'"}',
    ],
    ids=["names", "elements", "brackets", "more brackets", "digits", "escapes"],
)
def test_t28_a_body_in_many_chunks_is_rejected_early(
    workspace: Workspace, wire: Wire, content: bytes
) -> None:
    with ends_within(5):
        answer = wire.ask(workspace.request(SUBJECT, "POST", "/projects", content))

    is_problem(answer, 400 if answer.status == 400 else 422)
    assert len(answer.body) < 20_000


@pytest.mark.parametrize("operation_id", WITH_BODIES)
def test_t30_a_body_must_be_declared_as_json_in_utf_8(
    workspace: Workspace, wire: Wire, operation_id: str
) -> None:
    operation = OPERATIONS[operation_id]
    content = json.dumps(body_of(operation)).encode()
    wrong: list[dict[str, str]] = [
        {"Content-Type": said}
        for said in (
            "", "text/plain", "application/json; charset=utf-16", "application/json;Charset=UTF-16", "*/*",
            "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/json",
            "application/json, text/plain", "application/jsonp", "application/problem+json", "json",
        )
    ]  # fmt: skip
    wrong += [{"Content-Encoding": said} for said in ("gzip", "br", "identity, gzip", "x")]

    for headers in wrong:
        request = workspace.request(
            SUBJECT,
            operation.method.upper(),
            path_of(operation.path),
            content,
            **headers_of(operation),
            **headers,
        )
        answer = wire.ask(request)
        is_problem(answer, 415)
        assert not list(judge_of(operation).faults(answer))
        assert "application/json" in answer.headers["accept"]
        is_patch = operation.method.upper() == "PATCH"
        assert answer.headers.get("accept-patch") == (answer.headers["accept"] if is_patch else None)
        assert answer.headers.get("accept-encoding") == (
            "identity" if "Content-Encoding" in headers else None
        )


def test_t30_two_media_types_are_rejected(workspace: Workspace, wire: Wire) -> None:
    whole = workspace.request(SUBJECT, "POST", "/projects", b'{"name": "a"}')
    twice = Request("POST", b"/projects", (*whole.headers, (b"Content-Type", b"text/plain")), whole.body)

    is_problem(wire.ask(twice), 415)


@pytest.mark.parametrize(
    "said", ["application/json;charset=utf-8", 'Application/JSON; Charset="UTF-8"', "application/json;q=1"]
)
def test_t30_the_charset_utf_8_is_accepted(workspace: Workspace, wire: Wire, said: str) -> None:
    request = workspace.request(SUBJECT, "POST", "/projects", b'{"name": "a"}', Content_Type=said)
    assert wire.ask(request).status == 201


@pytest.mark.parametrize("path", PATHS)
def test_t33_a_405_lists_all_methods_of_the_path(workspace: Workspace, wire: Wire, path: str) -> None:
    methods = {method.upper() for method in METHODS} - set(ALLOWED[path])
    for method in [*sorted(methods), *OTHERS]:
        target = "localhost:1" if method == "CONNECT" else path_of(path)
        answer = wire.ask(workspace.request(SUBJECT, method, target))
        if method == "CONNECT" or answer.headers.get("content-type", "").startswith("text/plain"):
            assert answer.status in {
                400,
                404,
                405,
            }  # the server does not know the method, and we are not asked
            wire.close()
            continue
        assert answer.status == 405, (method, answer)
        assert answer.headers["allow"] == ", ".join(ALLOWED[path])
        if method != "HEAD":
            is_problem(answer, 405)


@pytest.mark.parametrize("path", PATHS)
def test_t33_options_lists_all_methods_of_the_path(workspace: Workspace, wire: Wire, path: str) -> None:
    answer = wire.ask(workspace.request(SUBJECT, "OPTIONS", path_of(path)))

    assert (answer.status, answer.headers["allow"], answer.body) == (204, ", ".join(ALLOWED[path]), b"")


@pytest.mark.parametrize("path", [path for path in PATHS if "GET" in DECLARED[path]])
def test_t33_head_is_answered_as_get_without_the_body(workspace: Workspace, wire: Wire, path: str) -> None:
    got = wire.ask(workspace.request(SUBJECT, "GET", path_of(path)))
    head = wire.ask(workspace.request(SUBJECT, "HEAD", path_of(path)))

    def stable(answer: Answer) -> dict[str, str]:
        return {name: text for name, text in answer.headers.items() if name not in {"date", "x-request-id"}}

    assert (head.status, head.body) == (got.status, b"")
    assert stable(head).keys() == stable(got).keys()
    if got.status < 400:  # a problem has the id of its request
        assert stable(head) == stable(got)


@pytest.mark.parametrize("path", PATHS)
def test_t33_a_lowercase_method_is_a_different_method(workspace: Workspace, wire: Wire, path: str) -> None:
    for method in DECLARED[path]:
        assert wire.ask(workspace.request(SUBJECT, method.lower(), path_of(path))).status in {400, 405}
        wire.close()


ADDRESSES = [
    "/%FF", "/%00", "/projects%00", "/projects/%FF", "/projects/%C0%AE", "/..;/projects",
    "/projects/..;/labels",
    "//projects", "/projects//", "/projects/", "/./projects", "/projects/../labels", "/projects%2F",
    "/projects/%2e%2e/labels", "/%2Fprojects", "/projects%5C", "/Projects", "/projects.json", "/projects;a=b",
    "/projects%20", "/projects/" + "x" * 8_000, "/" + "a/" * 4_000, "/%70rojects/%", "/projects%3Fper_page=1",
    "/projects%23", "/openapi.json/", "/docs/..%2fopenapi.json", "/docs/%2e%2e/app.py", "/docs/../app.py",
    "/plans/1%2f", "/projects%0a", "/projects%0A", "/docs%0a", "/openapi.json%0a", "/plans%0d",
    "/%0aprojects",
]  # fmt: skip


@pytest.mark.parametrize("target", ADDRESSES, ids=[target[:40] for target in ADDRESSES])
def test_t34_a_path_that_is_almost_right_is_a_404(workspace: Workspace, wire: Wire, target: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = wire.ask(workspace.request(SUBJECT, method, target))
        is_problem(answer, 404 if method != "POST" or answer.status == 404 else 405)


@pytest.mark.parametrize("path", [path for path in PATHS if not path.endswith("}")])
def test_t34_a_newline_after_a_path_is_a_404(workspace: Workspace, wire: Wire, path: str) -> None:
    for method in DECLARED[path]:
        is_problem(wire.ask(workspace.request(SUBJECT, method, f"{path_of(path)}%0a")), 404)


@pytest.mark.parametrize("target", [b"*", b"projects", b"http://[::1", b"/pro jects", b"/\xff", b"", b"?a=b"])
def test_t34_an_invalid_path_is_rejected(workspace: Workspace, wire: Wire, target: bytes) -> None:
    answer = wire.ask(workspace.request(SUBJECT, "GET", target))

    assert 400 <= answer.status < 500
    wire.close()


def test_t34_a_slash_in_an_id_does_not_reach_another_path(workspace: Workspace, wire: Wire) -> None:
    made = wire.ask(workspace.request(SUBJECT, "POST", "/projects", b'{"name": "a"}'))
    project = json.loads(made.body)["id"]

    assert wire.ask(workspace.request(SUBJECT, "GET", f"/projects/{project}/tasks")).status == 200
    for slash in ("%2F", "%2f"):
        is_problem(wire.ask(workspace.request(SUBJECT, "GET", f"/projects/{project}{slash}tasks")), 404)
        is_problem(wire.ask(workspace.request(SUBJECT, "POST", f"/projects{slash}{project}/archive")), 404)
    encoded = "".join(f"%{ord(letter):02x}" for letter in project)
    assert wire.ask(workspace.request(SUBJECT, "GET", f"/projects/{encoded}")).status == 200


def test_t35_a_failure_reveals_nothing_and_is_logged_with_its_location(
    workspace: Workspace, wire: Wire
) -> None:
    secret, before = f"CANARY-{uuid4()}", len(workspace.log())
    body = json.dumps({"name": f"Break {secret}", "goal": f"postgresql://app:{secret}@db/app"}).encode()
    made = json.loads(wire.ask(workspace.request(SUBJECT, "POST", "/projects", body)).body)
    request = workspace.request(SUBJECT, "POST", f"/projects/{made['id']}/archive", X_Request_Id="broken-1")

    answer = wire.ask(request)

    told = is_problem(answer, 500)
    assert told["instance"] == "urn:request:broken-1"
    assert secret not in answer.body.decode() + str(answer.headers)
    log = workspace.log()[before:]
    assert "broken-1" in log
    assert "RuntimeError" in log
    assert "projects.py" in log
    token = dict(request.headers)[b"Authorization"].decode().removeprefix("Bearer ")
    for word in (secret, made["id"], token, token.split(".")[1], "Traceback"):
        assert word not in log
