"""Forged tokens get 401 and cause no connection to the database or to another host.

Why is told only to tokens with a valid signature: all others get the same bytes.

Services with open connections are tested in `test_tokens_counted.py`.
"""

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from freehold.contract import loading
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from generated.runtime.validation.problem_details.problem_codes import CODES
from tests.hostile.conftest import Fortress
from tests.hostile.forgeries import (
    FORGERIES,
    PARTIES,
    PAYLOADS,
    SUBJECTS,
    TIMES,
    Forge,
    flipped,
    good,
)
from tests.hostile.token_reasons import ORDER, REASONS, UNIFORM, Reason
from tests.support.service import ROOT
from tests.support.thoroughness import sampled

OPERATIONS = operations(loading.load(ROOT / "openapi" / "tasks-api.yaml"))


@pytest.fixture(scope="module")
def client(fortress: Fortress) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fortress.service.url) as client:
        yield client


def ask(client: httpx.Client, operation: ContractOperation, token: str) -> httpx.Response:
    path = re.sub(r"\{[^{}]*\}", str(uuid4()), operation.path)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "X-Request-Id": "forged",
    }
    return client.request(operation.method.upper(), path, headers=headers, content=b"{")


@pytest.fixture(scope="module")
def uniform(client: httpx.Client) -> bytes:
    """The answer to a word in place of a token."""
    return told(client, "x")


def told(client: httpx.Client, token: str) -> bytes:
    """Everything that every operation answers, which is the same for all of them."""
    answers = {
        response.content + repr(sorted((n, v) for n, v in response.headers.items() if n != "date")).encode()
        for response in (ask(client, operation, token) for operation in OPERATIONS)
    }
    assert len(answers) == 1
    return answers.pop()


def check(response: httpx.Response, reason: Reason) -> None:
    code, detail = reason
    description = "" if reason == UNIFORM else f', error_description="{detail}"'
    assert response.headers["WWW-Authenticate"] == f'Bearer error="invalid_token"{description}'
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "code": code,
        "detail": detail,
        "instance": "urn:request:forged",
    }


def test_there_are_120_forged_tokens() -> None:
    assert len(FORGERIES) >= 120


def test_the_reasons_are_those_of_tokens_with_a_valid_signature() -> None:
    assert set(REASONS) == {*TIMES, *SUBJECTS, *PARTIES, *PAYLOADS}
    assert {code for code, _ in (UNIFORM, *REASONS.values())} == {*CODES[401]} - {"unauthorized"}


@pytest.mark.parametrize("name", FORGERIES)
def test_every_operation_rejects_a_forged_token(fortress: Fortress, client: httpx.Client, name: str) -> None:
    token = FORGERIES[name](fortress.target)
    for operation in OPERATIONS:
        response = ask(client, operation, token)
        assert response.status_code == 401, operation.id
        check(response, REASONS.get(name, UNIFORM))
    assert (fortress.database.knocks, fortress.trap.knocks) == ([], [])


@pytest.mark.parametrize("name", sampled(FORGERIES, every=3))
def test_a_token_without_a_valid_signature_is_told_nothing(
    fortress: Fortress, client: httpx.Client, uniform: bytes, name: str
) -> None:
    """The same bytes as for a word, also for tokens that would be invalid for a reason of their own."""
    token = FORGERIES[name](fortress.target)
    if name in REASONS:
        first, _, signature = token.rpartition(".")
        token = f"{first}.{flipped(signature)}"

    assert told(client, token) == uniform


@pytest.mark.parametrize(("forge", "reason"), ORDER.values(), ids=ORDER)
def test_the_first_fault_of_a_token_is_told(
    fortress: Fortress, client: httpx.Client, forge: Forge, reason: Reason
) -> None:
    for operation in OPERATIONS:
        check(ask(client, operation, forge(fortress.target)), reason)


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS)
def test_a_reason_is_an_error_description_of_rfc_6750(reason: Reason) -> None:
    """Section 3: printable ASCII without quotation marks and backslashes."""
    assert re.fullmatch(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+", reason[1])


def test_connections_to_the_decoy_ports_are_counted(fortress: Fortress, client: httpx.Client) -> None:
    """The control: a valid token reaches the database, and the decoy port counts connections."""
    before = len(fortress.database.knocks)

    assert (
        client.get("/api/tasks", headers={"Authorization": f"Bearer {good(fortress.target)}"}).status_code
        == 503
    )
    with pytest.raises(httpx.TransportError):
        httpx.get(fortress.target.trap)

    assert len(fortress.database.knocks) > before
    fortress.database.knocks.clear()
    fortress.trap.knocks.clear()
