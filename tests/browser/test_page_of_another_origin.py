"""A page with Better Auth uses the service from another origin, in Chromium."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Browse
from tests.dialects import projects
from tests.runtime.identity.better_auth.conftest import BetterAuth
from tests.support.service import Database, serving

pytestmark = pytest.mark.long  # it installs and starts a Better Auth, beside the browser

LIMIT = 30  # requests in a minute
Seen = dict[str, Any]


@pytest.fixture(scope="module")
def seen(
    browse: Browse,
    better_auth: Callable[[str], BetterAuth],
    make_dialect: Callable[[str], tuple[Path, Database]],
) -> Iterator[Seen]:
    """What the page can read of the answers of the service."""
    server = better_auth("EdDSA")
    folder, database = make_dialect(projects.LARGEST)
    settings = server.settings | {
        "CORS_ORIGINS": server.url,
        "CURSOR_SECRET": secrets.token_urlsafe(32),
        "RATE_LIMIT": f"{LIMIT}/minute",
    }
    with serving(folder, database, **settings) as service:
        yield browse("front_end.mjs", front=server.url, api=service.url)


def test_a_user_signs_up_gets_a_token_and_creates_and_lists(seen: Seen) -> None:
    assert [seen["signedUp"], seen["token"]] == [200, 200]
    assert seen["created"]["status"] == 201
    assert seen["listed"]["status"] == 200
    assert [project["id"] for project in seen["listed"]["body"]["data"]] == [seen["created"]["body"]["id"]]


def test_the_page_sends_the_headers_that_the_contract_declares(seen: Seen) -> None:
    assert seen["repeated"] == seen["created"] | {"headers": seen["repeated"]["headers"]}
    assert seen["replaced"]["status"] == 200
    assert (seen["outdated"]["status"], seen["outdated"]["body"]["code"]) == (412, "stale")
    assert seen["known"]["status"] == 304


def test_the_page_reads_the_headers_of_answers(seen: Seen) -> None:
    created, task, limited = seen["created"], seen["task"], seen["limited"]
    assert created["headers"]["location"].endswith(f"/projects/{created['body']['id']}")
    assert task["headers"]["etag"]
    assert created["headers"]["x-request-id"] != task["headers"]["x-request-id"]
    assert {"ratelimit", "ratelimit-policy"} <= limited["headers"].keys()
    assert limited["body"]["code"] == "too_many_requests"
    assert 0 < int(limited["headers"]["retry-after"]) <= 60
    assert limited["body"]["instance"] == f"urn:request:{limited['headers']['x-request-id']}"


def test_the_page_is_told_that_its_token_expired_and_goes_on_with_a_new_one(seen: Seen) -> None:
    expired = seen["expired"]
    assert (expired["status"], expired["body"]["code"]) == (401, "token_expired")
    assert 'error="invalid_token"' in expired["headers"]["www-authenticate"]
    assert seen["refreshed"]["status"] == 200
    assert seen["refreshed"]["body"]["title"] == "Dig"


def test_a_page_of_an_origin_that_is_not_listed_reads_nothing(seen: Seen) -> None:
    assert seen["elsewhere"] == "TypeError: Failed to fetch"
    assert {host.rpartition(":")[0] for host in seen["hosts"]} == {"127.0.0.1", "localhost"}
