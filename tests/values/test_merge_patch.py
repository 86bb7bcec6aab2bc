"""A PATCH merges into the objects of a row (RFC 7396), and the merged objects match their schemas."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from generated.runtime.rows.merge_patch import merge_patch
from tests.support.service import PATIENT, Database, Service
from tests.values.contracts import Contract
from tests.values.refusals import generate
from tests.values.served import running

_BEARER = {"bearerAuth": {"type": "http", "scheme": "bearer"}}
_ADDRESS = {
    "type": "object",
    "required": ["street"],
    "properties": {
        "street": {"type": "string", "minLength": 2},
        "city": {"type": "string"},
        "zip": {"type": "string", "pattern": "^[0-9]{5}$"},
        "geo": {
            "type": "object",
            "required": ["lat"],
            "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}, "tags": {"type": "array"}},
        },
        "next": {"$ref": "#/components/schemas/Address"},
    },
    "additionalProperties": False,
}
_PROPERTIES = {
    "id": {"type": "string", "format": "uuid", "readOnly": True},
    "title": {"type": "string", "maxLength": 40},
    "anything": {},
    "shippingAddress": {"$ref": "#/components/schemas/Address"},
    "counts": {"type": "object", "additionalProperties": {"type": "integer"}, "maxProperties": 60},
    "secrets": {
        "type": "object",
        "required": ["key"],
        "properties": {
            "key": {"type": "string", "minLength": 4},
            "next": {"$ref": "#/components/schemas/Address"},
        },
        "writeOnly": True,
    },
    "shape": {
        "oneOf": [
            {
                "type": "object",
                "required": ["kind", "radius"],
                "properties": {"kind": {"const": "circle"}, "radius": {"type": "number"}},
            },
            {
                "type": "object",
                "required": ["kind", "side"],
                "properties": {"kind": {"const": "square"}, "side": {"type": "number"}},
            },
        ]
    },
}
_TAG = {"ETag": {"required": True, "schema": {"type": "string"}}}
_ORDER: dict[str, Any] = {
    "application/json": {"schema": {"$ref": "#/components/schemas/Order"}},
}
_PATCH = _ORDER | {"application/merge-patch+json": _ORDER["application/json"]}
_IF_MATCH = {"name": "If-Match", "in": "header", "schema": {"type": "string"}}

# RFC 7396, appendix A: the original, the patch, and the result
APPENDIX_A: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


def _operations() -> dict[str, Any]:
    body = {"required": True, "content": _ORDER}
    shown = {"description": "The order.", "headers": _TAG, "content": _ORDER}
    page = {"application/json": {"schema": {"type": "array", "items": _ORDER["application/json"]["schema"]}}}
    limit = {"type": "integer", "minimum": 1, "maximum": 50, "default": 20}
    listed = {"description": "Orders.", "content": page}
    row_id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    return {
        "/orders": {
            "get": {
                "operationId": "listOrders",
                "parameters": [{"name": "limit", "in": "query", "schema": limit}],
                "responses": {"200": listed},
            },
            "post": {"operationId": "createOrder", "requestBody": body, "responses": {"201": shown}},
        },
        "/orders/{id}": {
            "parameters": [row_id],
            "get": {"operationId": "getOrder", "responses": {"200": shown}},
            "patch": {
                "operationId": "updateOrder",
                "parameters": [_IF_MATCH],
                "requestBody": {"required": True, "content": _PATCH},
                "responses": {"200": shown},
            },
        },
    }


def _contract() -> Contract:
    order = {"type": "object", "x-resource": {}, "required": ["id"], "properties": _PROPERTIES}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Orders", "version": "1"},
        "x-problems": "standard",
        "security": [{"bearerAuth": []}],
        "paths": _operations(),
        "components": {"securitySchemes": _BEARER, "schemas": {"Address": _ADDRESS, "Order": order}},
    }
    return Contract(json.dumps(document), {}, {})


@pytest.fixture(scope="module")
def orders(
    empty_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("orders")
    files = generate(_contract(), folder)
    with running(files, folder, empty_database(), MAX_BODY_BYTES="20000", **PATIENT) as service:
        yield service


@pytest.fixture
def client(orders: Service) -> Iterator[httpx.Client]:
    with orders.user() as client:
        yield client


def created(client: httpx.Client, **values: object) -> str:
    answer = client.post("/orders", json=values)
    assert answer.status_code == 201, answer.text
    return f"/orders/{answer.json()['id']}"


def own(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return {name: value for name, value in answer.json().items() if name != "id"}


@pytest.mark.parametrize(("original", "patch", "result"), APPENDIX_A)
def test_the_examples_of_the_rfc(original: object, patch: object, result: object) -> None:
    assert merge_patch(original, patch) == result


@pytest.mark.parametrize(("original", "patch", "result"), APPENDIX_A)
def test_the_examples_of_the_rfc_as_a_property(
    client: httpx.Client, original: object, patch: object, result: object
) -> None:
    path = created(client, anything=original)

    assert own(client.patch(path, json={"anything": patch})).get("anything") == result
    assert own(client.get(path)).get("anything") == result


@pytest.mark.parametrize("media_type", ["application/json", "application/merge-patch+json"])
def test_what_a_patch_does_not_mention_stays(client: httpx.Client, media_type: str) -> None:
    address = {"street": "Long", "zip": "12345", "geo": {"lat": 1.5, "tags": [1, 2]}}
    path = created(client, title="x", shippingAddress=address)
    patch = {"shippingAddress": {"city": "Bern", "zip": None, "geo": {"lon": 2, "tags": [3]}}}

    answer = client.patch(path, content=json.dumps(patch), headers={"Content-Type": media_type})

    merged = {"street": "Long", "city": "Bern", "geo": {"lat": 1.5, "lon": 2, "tags": [3]}}
    assert own(answer) == {"title": "x", "shippingAddress": merged, "anything": None}


def test_the_first_patch_of_an_empty_property_builds_the_object(client: httpx.Client) -> None:
    path = created(client)
    patch = {"shippingAddress": {"street": "Long", "city": None, "next": {"street": "Short", "zip": None}}}

    answer = own(client.patch(path, json=patch))

    assert answer["shippingAddress"] == {"street": "Long", "next": {"street": "Short"}}


@pytest.mark.parametrize(
    ("patch", "pointer", "code"),
    [
        ({"street": None}, "/shippingAddress/street", "required"),
        ({"next": {"street": None}}, "/shippingAddress/next/street", "required"),
        ({"geo": {"lon": 1}}, "/shippingAddress/geo/lat", "required"),
        ({"street": "x"}, "/shippingAddress/street", "minLength"),
        ({"country": "CH"}, "/shippingAddress/country", "additionalProperties"),
        ({"zip": 12345}, "/shippingAddress/zip", "type"),
    ],
)
def test_a_result_that_does_not_match_its_schema_changes_nothing(
    client: httpx.Client, patch: dict[str, Any], pointer: str, code: str
) -> None:
    path = created(client, title="before", shippingAddress={"street": "Long", "zip": "12345"})
    before = client.get(path)

    answer = client.patch(path, json={"title": "after", "shippingAddress": patch})

    assert answer.status_code == 422, answer.text
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]
    after = client.get(path)
    assert (after.content, after.headers["ETag"]) == (before.content, before.headers["ETag"])


def test_a_patch_of_one_branch_of_a_choice_leads_to_a_valid_value_or_is_refused(client: httpx.Client) -> None:
    path = created(client, shape={"kind": "circle", "radius": 1})

    assert own(client.patch(path, json={"shape": {"radius": 2}}))["shape"] == {"kind": "circle", "radius": 2}
    assert client.patch(path, json={"shape": {"kind": "square"}}).status_code == 422
    square = {"kind": "square", "side": 3, "radius": None}
    assert own(client.patch(path, json={"shape": square}))["shape"] == {"kind": "square", "side": 3}


def test_an_object_that_no_answer_shows_is_merged_and_judged_too(client: httpx.Client) -> None:
    path = created(client, secrets={"key": "abcd"})

    kept = client.patch(path, json={"secrets": {"next": {"street": "Long"}}})
    answers = [client.patch(path, json={"secrets": {"key": key}}) for key in (None, "abc")]

    assert "secrets" not in own(kept)
    assert [answer.status_code for answer in answers] == [422, 422]
    assert [answer.json()["errors"][0]["pointer"] for answer in answers] == ["/secrets/key"] * 2
    assert client.patch(path, json={"secrets": {"next": {"street": None}}}).status_code == 422


def test_numbers_keep_their_digits(client: httpx.Client) -> None:
    path = created(client)
    first = '{"anything": {"a": 0.30000000000000000001, "b": {"c": 12345678901234567890123}}}'
    headers = {"Content-Type": "application/json"}

    client.patch(path, content=first, headers=headers)
    answer = client.patch(path, content='{"anything": {"b": {"d": 1.10}}}', headers=headers)

    assert "0.30000000000000000001" in answer.text
    assert "12345678901234567890123" in answer.text


def test_parallel_patches_of_different_members_are_all_kept(orders: Service) -> None:
    with orders.user() as client:
        path, headers = created(client, counts={}), dict(client.headers)

    async def patch_all() -> list[int]:
        async with httpx.AsyncClient(base_url=orders.url, headers=headers, timeout=60) as client:
            sent = [client.patch(path, json={"counts": {f"m{number}": number}}) for number in range(50)]
            return [answer.status_code for answer in await asyncio.gather(*sent)]

    assert asyncio.run(patch_all()) == [200] * 50
    with httpx.Client(base_url=orders.url, headers=headers) as client:
        assert own(client.get(path))["counts"] == {f"m{number}": number for number in range(50)}


def test_a_stale_version_is_412_and_the_current_one_is_merged(client: httpx.Client) -> None:
    path = created(client, counts={"a": 1})
    old = client.get(path).headers["ETag"]
    current = client.patch(path, json={"counts": {"b": 2}}).headers["ETag"]

    stale = client.patch(path, json={"counts": {"c": 3}}, headers={"If-Match": old})
    fresh = client.patch(path, json={"counts": {"d": 4}}, headers={"If-Match": current})

    assert stale.status_code == 412
    assert own(fresh)["counts"] == {"a": 1, "b": 2, "d": 4}


@pytest.mark.parametrize("patch", [{"counts": {"b": 2}}, {"shippingAddress": {"zip": None}}])
def test_the_row_of_another_owner_is_answered_like_a_missing_one(
    orders: Service, client: httpx.Client, patch: dict[str, Any]
) -> None:
    path = created(client, counts={"a": 1})
    missing = "/orders/00000000-0000-4000-8000-000000000000"
    before = client.get(path).content

    with orders.user() as stranger:
        answers = [stranger.patch(place, json=patch) for place in (path, missing)]

    bodies = [{**answer.json(), "instance": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert bodies[0] == bodies[1]
    assert [len(answer.content) for answer in answers] == [len(answers[0].content)] * 2
    assert client.get(path).content == before


def test_patches_cannot_build_an_object_larger_than_a_request(client: httpx.Client) -> None:
    path = created(client)
    answers = [client.patch(path, json={"anything": {f"m{n}": "x" * 9000}}) for n in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert [(fault["pointer"], fault["code"]) for fault in answers[2].json()["errors"]] == [
        ("/anything", "too_large")
    ]


def test_the_document_says_what_a_patch_may_be(orders: Service, tmp_path: Path) -> None:
    with orders.anybody() as client:
        schemas = client.get("/openapi.json").json()["components"]["schemas"]

    patch = schemas["AddressPatch"]
    assert schemas["OrderUpdate"]["properties"]["shippingAddress"] == {
        "$ref": "#/components/schemas/AddressPatch"
    }
    assert "required" not in patch
    assert patch["properties"]["street"]["type"] == ["string", "null"]
    assert patch["properties"]["next"]["anyOf"] == [
        {"$ref": "#/components/schemas/AddressPatch"},
        {"type": "null"},
    ]
    assert schemas["Address"]["required"] == ["street"]
