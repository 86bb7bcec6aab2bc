"""The rate limit applies per user."""

import re
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import httpx
import pytest

from freehold.contract import loading
from freehold.contract.operations.inference import operations
from tests.hostile.judge import Judge
from tests.hostile.wire import Answer
from tests.support.service import ROOT, Database, Service, serving

LIMIT = 5


@pytest.fixture(scope="module")
def limited(make_database: Callable[[], Database]) -> Iterator[Service]:
    with serving(ROOT, make_database(), RATE_LIMIT=f"{LIMIT}/minute") as running:
        yield running


def ask(client: httpx.Client, times: int) -> list[int]:
    return [client.get("/api/tasks").status_code for _ in range(times)]


def test_a_rate_limited_user_is_told_when_to_retry(limited: Service) -> None:
    with limited.user() as alice:
        assert ask(alice, LIMIT) == [200] * LIMIT
        refused = alice.get("/api/tasks")

    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert 50 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"] == f'"user";r=0;t={refused.headers["Retry-After"]}'
    assert refused.headers["RateLimit-Policy"] == f'"user";q={LIMIT};w=60'


def test_every_operation_declares_429(limited: Service) -> None:
    with limited.user() as alice:
        asked = operations(loading.load(ROOT / "generated" / "contract.json"))
        assert len(asked) == 7
        ask(alice, LIMIT)
        for operation in asked:
            path = re.sub(r"\{[^{}]*\}", str(uuid4()), operation.path)
            refused = alice.request(operation.method, path)

            headers = {name.lower(): value for name, value in refused.headers.items()}
            answer = Answer(refused.status_code, headers, refused.content)
            assert answer.status == 429
            assert list(Judge(operation).faults(answer)) == []


def test_other_users_are_not_limited(limited: Service) -> None:
    with limited.user() as alice, limited.user() as bob:
        assert ask(alice, LIMIT + 2)[-2:] == [429, 429]
        assert ask(bob, LIMIT) == [200] * LIMIT


def test_all_tokens_of_a_user_share_one_limit(limited: Service) -> None:
    with limited.user("carol") as first, limited.user("carol", {"jti": "another"}) as second:
        ask(first, LIMIT)

        assert ask(second, 1) == [429]


def test_requests_with_invalid_tokens_do_not_count(limited: Service) -> None:
    with limited.user("dave") as dave, limited.anybody() as anybody:
        forged = dave.headers["Authorization"][:-4] + "AAAA"
        for _ in range(LIMIT + 1):
            assert anybody.get("/api/tasks", headers={"Authorization": forged}).status_code == 401

        assert ask(dave, LIMIT) == [200] * LIMIT


def test_requests_are_allowed_again_after_waiting(make_database: Callable[[], Database]) -> None:
    with serving(ROOT, make_database(), RATE_LIMIT="2/second") as service, service.user() as alice:
        assert 429 in ask(alice, 20)
        time.sleep(1.1)

        assert ask(alice, 1) == [200]


def test_there_is_no_rate_limit_by_default(service: Service) -> None:
    with service.user() as alice:
        assert set(ask(alice, 50)) == {200}
