"""A default is filled in where a property is a column, as a value of its schema and of its column."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from freehold.ground.problems import ContractError
from tests.support.service import Database, Service
from tests.values.contracts import Contract
from tests.values.json_text import Json, read, same
from tests.values.refusals import generate
from tests.values.served import running

_HUGE = 99999999999999999999
_COLUMNS: dict[str, tuple[dict[str, Json], Json]] = {
    "integer": ({"type": "integer"}, 1.0),
    "small": ({"type": "integer", "format": "int32", "minimum": 1}, 2.0),
    "chosen": ({"type": "integer", "enum": [1, 2]}, 1.0),
    "perhaps": ({"type": ["integer", "null"]}, 3.0),
    "either": ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, 4.0),
    "integers": ({"type": "array", "items": {"type": "integer"}}, [1.0, 2]),
    "referred": ({"$ref": "#/components/schemas/Count"}, 5.0),
    "inherited": ({"$ref": "#/components/schemas/Level"}, 6.0),
    "number": ({"type": "number"}, 1),
    "fraction": ({"type": "number"}, 0.1),
    "numbers": ({"type": "array", "items": {"type": "number"}}, [1, 0.5]),
    "text": ({"type": "string", "maxLength": 30}, "a \"quoted\" 'text' \\ {} äöü"),
    "texts": ({"type": "array", "items": {"type": "string"}}, ['a"b', "c\\d", "{,}", ""]),
    "flag": ({"type": "boolean"}, False),
    "nothing": ({"type": ["string", "null"]}, None),
}
_LEVEL = {"type": "integer", "default": 6.0}
_INSIDE = {
    "type": "object",
    "properties": {
        "integer": {"type": "integer", "default": 1.0},
        "either": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": "x"},
        "object": {"type": "object", "default": {}, "properties": {"a": {"type": "integer", "default": 3}}},
    },
}
REFUSED: list[dict[str, Json]] = [
    {"type": "integer", "default": _HUGE}, {"type": "integer", "default": -(2**63) - 1},
    {"type": "integer", "format": "int32", "default": 2**31}, {"type": "integer", "default": 1.5},
    {"type": ["integer", "null"], "default": _HUGE}, {"$ref": "#/components/schemas/Count", "default": _HUGE},
    {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": _HUGE},
    {"type": "array", "items": {"type": "integer"}, "default": [1, _HUGE]},
    {"type": "array", "items": {"$ref": "#/components/schemas/Count"}, "default": [_HUGE]},
    {"type": "number", "default": 12345678901234567890123}, {"type": "string", "default": "a\0"},
    {"type": "array", "items": {"type": "string"}, "default": ["\0"]},
    {"type": "object", "properties": {"a": {"type": "integer", "default": "x"}}},
    {"type": "object", "properties": {"a": {"type": "integer", "default": _HUGE}}},
    {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string", "default": 7}}}},
    {"oneOf": [{"type": "object", "properties": {"a": {"type": "string", "default": 7}}}]},
    {"type": "object", "additionalProperties": {"type": "string", "default": 7}},
    {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Count", "default": "x"}}},
]  # fmt: skip


def contract(properties: dict[str, Json], limit: Json = 2.0) -> Contract:
    row = {"$ref": "#/components/schemas/Thing"}
    one = {"description": "A row.", "content": {"application/json": {"schema": row}}}
    many = {
        "description": "Rows.",
        "content": {"application/json": {"schema": {"type": "array", "items": row}}},
    }
    body = {"required": True, "content": one["content"]}
    size = {"type": "integer", "minimum": 1, "maximum": 9, "default": limit}
    here = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    parameters = [{"name": "limit", "in": "query", "schema": size}]
    listing = {"operationId": "listThings", "parameters": parameters, "responses": {"200": many}}
    creating = {"operationId": "createThing", "requestBody": body, "responses": {"201": one}}
    replacing = {"operationId": "replaceThing", "requestBody": body, "responses": {"200": one}}
    made = {"type": "string", "format": "uuid", "readOnly": True}
    schema = {
        "type": "object",
        "x-resource": {},
        "required": ["id"],
        "properties": {"id": made, **properties},
    }
    document = {
        "openapi": "3.1.0", "info": {"title": "Rows", "version": "1"}, "x-problems": "standard",
        "security": [{"bearerAuth": []}],
        "paths": {
            "/rows": {"get": listing, "post": creating},
            "/rows/{id}": {"parameters": [here], "put": replacing},
        },
        "components": {
            "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Count": {"type": "integer"}, "Level": _LEVEL, "Thing": schema},
        },
    }  # fmt: skip
    return Contract(json.dumps(document), {}, {})


@pytest.fixture(scope="module")
def rows(
    empty_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("defaults")
    properties = {name: {**schema, "default": default} for name, (schema, default) in _COLUMNS.items()}
    del properties["inherited"]["default"]
    with running(
        generate(contract({**properties, "inside": _INSIDE}), folder), folder, empty_database()
    ) as service:
        yield service


@pytest.fixture
def client(rows: Service) -> Iterator[httpx.Client]:
    with rows.user() as client:
        yield client


@pytest.mark.parametrize("name", _COLUMNS)
def test_a_column_has_its_default_in_a_create_and_a_replace(client: httpx.Client, name: str) -> None:
    created = read(client.post("/rows", content="{}", headers={"Content-Type": "application/json"}).content)
    replaced = read(client.put(f"/rows/{created['id']}", json={}).content)
    default = read(json.dumps(_COLUMNS[name][1]))

    assert same(created[name], default)
    assert same(replaced[name], default)


def test_an_integer_is_answered_without_a_point(client: httpx.Client) -> None:
    text = client.post("/rows", json={}).text.replace(" ", "")

    assert '"integer":1,' in text
    assert '"integers":[1,2],' in text


def test_defaults_inside_an_object_are_not_filled_in(client: httpx.Client) -> None:
    sent = {"object": {"b": 1}}

    assert client.post("/rows", json={"inside": sent}).json()["inside"] == sent


def test_the_default_of_a_parameter_can_have_a_point(client: httpx.Client) -> None:
    for _ in range(3):
        client.post("/rows", json={})

    assert len(client.get("/rows").json()) == 2


@pytest.mark.parametrize("schema", REFUSED, ids=json.dumps)
def test_a_default_that_is_no_value_is_refused_at_its_line(tmp_path: Path, schema: dict[str, Json]) -> None:
    with pytest.raises(ContractError) as refused:
        generate(contract({"p": schema}), tmp_path)

    assert {problem.code for problem in refused.value.problems} == {"FH203"}


@pytest.mark.parametrize("limit", ["2", 2.5, 0, 10, _HUGE, None])
def test_the_default_of_a_parameter_is_a_value_of_its_schema(tmp_path: Path, limit: Any) -> None:
    with pytest.raises(ContractError) as refused:
        generate(contract({}, limit), tmp_path)

    assert "FH203" in {problem.code for problem in refused.value.problems}
