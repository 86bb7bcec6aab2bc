"""Security headers and CORS."""

import asyncio
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI

from generated.runtime.http.middleware.cors import DeclaredHeaders, cors_layers
from generated.runtime.http.middleware.request_middleware import RequestMiddleware
from tests.support.service import PLAIN, ROOT, Database, Service, serving

OURS, THEIRS = "https://app.example.com", "https://evil.example.com"


@pytest.fixture(scope="module")
def opened(make_database: Callable[[], Database]) -> Iterator[Service]:
    """A service with one allowed origin and without documentation."""
    with serving(ROOT, make_database(), CORS_ORIGINS=f"{OURS}, http://localhost:3000") as running:
        yield running


SENT = "authorization, content-type, idempotency-key, if-match, if-none-match, traceparent, tracestate"
READ = "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id"


def preflight(client: httpx.Client, origin: str, headers: str = SENT) -> httpx.Response:
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": headers}
    return client.options("/api/tasks/1", headers={"Origin": origin} | asked)


def test_every_response_forbids_sniffing_and_caching(service: Service) -> None:
    with service.user() as alice, service.anybody() as anybody:
        answers = [
            alice.get("/api/tasks"),
            alice.post("/api/tasks", json={"title": "Keep"}),
            alice.post("/api/tasks", json={}),
            anybody.get("/api/tasks"),
            anybody.get("/nothing"),
            anybody.put("/api/tasks"),
            anybody.get("/openapi.json"),
        ]

    assert {answer.headers["X-Content-Type-Options"] for answer in answers} == {"nosniff"}
    assert {answer.headers["Cache-Control"] for answer in answers} <= {"no-store", "private, no-cache"}
    assert all("ETag" in a.headers for a in answers if a.headers["Cache-Control"] != "no-store")


def test_a_response_with_an_etag_may_be_cached_privately(service: Service) -> None:
    with service.anybody() as client:
        asset = client.get("/docs/swagger-ui.css")

    assert asset.headers["ETag"]
    assert asset.headers["Cache-Control"] == "private, no-cache"


def test_cors_is_off_by_default(service: Service) -> None:
    with service.user() as alice:
        refused = preflight(alice, OURS)
        answer = alice.get("/api/tasks", headers={"Origin": OURS})

    assert refused.status_code == 204
    assert not [name for name in (*refused.headers, *answer.headers) if name.startswith("access-control")]


def test_an_allowed_origin_may_send_requests(opened: Service) -> None:
    with opened.user() as alice, opened.anybody() as anybody:
        allowed = preflight(alice, OURS)
        answer = alice.get("/api/tasks", headers={"Origin": OURS})
        problem = anybody.get("/api/tasks", headers={"Origin": OURS})
        undeclared = preflight(alice, OURS, "authorization, x-other")

    assert allowed.status_code == 200
    assert undeclared.status_code == 400
    assert "PATCH" in allowed.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Origin"] == OURS
    assert answer.headers["Access-Control-Expose-Headers"] == READ
    assert (problem.status_code, problem.headers["Access-Control-Allow-Origin"]) == (401, OURS)
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_another_origin_may_not_send_requests(opened: Service) -> None:
    with opened.user() as alice:
        refused = preflight(alice, THEIRS)
        answer = alice.get("/api/tasks", headers={"Origin": THEIRS})

    assert refused.status_code == 400
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["X-Content-Type-Options"] == "nosniff"
    assert refused.json()["detail"] == "Disallowed CORS origin."
    assert refused.json()["code"] == "bad_request"
    assert refused.json()["instance"] == f"urn:request:{refused.headers['X-Request-Id']}"
    assert "Origin" in refused.headers["Vary"]
    assert "Access-Control-Allow-Origin" not in refused.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_documentation_is_off_by_default(opened: Service) -> None:
    with opened.anybody() as client:
        found = [client.get(path).status_code for path in ("/docs", "/docs/swagger-ui.css", "/openapi.json")]

    assert found == [404, 404, 200]


def test_a_page_may_send_and_read_the_headers_that_the_contract_declares() -> None:
    app = FastAPI()
    declared = DeclaredHeaders(request=("X-Tenant", "if-match"), response=("X-Total", "etag"))
    app.add_middleware(RequestMiddleware, outer=cors_layers(OURS, declared))

    async def ask() -> tuple[httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api", verify=PLAIN) as page:
            asked = {
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": f"{SENT}, x-tenant",
            }
            allowed = await page.options("/", headers={"Origin": OURS} | asked)
            return allowed, await page.get("/", headers={"Origin": OURS})

    allowed, answer = asyncio.run(ask())

    assert answer.headers["Access-Control-Expose-Headers"] == f"{READ}, X-Total"
    assert allowed.status_code == 200
    assert allowed.headers["Access-Control-Allow-Headers"].lower().count("if-match") == 1
