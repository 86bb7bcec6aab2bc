"""Forged tokens get 401 and cause no connection to the database or to another host.

Services with open connections are tested in `test_tokens_counted.py`.
"""

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from freehold.contract import loading
from freehold.contract.operations import ContractOperation, operations
from tests.hostile.conftest import Fortress
from tests.hostile.forgeries import FORGERIES, Forge, good
from tests.support.service import ROOT

OPERATIONS = operations(loading.load(ROOT / "openapi" / "tasks-api.yaml"))


@pytest.fixture(scope="module")
def client(fortress: Fortress) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fortress.service.url) as client:
        yield client


def ask(client: httpx.Client, operation: ContractOperation, token: str) -> httpx.Response:
    path = re.sub(r"\{[^{}]*\}", str(uuid4()), operation.path)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return client.request(operation.method.upper(), path, headers=headers, content=b"{")


def test_there_are_120_forged_tokens() -> None:
    assert len(FORGERIES) >= 120


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_every_operation_rejects_a_forged_token(
    fortress: Fortress, client: httpx.Client, forge: Forge
) -> None:
    token = forge(fortress.target)
    for operation in OPERATIONS:
        response = ask(client, operation, token)
        assert response.status_code == 401, operation.id
        assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["detail"] == "The token is not valid."
    assert (fortress.database.knocks, fortress.trap.knocks) == ([], [])


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
