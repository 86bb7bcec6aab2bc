"""Every failure is `application/problem+json` and reveals nothing."""

import httpx
import pytest

from tests.support.service import Service

JSON = {"Content-Type": "application/json"}
SOME_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


def assert_problem(response: httpx.Response, status: int, code: str) -> None:
    body = response.json()
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    assert set(body) - {"errors"} == {"type", "title", "status", "code", "detail", "instance"}
    assert (body["type"], body["status"], body["code"]) == ("about:blank", status, code)
    assert body["instance"] == f"urn:request:{response.headers['X-Request-Id']}"


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/api/tasks/", "/api//tasks", "/docs/", "/api/tasks/1/2/3", "/%FF"]
)
def test_an_unknown_path_is_a_404_without_a_redirect(service: Service, path: str) -> None:
    with service.user() as client:
        assert_problem(client.get(path), 404, "unknown_path")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/tasks", "GET, HEAD, OPTIONS, POST"),
        ("PUT", "/api/tasks", "GET, HEAD, OPTIONS, POST"),
        ("TRACE", "/api/tasks", "GET, HEAD, OPTIONS, POST"),
        ("POST", f"/api/tasks/{SOME_ID}", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        ("GET", f"/api/tasks/{SOME_ID}/complete", "OPTIONS, PATCH"),
        ("POST", "/openapi.json", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_405_lists_all_methods_of_the_path(service: Service, method: str, path: str, allowed: str) -> None:
    with service.user() as client:
        response = client.request(method, path)

        options = client.options(path)

    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == allowed
    assert (options.status_code, options.headers["Allow"], options.content) == (204, allowed, b"")


@pytest.mark.parametrize(
    "row_id",
    [
        "1",
        "x",
        "null",
        SOME_ID.upper(),
        f"{{{SOME_ID}}}",
        f"urn:uuid:{SOME_ID}",
        SOME_ID.replace("-", ""),
        "%00",
        " ",
        "...",
    ],
)
def test_a_text_that_is_not_an_id_is_a_404(service: Service, row_id: str) -> None:
    with service.user() as client:
        assert_problem(client.get(f"/api/tasks/{row_id}"), 404, "not_found")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1,", b"nope", b'{"title": "a"} x', b'{"title": "\xff"}', b"\xff\xfe{"]
)
def test_a_body_that_is_not_json_is_malformed(service: Service, content: bytes) -> None:
    with service.user() as client:
        response = client.post("/api/tasks", content=content, headers=JSON)

    assert_problem(response, 400, "malformed")
    assert response.json()["detail"] == "The body is not JSON in UTF-8."


AMBIGUOUS = {
    b'{"title": "a", "title": "b"}': "duplicate_name",
    b'{"title": "a", "title": "a"}': "duplicate_name",
    b'{"title": "a", "x": [{"y": 1, "\\u0079": 2}]}': "duplicate_name",
    b'{"title": 1e400}': "number_range",
    b'{"title": [-1.5E+999]}': "number_range",
    b'{"title": %s}' % (b"9" * 4301): "number_range",
    b"[" * 33 + b"]" * 33: "too_deep",
    b'{"a":' * 32 + b"[]" + b"}" * 32: "too_deep",
    b"[" * 100_000 + b"]" * 100_000: "too_deep",
}
DETAILS = {
    "duplicate_name": "An object in the body has the same name twice.",
    "number_range": "A number in the body is beyond IEEE 754 doubles, or has more than 4,300 digits.",
    "too_deep": "The body is nested more than 32 levels deep.",
}


@pytest.mark.parametrize(
    ("content", "code"), AMBIGUOUS.items(), ids=[f"{code} {n}" for n, code in enumerate(AMBIGUOUS.values())]
)
def test_json_that_is_not_the_same_to_every_reader_has_a_code_of_its_own(
    service: Service, content: bytes, code: str
) -> None:
    with service.user() as client:
        response = client.post("/api/tasks", content=content, headers=JSON)

    assert_problem(response, 400, code)
    assert response.json()["detail"] == DETAILS[code]
    assert "errors" not in response.json()


@pytest.mark.parametrize(
    "content",
    [
        b"null", b"[]", b'"a"', b"1", b"{}", b'{"title": 1}', b'{"title": ["a"]}', b'{"title": null}',
        b'{"title": ""}', b'{"title": "%s"}' % (b"x" * 201), b'{"title": "a\\u0000b"}',
        b'{"title": "a", "description": "%s"}' % (b"x" * 2001), b'{"title": "a", "completed": "true"}',
        b'{"title": "a", "completed": 1}', b'{"title": "a", "completed": null}', b'{"title": "a", "x": 1}',
    ],
)  # fmt: skip
def test_a_body_that_does_not_match_the_contract_is_rejected(service: Service, content: bytes) -> None:
    with service.user() as client:
        response = client.post("/api/tasks", content=content, headers=JSON)

        assert_problem(response, 422, "invalid")
        assert response.json()["errors"]
        assert client.get("/api/tasks").json()["total"] == 0


@pytest.mark.parametrize("title", ["\\ud800", "\\udc00x", "\\u0000"])
def test_a_text_that_cannot_be_stored_is_rejected(service: Service, title: str) -> None:
    with service.user() as client:
        response = client.post("/api/tasks", content=f'{{"title": "{title}"}}'.encode(), headers=JSON)

    assert response.status_code in {400, 422}
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "*/*",
     "application/json; charset=utf-16", "application/merge-patch+json"],
)  # fmt: skip
def test_a_body_of_another_media_type_is_rejected(service: Service, media_type: str) -> None:
    with service.user() as client:
        content = b'{"title": "a"}'
        response = client.post("/api/tasks", content=content, headers={"Content-Type": media_type})

    assert_problem(response, 415, "unsupported_media_type")


def test_a_body_without_a_media_type_is_rejected(service: Service) -> None:
    with service.user() as client:
        assert_problem(client.post("/api/tasks", content=b'{"title": "a"}'), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "media_type", ["application/json", "APPLICATION/JSON", 'application/json; charset="UTF-8"']
)
def test_a_json_body_may_name_its_charset(service: Service, media_type: str) -> None:
    with service.user() as client:
        response = client.post("/api/tasks", content=b'{"title": "a"}', headers={"Content-Type": media_type})

    assert response.status_code == 201


def test_an_error_does_not_echo_the_request(service: Service) -> None:
    with service.user() as client:
        for response in (
            client.post("/api/tasks", json={"title": ["CANARY"], "completed": "CANARY", "description": 7}),
            client.get("/api/tasks", params={"page": "CANARY", "sort": "CANARY", "completed": "CANARY"}),
            client.get("/api/tasks/CANARY"),
        ):
            assert response.status_code in {404, 422}
            assert "CANARY" not in response.text


def test_a_request_without_a_token_and_one_with_a_bad_token_are_told_apart(service: Service) -> None:
    with service.anybody() as nobody:
        assert_problem(nobody.get("/api/tasks"), 401, "unauthorized")
    with service.anybody(Authorization="Bearer x") as somebody:
        assert_problem(somebody.get("/api/tasks"), 401, "invalid_token")


def test_a_body_that_is_too_large_has_a_code(service: Service) -> None:
    with service.user() as client:
        assert_problem(client.post("/api/tasks", content=b" " * 2_000_000, headers=JSON), 413, "too_large")


@pytest.mark.parametrize(
    ("sent", "kept"), [("abc-123_x.y", True), ("a b", False), ("x" * 65, False), ("<script>", False)]
)
def test_a_valid_request_id_is_kept(service: Service, sent: str, kept: bool) -> None:
    with service.user() as client:
        response = client.get("/api/tasks", headers={"X-Request-Id": sent})

    assert (response.headers["X-Request-Id"] == sent) is kept
