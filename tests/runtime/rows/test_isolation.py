"""Isolation of two users on every operation of the contract, with the tests that each project gets."""

from pathlib import Path

import pytest

from freehold.testing import Service as ProjectService
from freehold.testing.contract_tests import ContractTests
from tests.support.service import Service


class TestContract(ContractTests):
    """The tests that `freehold init` writes into a project, on the service of this repository."""

    # tests/runtime/test_fuzz.py does it, with more requests
    test_random_requests_find_nothing = None  # type: ignore[assignment] # pytest then collects none

    @pytest.fixture
    def service(self, service: Service) -> ProjectService:
        document = self.load_contract(Path(__file__)).document
        return ProjectService(service.url, service.database.url, service.secret, document)


def test_no_sequence_of_requests_reveals_foreign_rows(service: Service) -> None:
    """Two users alternate on the same pooled connections, with errors in between."""
    with service.user() as alice, service.user() as bob:
        counts = {alice: 0, bob: 0}
        for turn in range(60):
            client, other = (alice, bob) if turn % 2 else (bob, alice)
            client.post("/api/tasks", json={"title": "mine"} if turn % 5 else {"title": ""})
            counts[client] += bool(turn % 5)
            assert client.get("/api/tasks").json()["total"] == counts[client]
            assert other.get("/api/tasks").json()["total"] == counts[other]
