"""Answers are compared with their declaration: status, media type, body and headers."""

from collections.abc import Mapping
from typing import Any

import pytest

from freehold.contract.validation.answers import AnswerSchemas
from freehold.contract.validation.operation_schemas import operation_schemas
from freehold.contract.validation.validators import ContractSchemas

JSON = {"content-type": "application/json"}
PROBLEM = {"content-type": "application/problem+json"}
TASK = {
    "type": "object",
    "required": ["id", "title"],
    "properties": {
        "id": {"type": "integer"},
        "title": {"type": "string", "maxLength": 5},
        "settings": {"type": "object", "additionalProperties": {"type": "integer"}},
        "tags": {"type": "array", "items": {"type": "string"}},
        "price": {"type": "number", "multipleOf": 0.01},
    },
}
GOOD = b'{"id": 1, "title": "short"}'


def document(version: str = "3.1.0", **responses: Any) -> dict[str, Any]:
    """A document whose only operation has the responses: `_200` is the status 200."""
    operation = {"responses": {key.strip("_"): response for key, response in responses.items()}}
    return {
        "openapi": version,
        "paths": {"/tasks": {"get": operation}},
        "components": {"schemas": {"Task": TASK}},
    }


def json_of(schema: Any, kind: str = "application/json") -> dict[str, Any]:
    return {"content": {kind: {"schema": schema}}}


OK = json_of({"$ref": "#/components/schemas/Task"})


def fault(
    whole: dict[str, Any], status: int = 200, content: bytes = GOOD, headers: Mapping[str, str] = JSON
) -> tuple[str, str] | None:
    operation = operation_schemas(ContractSchemas(whole), "/tasks", "get")
    assert operation is not None
    found = AnswerSchemas(whole).find_fault(operation, status, headers, content)
    return None if found is None else (found.pointer, found.keyword)


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (GOOD, None),
        (b'{"id": 1, "title": "short", "price": 0.07}', None),
        (b'{"id": 1, "title": "longer"}', ("/title", "maxLength")),
        (b'{"id": 1}', ("/title", "required")),
        (b'{"id": "1", "title": "a"}', ("/id", "type")),
        (b'{"id": 1, "title": "a", "price": 0.005}', ("/price", "multipleOf")),
        (b'{"id": 1, "title": "a", "tags": ["a", 2]}', ("/tags/1", "type")),
        (b'{"id": 1, "title": "a", "settings": {"secret": "CANARY"}}', ("/settings/*", "type")),
        (b'{"id": 1, "title": "a", "settings": {"title": "CANARY"}}', ("/settings/title", "type")),
        (b"[]", ("", "type")),
        (b"{", ("", "malformed")),
        (b"\xff", ("", "malformed")),
        (b"", ("", "required")),
    ],
)
def test_a_body_is_compared_with_its_schema(
    version: str, content: bytes, expected: tuple[str, str] | None
) -> None:
    assert fault(document(version, _200=OK), content=content) == expected


@pytest.mark.parametrize(
    ("status", "responses", "expected"),
    [
        (200, {"_200": OK}, None),
        (200, {"_2XX": OK}, None),
        (200, {"default": OK}, None),
        (201, {"_200": OK}, ("status", "undeclared")),
        (302, {"_200": OK}, ("status", "undeclared")),
        (409, {"_200": OK}, ("status", "undeclared")),
        (409, {"_200": OK, "_4XX": {}}, None),
        (409, {"_200": OK, "default": {}}, None),
        (409, {"_200": OK, "_4XX": json_of({"required": ["x"]})}, ("/x", "required")),
        (500, {"_200": OK}, None),
        (503, {"_200": OK, "_503": json_of({"type": "array"})}, ("", "type")),
    ],
)
def test_a_status_must_be_declared(
    status: int, responses: Mapping[str, Any], expected: tuple[str, str] | None
) -> None:
    assert fault(document(**responses), status) == expected


@pytest.mark.parametrize(
    ("declared", "sent", "expected"),
    [
        ("application/json", "application/json", None),
        ("application/json", "Application/JSON; charset=utf-8", None),
        ("application/*", "application/json", None),
        ("*/*", "application/json", None),
        ("application/problem+json", "application/json", ("media type", "undeclared")),
        ("application/json", "text/html", ("media type", "undeclared")),
        ("application/json", "", ("media type", "undeclared")),
        ("text/*", "text/csv", None),
    ],
)
def test_a_media_type_must_be_declared(declared: str, sent: str, expected: tuple[str, str] | None) -> None:
    whole = document(_200=json_of({"$ref": "#/components/schemas/Task"}, declared))

    assert fault(whole, headers={"content-type": sent}) == expected


def test_an_answer_without_declared_content_has_none() -> None:
    assert fault(document(_204={}), 204, b"", {}) is None
    assert fault(document(_200={}), 200, b"{}") == ("", "undeclared")
    assert fault(document(_200={"content": {"application/json": {}}}), 200, b"[1]") is None


@pytest.mark.parametrize(
    ("header", "sent", "expected"),
    [
        ({"required": True, "schema": {"type": "string"}}, {"etag": '"1"'}, None),
        ({"required": True, "schema": {"type": "string"}}, {}, ("header ETag", "required")),
        ({"schema": {"type": "string"}}, {}, None),
        ({"schema": {"type": "integer", "maximum": 9}}, {"etag": "9"}, None),
        ({"schema": {"type": "integer", "maximum": 9}}, {"etag": "10"}, ("header ETag", "maximum")),
        ({"schema": {"type": "integer"}}, {"etag": "CANARY"}, ("header ETag", "type")),
        ({"schema": {"type": "array", "items": {"type": "integer"}}}, {"etag": "1, 2"}, None),
        ({"schema": {"type": "array", "maxItems": 1}}, {"etag": "a,b"}, ("header ETag", "maxItems")),
        ({"schema": {"type": "string", "format": "uri"}}, {"etag": "no uri"}, ("header ETag", "format")),
    ],
)
def test_declared_headers_are_compared(
    header: dict[str, Any], sent: dict[str, str], expected: tuple[str, str] | None
) -> None:
    whole = document(_200=OK | {"headers": {"ETag": header}})

    assert fault(whole, headers=JSON | sent) == expected


def test_a_declared_content_type_header_is_ignored() -> None:
    header = {"Content-Type": {"required": True, "schema": {"const": "text/plain"}}}

    assert fault(document(_200=OK | {"headers": header})) is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({"content-type": "text/csv"}, None), ({}, ("", "required")), (JSON, ("", "required"))],
    ids=["a file", "no media type", "JSON"],
)
def test_a_file_can_be_empty(headers: Mapping[str, str], expected: tuple[str, str] | None) -> None:
    whole = document(_200={"content": {"text/csv": {"schema": {"type": "string"}}, "application/json": {}}})

    assert fault(whole, content=b"", headers=headers) == expected
