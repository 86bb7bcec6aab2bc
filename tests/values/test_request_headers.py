"""Request headers are validated by the schemas that the contract gives them."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.service import Database, Service
from tests.values.contracts import Contract
from tests.values.refusals import generate
from tests.values.served import running

_NOTE = {
    "type": "object",
    "x-resource": {},
    "required": ["id", "title"],
    "properties": {
        "id": {"type": "string", "format": "uuid", "readOnly": True},
        "title": {"type": "string"},
    },
}


def _header(name: str, **schema: object) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": {"type": "string", **schema}}


def _contract(version: str) -> Contract:
    note = {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}
    tagged = {"description": "It.", "headers": {"ETag": {"schema": {"type": "string"}}}, "content": note}
    body = {"required": True, "content": note}
    here = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    creating = {
        "operationId": "createNote", "requestBody": body, "responses": {"201": tagged},
        "parameters": [_header("Idempotency-Key", format="uuid")],
    }  # fmt: skip
    replacing = {
        "operationId": "replaceNote", "requestBody": body, "responses": {"200": tagged},
        "parameters": [_header("If-Match", pattern='^("[0-9]+"(, )?)+$')],
    }  # fmt: skip
    document = {
        "openapi": version, "info": {"title": "Notes", "version": "1"}, "x-problems": "standard",
        "security": [{"bearerAuth": []}],
        "paths": {"/notes": {"post": creating}, "/notes/{id}": {"parameters": [here], "put": replacing}},
        "components": {
            "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Note": _NOTE},
        },
    }  # fmt: skip
    return Contract(json.dumps(document), {}, {})


@pytest.fixture(scope="module", params=["3.0.3", "3.1.0"])
def service(
    request: pytest.FixtureRequest,
    empty_database: Callable[[], Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("headers")
    with running(generate(_contract(request.param), folder), folder, empty_database()) as running_service:
        yield running_service


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with service.user() as client:
        yield client


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["parameter"], error.get("code", "")) for error in answer.json()["errors"]]


def test_an_idempotency_key_matches_its_schema(client: httpx.Client) -> None:
    key = {"Idempotency-Key": str(uuid4())}

    first, second = (client.post("/notes", json={"title": "x"}, headers=key) for _ in range(2))
    refused = client.post("/notes", json={"title": "x"}, headers={"Idempotency-Key": "not a uuid"})

    assert first.status_code == 201, first.text
    assert second.content == first.content
    assert [name for name, _ in errors(refused)] == ["Idempotency-Key"], "one error for one header"
    assert errors(client.post("/notes", json={"title": "x"}, headers={"Idempotency-Key": "short"})) == [
        ("Idempotency-Key", "format")
    ]


@pytest.mark.parametrize(
    ("tags", "status"), [(['"1"'], 200), (['"1"', '"2"'], 200), (['"9"'], 412), (["*"], 422), (["W/x"], 422)]
)
def test_if_match_matches_its_schema(client: httpx.Client, tags: list[str], status: int) -> None:
    path = f"/notes/{client.post('/notes', json={'title': 'x'}).json()['id']}"
    headers = [("If-Match", tag) for tag in tags]

    answer = client.put(path, json={"title": "y"}, headers=headers)

    assert answer.status_code == status, answer.text
    assert status != 422 or errors(answer) == [("If-Match", "pattern")]


def test_headers_and_the_body_are_explained_together(client: httpx.Client) -> None:
    answer = client.post("/notes", json={}, headers={"Idempotency-Key": "short"})

    places = [error.get("parameter") or error["pointer"] for error in answer.json()["errors"]]
    assert places == ["Idempotency-Key", "/title"]


def test_an_operation_without_the_headers_is_as_before(client: httpx.Client) -> None:
    assert client.post("/notes", json={"title": "x"}).status_code == 201
