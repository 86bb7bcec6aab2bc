"""Answers require what they always have; a request gets a schema of its own where it differs."""

from typing import Any

import pytest

from freehold.building import service
from freehold.contract.resources import resources
from freehold.ground.naming import column_name
from freehold.publishing.schemas.directions import separate_directions
from freehold.publishing.served_document import build_served_document
from freehold.publishing.tree import schemas_in
from tests.publishing.documents import effective, every_contract


def content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def document(schemas: dict[str, Any], *, body: str = "A", answer: str = "A") -> dict[str, Any]:
    operation = {
        "requestBody": {"content": content(body)},
        "responses": {"200": {"description": "", "content": content(answer)}},
    }
    return {"openapi": "3.1.0", "paths": {"/a": {"post": operation}}, "components": {"schemas": schemas}}


def separated(
    root: dict[str, Any], sent: dict[str, list[str]] | None = None
) -> tuple[str, str, dict[str, Any]]:
    """The names of the schemas of the body and of the answer, and all schemas."""
    separate_directions(root, sent or {})
    operation = root["paths"]["/a"]["post"]
    body, answer = operation["requestBody"], operation["responses"]["200"]
    names = [
        part["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2] for part in (body, answer)
    ]
    return names[0], names[1], root["components"]["schemas"]


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT = {"type": "string"}


def test_where_nothing_differs_nothing_splits() -> None:
    schemas = {"A": {"type": "object", "required": ["b"], "properties": {"b": ref("B")}}, "B": TEXT}

    assert separated(document(schemas)) == ("A", "A", schemas)


def test_an_answer_keeps_the_name_and_a_request_gets_one() -> None:
    secret = {"type": "string", "writeOnly": True}
    whole = {"type": "object", "required": ["id", "pin"], "properties": {
        "id": {"type": "integer", "readOnly": True}, "pin": secret, "text": TEXT}}  # fmt: skip

    body, answer, schemas = separated(document({"A": whole, "ARequest": TEXT}))

    assert (body, answer) == ("ARequest2", "A")
    assert schemas["ARequest"] == TEXT
    assert schemas["ARequest2"] == {
        "type": "object", "required": ["pin"], "properties": {"pin": TEXT, "text": TEXT}
    }  # fmt: skip
    assert schemas["A"] == {
        "type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "text": TEXT}
    }  # fmt: skip


def test_what_refers_to_a_schema_that_differs_differs_too() -> None:
    schemas = {
        "A": {"type": "object", "properties": {"b": ref("B"), "c": ref("C")}},
        "B": {"type": "array", "items": ref("D")},
        "C": {"type": "object", "properties": {"again": ref("C"), "text": TEXT}},
        "D": {"type": "object", "properties": {"a": ref("A"), "pin": {"type": "string", "writeOnly": True}}},
    }

    body, _, served = separated(document(schemas))

    assert body == "ARequest"
    assert served["ARequest"]["properties"] == {"b": ref("BRequest"), "c": ref("C")}
    assert served["BRequest"]["items"] == ref("DRequest")
    assert served["DRequest"]["properties"] == {"a": ref("ARequest"), "pin": TEXT}
    assert served["D"]["properties"] == {"a": ref("A")}
    assert "CRequest" not in served


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        (None, {"B": "#/components/schemas/BRequest"}),
        ({"b": "B"}, {"b": "#/components/schemas/BRequest"}),
        (
            {"b": "#/components/schemas/B", "c": "C"},
            {"b": "#/components/schemas/BRequest", "c": "#/components/schemas/C"},
        ),
    ],
)
def test_a_discriminator_leads_to_the_schemas_of_requests(mapping: Any, expected: dict[str, str]) -> None:
    discriminator = {"propertyName": "kind"} | ({"mapping": mapping} if mapping else {})
    schemas = {
        "A": {"oneOf": [ref("B"), ref("C")], "discriminator": discriminator},
        "B": {"type": "object", "properties": {"kind": TEXT, "pin": {"type": "string", "writeOnly": True}}},
        "C": {"type": "object", "properties": {"kind": TEXT}},
    }

    _, _, served = separated(document(schemas))

    assert served["ARequest"]["discriminator"]["mapping"] == expected
    assert served["ARequest"]["oneOf"] == [ref("BRequest"), ref("C")]
    assert served["A"]["discriminator"] == discriminator


def test_a_mark_can_be_behind_a_reference_and_in_another_part() -> None:
    whole = {
        "allOf": [{"properties": {"pin": ref("Pin"), "text": TEXT}}, {"required": ["pin", "text"]}],
        "dependentRequired": {"text": ["pin"]},
    }
    schemas = {"A": whole, "Pin": {"type": "string", "writeOnly": True}}

    _, answer, served = separated(document(schemas))

    assert served[answer]["allOf"] == [{"properties": {"text": TEXT}}, {"required": ["text"]}]
    assert served[answer]["dependentRequired"] == {"text": []}
    assert served["ARequest"]["allOf"][1]["required"] == ["pin", "text"]


def test_what_is_always_sent_is_required_and_has_no_default() -> None:
    properties: dict[str, Any] = {
        "a": {"type": "integer", "default": 1},
        "b": TEXT,
        "c": {"type": "string", "default": ""},
    }
    schemas = {"A": {"type": "object", "required": ["b"], "properties": properties}}

    body, answer, served = separated(document(schemas), {"/components/schemas/A": ["a"]})

    assert served[answer]["required"] == ["a", "b"]
    assert served[answer]["properties"] == {"a": {"type": "integer"}, "b": TEXT, "c": properties["c"]}
    assert served[body]["required"] == ["b"]
    assert served[body]["properties"] == properties


@every_contract
def test_no_schema_says_what_only_the_other_direction_has(name: str) -> None:
    served = build_served_document(effective(name)).root["components"]["schemas"]

    words = {word for schema in served.values() for part in schemas_in(schema) for word in part}

    assert not words & {"readOnly", "writeOnly"}
    assert words >= {"required", "properties"}


@every_contract
def test_an_answer_requires_every_property_but_those_that_can_be_missing(name: str) -> None:
    contract = effective(name)
    served = build_served_document(contract).root["components"]["schemas"]

    models = service.build(contract, {}, "overrides").resources
    for (resource, schema), model in zip(resources(contract).items(), models, strict=True):
        columns = {*model.response_columns, *(rows.field for rows in model.embedded)}
        shown = {name for name in schema.get_value("properties") if column_name(name) in columns}
        missing = {rows.field for rows in model.embedded if getattr(rows, "is_omitted", False)}
        optional = {name for name in shown if column_name(name) in {*model.omit_when_null, *missing}}
        said = set(schema.get_value("required", []))
        assert set(served[resource]["properties"]) == shown
        assert set(served[resource]["required"]) == shown - optional | (said & shown)


def test_most_properties_of_a_row_are_required() -> None:
    contact = build_served_document(effective("workspace")).root["components"]["schemas"]["Contact"]

    assert "pin" not in contact["properties"]
    assert set(contact["properties"]) - set(contact["required"]) == {"source", "channel", "preferences"}
    assert len(contact["required"]) == 20


def test_pages_require_what_they_always_have() -> None:
    served = build_served_document(effective("workspace")).root["components"]["schemas"]

    assert served["CommentPage"]["required"] == ["data", "has_more"]
    assert served["TaskPage"]["required"] == ["data", "next_cursor", "total"]
    assert served["ContactPage"]["required"] == [*served["ContactPage"]["properties"]]
