"""Ambiguous JSON bodies, and bodies that are too large."""

import pytest

from tests.support.service import Service

JSON = {"Content-Type": "application/json"}
LIMIT = 1_048_576
NESTED = b'{"title": ' + b"[" * 40 + b"]" * 40 + b"}"
SHALLOW = b'{"title": ' + b"[" * 30 + b"]" * 30 + b"}"

UNCLEAR = {
    "a name twice": b'{"title": "a", "title": "b"}',
    "a name twice, one of them escaped": b'{"title": "a", "t\\u0069tle": "b"}',
    "a name twice, within": b'{"title": "a", "x": {"y": 1, "y": 1}}',
    "NaN": b'{"title": NaN}',
    "Infinity": b'{"title": "a", "x": -Infinity}',
    "a number beyond all others": b'{"title": 1e999}',
    "nested too deeply": NESTED,
    "nested without an end": b"[" * 100_000,
    "nested, with an end": b"[" * 100_000 + b"]" * 100_000,
    "UTF-16": '{"title": "a"}'.encode("utf-16"),
    "a mark of the byte order": b'\xef\xbb\xbf{"title": "a"}',
    "a number without an end": b'{"title": ' + b"9" * 10_000,
    "a comment": b'{"title": "a" /* b */}',
    "a comma too many": b'{"title": "a",}',
}


@pytest.mark.parametrize("content", UNCLEAR.values(), ids=UNCLEAR)
def test_ambiguous_json_is_malformed(service: Service, content: bytes) -> None:
    with service.user() as client:
        response = client.post("/api/tasks", content=content, headers=JSON)
        assert (response.status_code, response.json()["title"]) == (400, "Bad Request")
        assert client.get("/api/tasks").json()["total"] == 0


@pytest.mark.parametrize("content", [SHALLOW, b'{"title": ' + b"9" * 1_000 + b"}"])
def test_unambiguous_json_is_accepted(service: Service, content: bytes) -> None:
    with service.user() as client:
        assert client.post("/api/tasks", content=content, headers=JSON).status_code == 422


@pytest.mark.parametrize("text", [b"\\ud800", b"\\udc00", b"a\\ude00\\ud83d", b"\\u0000"])
def test_a_text_that_postgresql_cannot_store_is_rejected(service: Service, text: bytes) -> None:
    with service.user() as client:
        response = client.post("/api/tasks", content=b'{"title": "' + text + b'"}', headers=JSON)
        assert response.status_code == 422
        assert [(e["pointer"], e["code"]) for e in response.json()["errors"]] == [("/title", "characters")]
        assert client.get("/api/tasks").json()["total"] == 0


@pytest.mark.parametrize("size", [LIMIT + 1, 5 * LIMIT])
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_above_the_limit_is_rejected(service: Service, size: int, announced: bool) -> None:
    content = b'{"title": "' + b"x" * (size - 13) + b'"}'

    with service.user() as client:
        sent = content if announced else (content[n : n + 65_536] for n in range(0, size, 65_536))
        response = client.post("/api/tasks", content=sent, headers=JSON)

    assert response.status_code == 413
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_body_at_the_limit_is_accepted(service: Service) -> None:
    content = b'{"title": "' + b"x" * (LIMIT - 13) + b'"}'

    with service.user() as client:
        assert client.post("/api/tasks", content=content, headers=JSON).status_code == 422


def test_authentication_comes_before_the_size_limit(service: Service) -> None:
    with service.anybody() as nobody:
        assert nobody.post("/api/tasks", content=b"x" * (LIMIT + 1), headers=JSON).status_code == 401
