"""What a request body may have at its top level: nothing that only the service sets, and no unknown names."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.support.service import Database, Service
from tests.values.contracts import Contract
from tests.values.refusals import generate
from tests.values.served import running

_BEARER = {"bearerAuth": {"type": "http", "scheme": "bearer"}}
_ID = {"type": "string", "format": "uuid", "readOnly": True}
_NOTE = {
    "type": "object",
    "required": ["id", "title"],
    "properties": {
        "id": _ID,
        "title": {"type": "string", "maxLength": 20},
        "meta": {"type": "object", "properties": {"a": {"type": "integer"}}},
    },
}
_MOVE = {
    "type": "object",
    "required": ["id", "position"],
    "properties": {"id": _ID, "position": {"type": "integer"}, "where": {"type": "object"}},
}
_SCHEMAS: dict[str, Any] = {
    "Note": _NOTE | {"x-resource": {}},
    "Memo": _NOTE | {"x-resource": {}, "additionalProperties": True},
    "Move": _MOVE,
    "OpenMove": _MOVE | {"additionalProperties": True},
    "BothMoves": {
        "allOf": [{"$ref": "#/components/schemas/Move"}, {"type": "object", "required": ["position"]}]
    },
}
_OVERRIDES = """
from typing import Any

from generated.{plural} import repository
from generated.schemas import {row}


class {row}Repository(repository.{row}Repository):
    async def move_{row_snake}(self, row_id: Any, body: Any) -> {row}:
        return await self.get_{row_snake}(row_id)

    copy_{row_snake} = open_{row_snake} = both_{row_snake} = move_{row_snake}
"""


def _body(schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": f"A {schema}.", "content": content}


def _paths(row: str) -> Iterator[tuple[str, Any]]:
    """The paths of a resource: its own operations, and custom ones with bodies of several kinds."""
    path, page = f"/{row.lower()}s", {"type": "array", "items": {"$ref": f"#/components/schemas/{row}"}}
    limit = {"type": "integer", "minimum": 1, "maximum": 50, "default": 20}
    here = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}]

    def taking(name: str, schema: str, status: str = "200") -> dict[str, Any]:
        request = {"required": True, "content": _body(schema)["content"]}
        return {"operationId": f"{name}{row}", "requestBody": request, "responses": {status: _body(row)}}

    listed = {"description": "Some.", "content": {"application/json": {"schema": page}}}
    parameters = [{"name": "limit", "in": "query", "schema": limit}]
    listing = {"operationId": f"list{row}s", "parameters": parameters, "responses": {"200": listed}}
    getting = {"operationId": f"get{row}", "responses": {"200": _body(row)}}
    yield path, {"get": listing, "post": taking("create", row, "201")}
    item = {"get": getting, "patch": taking("update", row), "put": taking("replace", row)}
    yield f"{path}/{{id}}", {"parameters": here} | item
    for name, schema in (("move", "Move"), ("copy", row), ("open", "OpenMove"), ("both", "BothMoves")):
        yield f"{path}/{{id}}/{name}", {"parameters": here, "post": taking(name, schema)}


@pytest.fixture(scope="module", params=["3.0.3", "3.1.0"])
def service(
    request: pytest.FixtureRequest,
    empty_database: Callable[[], Database],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    document = {
        "openapi": request.param,
        "info": {"title": "Notes", "version": "1"},
        "x-problems": "standard",
        "security": [{"bearerAuth": []}],
        "paths": {**dict(_paths("Note")), **dict(_paths("Memo"))},
        "components": {"securitySchemes": _BEARER, "schemas": _SCHEMAS},
    }
    folder = tmp_path_factory.mktemp("bodies")
    (folder / "overrides").mkdir()
    (folder / "overrides" / "__init__.py").write_text("")
    for row in ("Note", "Memo"):
        plural = f"{row.lower()}s"
        text = _OVERRIDES.format(plural=plural, row=row, row_snake=row.lower())
        (folder / "overrides" / f"{plural}.py").write_text(text)
    files = generate(Contract(json.dumps(document), {}, {}), folder)
    with running(files, folder, empty_database()) as running_service:
        yield running_service


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with service.user() as client:
        yield client


def created(client: httpx.Client, path: str = "/notes") -> str:
    answer = client.post(path, json={"title": "x", "meta": {"unknown": 1}})
    assert answer.status_code == 201, answer.text
    assert answer.json()["meta"] == {"unknown": 1}
    return f"{path}/{answer.json()['id']}"


_ROW_ID = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("extra", [{"id": _ROW_ID}, {"unknown": 1}, {"x-resource": {}}])
@pytest.mark.parametrize(
    ("method", "place", "body"),
    [
        ("POST", "", {"title": "y"}), ("PUT", "row", {"title": "y"}), ("PATCH", "row", {"title": "y"}),
        ("POST", "row/move", {"position": 1}), ("POST", "row/copy", {"title": "y"}),
    ],
)  # fmt: skip
def test_unknown_and_read_only_names_are_refused_by_their_names(
    client: httpx.Client, method: str, place: str, body: dict[str, Any], extra: dict[str, Any]
) -> None:
    path = place.replace("row", created(client)) or "/notes"

    refused, taken = (client.request(method, path, json=sent) for sent in (body | extra, body))

    assert refused.status_code == 422, refused.text
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [f"/{next(iter(extra))}"]
    assert taken.status_code in (200, 201), taken.text


@pytest.mark.parametrize(
    ("method", "place"), [("POST", "/memos"), ("PUT", "row"), ("PATCH", "row"), ("POST", "row/copy")]
)
def test_an_open_body_ignores_unknown_names_and_refuses_read_only_ones(
    client: httpx.Client, method: str, place: str
) -> None:
    path = place.replace("row", created(client, "/memos"))

    ignored = client.request(method, path, json={"title": "y", "unknown": 1})
    refused = client.request(method, path, json={"title": "z", "id": _ROW_ID})

    assert ignored.status_code in (200, 201), ignored.text
    assert "unknown" not in ignored.json()
    assert refused.status_code == 422, refused.text


@pytest.mark.parametrize("name", ["open", "both"])
def test_the_body_of_a_custom_operation_refuses_read_only_names_in_every_form(
    client: httpx.Client, name: str
) -> None:
    path = f"{created(client)}/{name}"

    assert client.post(path, json={"position": 1}).status_code == 200
    assert client.post(path, json={"position": 1, "where": {"any": 1}}).status_code == 200
    assert client.post(path, json={"position": 1, "id": _ROW_ID}).status_code == 422
    assert client.post(path, json={"where": {}}).status_code == 422
