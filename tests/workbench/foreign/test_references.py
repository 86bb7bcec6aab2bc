"""Which properties `freehold init --from` asks about: those that look like the id of a row."""

import json
from pathlib import Path
from typing import Any

import pytest

from freehold.workbench.importing import checklist

UUID, NUMBER, TEXT = {"type": "string", "format": "uuid"}, {"type": "integer"}, {"type": "string"}


def answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "D", "content": {"application/json": {"schema": schema}}}


def contract(target: str, key: dict[str, Any], name: str, prop: dict[str, Any]) -> str:
    """Rows of `Order` with one property beside rows of another resource."""
    ids = {"id": key | {"readOnly": True}}
    schemas = {target: ids | {"name": TEXT}, "Order": ids | {name: prop, "note": TEXT}}
    paths: dict[str, Any] = {}
    for schema in schemas:
        reference = {"$ref": f"#/components/schemas/{schema}"}
        paths[f"/{schema.lower()}s"] = {
            "get": {"responses": {"200": answer({"type": "array", "items": reference})}},
            "post": {
                "requestBody": {"content": {"application/json": {"schema": reference}}},
                "responses": {"201": answer(reference)},
            },
        }
    components = {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {word: {"type": "object", "properties": found} for word, found in schemas.items()},
    }
    root = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "security": [{"token": []}]}
    return json.dumps(root | {"paths": paths, "components": components}, indent=1)


ASKED = [
    ("Customer", NUMBER, "customer_id", NUMBER),
    ("Customer", NUMBER, "customerId", NUMBER),
    ("Customer", NUMBER, "customer", NUMBER),
    ("CustomerDTO", NUMBER, "customerId", NUMBER),
    ("CustomerRead", UUID, "customer", UUID),
    ("CustomerResponseDto", UUID, "customer_id", UUID),
    ("CustomerOut", UUID, "customer_id", TEXT),
    ("OrderLine", UUID, "order_line", UUID),
]
NOT_ASKED = [
    ("Customer", UUID, "customer", TEXT),
    ("Customer", NUMBER, "customer", TEXT),
    ("Customer", NUMBER, "customers", NUMBER),
    ("Customer", NUMBER, "customer", NUMBER | {"readOnly": True}),
    ("Customer", UUID, "customer_id", NUMBER),
]


def asked(folder: Path, text: str) -> list[str]:
    file = folder / "api.json"
    file.write_text(text, "utf-8")
    checklist.apply(file)
    messages = [step.problem.message for step in checklist.steps(file)]
    return [message.partition(":")[0] for message in messages if "looks like the id of" in message]


@pytest.mark.parametrize(("target", "key", "name", "prop"), ASKED)
def test_a_property_with_the_name_and_the_type_of_a_key_is_asked_about(
    tmp_path: Path, target: str, key: dict[str, Any], name: str, prop: dict[str, Any]
) -> None:
    assert asked(tmp_path, contract(target, key, name, prop)) == [
        f"{name} of Order looks like the id of a {target}"
    ]


@pytest.mark.parametrize(("target", "key", "name", "prop"), NOT_ASKED)
def test_others_are_not(
    tmp_path: Path, target: str, key: dict[str, Any], name: str, prop: dict[str, Any]
) -> None:
    assert asked(tmp_path, contract(target, key, name, prop)) == []
