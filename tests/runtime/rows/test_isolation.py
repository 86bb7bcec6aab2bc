"""Isolation of two users on every operation of the contract; new operations are included automatically."""

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from freehold.contract import loading
from freehold.contract.operations import ContractOperation, operations
from freehold.contract.sample_values import sample_value
from tests.support.service import ROOT, Service

CONTRACT = loading.load(ROOT / "openapi" / "tasks-api.yaml")
OPERATIONS = operations(CONTRACT)
ON_A_ROW = [operation for operation in OPERATIONS if "{" in operation.path]
ON_ALL = [operation for operation in OPERATIONS if operation.kind == "list"]
CREATES = {operation.resource: operation for operation in OPERATIONS if operation.kind == "create"}
VARYING = {"date", "x-request-id"}

Row = dict[str, object]


@pytest.fixture
def alice(service: Service) -> Iterator[httpx.Client]:
    with service.user() as client:
        yield client


@pytest.fixture
def bob(service: Service) -> Iterator[httpx.Client]:
    with service.user() as client:
        yield client


def named(operation: ContractOperation) -> str:
    return operation.id


def create(client: httpx.Client, operation: ContractOperation) -> Row:
    response = perform(client, CREATES[operation.resource], "")
    assert response.status_code == 201, response.text
    row: Row = response.json()
    return row


def perform(client: httpx.Client, operation: ContractOperation, row_id: str) -> httpx.Response:
    path = re.sub(r"\{[^{}]*\}", row_id, operation.path)
    body = operation.body_schema()
    return client.request(operation.method.upper(), path, json=sample_value(body) if body else None)


def observable(response: httpx.Response) -> tuple[object, ...]:
    """Everything that a client can see, without the parts that differ in every response."""
    headers = {name: value for name, value in response.headers.items() if name not in VARYING}
    text = response.text.replace(response.headers["x-request-id"], "ID")
    return response.status_code, headers, text


def stored(service: Service, row: Row) -> list[Row]:
    """The row in the table, with every column."""
    return service.database.rows("SELECT *, xmin::text FROM tasks WHERE id::text = $1", row["id"])


@pytest.mark.parametrize("operation", ON_A_ROW, ids=named)
def test_a_foreign_row_is_indistinguishable_from_a_missing_one(
    service: Service, alice: httpx.Client, bob: httpx.Client, operation: ContractOperation
) -> None:
    row = create(alice, operation)
    before = stored(service, row)

    foreign = perform(bob, operation, str(row["id"]))
    missing = perform(bob, operation, str(uuid4()))

    assert foreign.status_code == 404
    assert observable(foreign) == observable(missing)
    assert stored(service, row) == before
    assert len(before) == 1


@pytest.mark.parametrize("operation", ON_A_ROW, ids=named)
def test_the_owner_can_access_the_row(alice: httpx.Client, operation: ContractOperation) -> None:
    row = create(alice, operation)

    success = operation.success_response()
    assert success is not None
    assert perform(alice, operation, str(row["id"])).status_code == int(success[0])


@pytest.mark.parametrize("operation", ON_ALL, ids=named)
def test_a_list_contains_and_counts_only_own_rows(
    alice: httpx.Client, bob: httpx.Client, operation: ContractOperation
) -> None:
    theirs = {create(alice, operation)["id"] for _ in range(3)}
    mine = create(bob, operation)

    page = perform(bob, operation, "")
    nothing = perform(bob, operation, "").json()

    assert page.json()["data"] == [mine]
    assert nothing["total"] == 1
    assert not any(str(row_id) in page.text for row_id in theirs)


@pytest.mark.parametrize("operation", ON_ALL, ids=named)
def test_no_list_parameter_reveals_foreign_rows(
    alice: httpx.Client, bob: httpx.Client, operation: ContractOperation
) -> None:
    create(alice, operation)

    for query in choices(operation):
        page = bob.get(operation.path, params=query)
        assert (page.status_code, page.json()["data"], page.json()["total"]) == (200, [], 0), query


def choices(operation: ContractOperation) -> Iterator[dict[str, str]]:
    """Queries with each possible value of each parameter."""
    for parameter in operation.parameters():
        schema = parameter.get("schema")
        values = (
            schema.get_value("enum") or {"boolean": ["true", "false"]}.get(schema.get_value("type"), [1])
            if schema
            else []
        )
        yield from ({str(parameter.get_value("name")): str(value)} for value in values)


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer x"}, {"X-User-Id": "alice"}],
    ids=["none", "basic", "garbage", "a header that names a user"],
)
def test_every_operation_requires_a_token(
    service: Service, alice: httpx.Client, operation: ContractOperation, headers: dict[str, str]
) -> None:
    row = create(alice, operation)
    before = stored(service, row)

    with service.anybody(**headers) as nobody:
        response = perform(nobody, operation, str(row["id"]))

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert stored(service, row) == before


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
