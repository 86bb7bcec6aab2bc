"""A service runs before its operations are written: they answer 501, and all others work."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.service import Database, Service, serving

ALICE = "0b6c1c0e-52a1-4c1d-8f5e-3f6d2a9b7c10"
WRITTEN = """
from typing_extensions import override

from generated.operations import methods
from generated.schemas import UserPublic, UtilsHealthCheckResponse


class Operations(methods.Operations):
    @override
    async def utils_health_check(self) -> UtilsHealthCheckResponse:
        page = await self.item_publics.items_read_items(skip=0, limit=1)
        return page.count == 0
"""


@pytest.fixture(scope="module")
def service(make_dialect: Callable[[str], tuple[Path, Database]]) -> Iterator[Service]:
    folder, database = make_dialect("fastapi")
    (folder / "overrides" / "operations.py").write_text(WRITTEN, "utf-8")
    with serving(folder, database) as running:
        yield running


@pytest.mark.long
def test_an_operation_that_is_not_written_answers_501(service: Service) -> None:
    with service.user(ALICE) as alice:
        response = alice.get("/api/v1/users/me")

    assert (response.status_code, response.json()["code"]) == (501, "not_written")


def test_it_asks_for_a_token_first(service: Service) -> None:
    with service.anybody() as nobody:
        assert nobody.get("/api/v1/users/me").status_code == 401


def test_the_other_operations_work(service: Service) -> None:
    with service.user(ALICE) as alice:
        assert alice.post("/api/v1/items/", json={"title": "x"}).status_code == 200
        assert alice.get("/api/v1/items/").json()["count"] == 1


def test_a_public_operation_reaches_no_rows_with_owners(service: Service) -> None:
    with service.user(ALICE) as alice, service.anybody() as nobody:
        assert alice.get("/api/v1/utils/health-check/").status_code == 401
        assert nobody.get("/api/v1/utils/health-check/").status_code == 401
