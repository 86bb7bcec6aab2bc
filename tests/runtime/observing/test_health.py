"""Health checks for load balancers, without a token and outside of the contract."""

import pytest

from tests.support.service import Service

PATHS = {"/livez": "alive", "/readyz": "ready"}


@pytest.mark.parametrize("path", PATHS)
def test_health_checks_need_no_token(service: Service, path: str) -> None:
    with service.anybody() as nobody:
        response, head = nobody.get(path), nobody.head(path)

    assert (response.status_code, response.json()) == (200, {"status": PATHS[path]})
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Request-Id"]
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("path", PATHS)
def test_health_checks_allow_only_get_and_head(service: Service, path: str) -> None:
    with service.anybody() as nobody:
        response = nobody.post(path)
        beside = nobody.get(f"{path}/more")
        below = nobody.get(f"/api{path}")

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (beside.status_code, below.status_code) == (404, 404)


def test_health_checks_are_not_in_the_contract(service: Service) -> None:
    with service.anybody() as nobody:
        paths = nobody.get("/openapi.json").json()["paths"]

    assert paths
    assert not set(paths) & set(PATHS)
