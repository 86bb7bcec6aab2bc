"""What a load balancer is told, without a token and without a word of it in the contract."""

import pytest

from tests.support.service import Service

PATHS = {"/livez": "alive", "/readyz": "ready"}


@pytest.mark.parametrize("path", PATHS)
def test_anybody_may_ask_how_the_service_is(service: Service, path: str) -> None:
    with service.anybody() as nobody:
        response, head = nobody.get(path), nobody.head(path)

    assert (response.status_code, response.json()) == (200, {"status": PATHS[path]})
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Request-Id"]
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("path", PATHS)
def test_nobody_can_do_anything_else_there(service: Service, path: str) -> None:
    with service.anybody() as nobody:
        response = nobody.post(path)
        beside = nobody.get(f"{path}/more")
        below = nobody.get(f"/api{path}")

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (beside.status_code, below.status_code) == (404, 404)


def test_the_contract_does_not_name_it(service: Service) -> None:
    with service.anybody() as nobody:
        paths = nobody.get("/openapi.json").json()["paths"]

    assert paths
    assert not set(paths) & set(PATHS)
