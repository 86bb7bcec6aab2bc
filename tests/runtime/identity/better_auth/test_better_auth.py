"""Users of a real Better Auth server use the service with its tokens."""

import time
from collections.abc import Callable

import pytest

from tests.runtime.identity.better_auth.conftest import BetterAuth
from tests.support.service import ROOT, Database, Service, serving

pytestmark = pytest.mark.long  # Better Auth is installed first
Start = Callable[[str], BetterAuth]
LIMIT = 5.0  # seconds: the keys are fetched anew each second


def status(service: Service, token: str) -> int:
    with service.anybody(Authorization=f"Bearer {token}") as client:
        return client.get("/api/tasks").status_code


def refused_within(timeout: float, service: Service, token: str) -> bool:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if status(service, token) == 401:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES512", "PS256"])
def test_users_keep_their_tasks_through_a_rotation_of_keys(
    better_auth: Start, database: Database, algorithm: str
) -> None:
    server = better_auth(algorithm)
    with serving(ROOT, database, **server.settings) as service:
        alice, bob = server.sign_up("alice"), server.sign_up("bob")
        old = alice.jwt()
        with service.anybody(Authorization=f"Bearer {old}") as client:
            task = client.post("/api/tasks", json={"title": "Rotate"})
        assert task.status_code == 201
        assert database.rows("SELECT owner_id FROM tasks") == [{"owner_id": alice.user_id}]
        with service.anybody(Authorization=f"Bearer {bob.jwt()}") as client:
            assert client.get(task.headers["Location"]).status_code == 404

        server.rotate()
        new = alice.jwt()
        assert new.split(".")[0] != old.split(".")[0]
        assert [status(service, new), status(service, old)] == [200, 200]

        server.forget()
        assert refused_within(LIMIT, service, old)
        assert status(service, new) == 200


def test_other_tokens_of_better_auth_are_rejected(better_auth: Start, database: Database) -> None:
    server = better_auth("EdDSA")
    with serving(ROOT, database, **server.settings) as service:
        alice = server.sign_up("alice")

        assert status(service, alice.session_token) == 401
        assert status(service, alice.jwt()) == 200


def test_without_better_auth_the_service_starts_and_responds_503(
    better_auth: Start, database: Database
) -> None:
    server = better_auth("EdDSA")
    token = server.sign_up("alice").jwt()
    nowhere = server.settings | {"AUTH_JWKS_URL": "http://127.0.0.1:1/api/auth/jwks"}
    with serving(ROOT, database, **nowhere) as service, service.anybody() as client:
        response = client.get("/api/tasks", headers={"Authorization": f"Bearer {token}"})

        assert response.status_code == 503
        assert response.headers["Retry-After"] == "1"
        assert response.headers["Content-Type"] == "application/problem+json"
        assert client.get("/api/tasks", headers={"Authorization": "Bearer x"}).status_code == 401
        assert client.get("/api/tasks").status_code == 401
