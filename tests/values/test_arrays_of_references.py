"""The elements of an array are stored alike, whether their schema stands there or is referred to."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from freehold import pipeline
from freehold.building import service
from freehold.contract import effective_contract, loading
from freehold.rules import registry
from tests.support.service import Database
from tests.values.served import running

ELEMENTS: dict[str, tuple[dict[str, Any], Any]] = {  # by name: the schema, and a value
    "Day": ({"type": "string", "format": "date"}, "2030-01-31"),
    "Moment": ({"type": "string", "format": "date-time"}, "2030-01-31T12:00:00Z"),
    "Clock": ({"type": "string", "format": "time"}, "12:00:00Z"),
    "Key": ({"type": "string", "format": "uuid"}, "6f1d9a52-5b0c-4f0e-9d53-7a4f1a5c9b10"),
    "Bytes": ({"type": "string", "format": "byte"}, "AAECAw=="),
    "Amount": ({"type": "string", "format": "decimal"}, "1.50"),
    "Share": ({"type": "number"}, 0.25),
    "Count": ({"type": "integer", "format": "int32"}, 7),
    "Flag": ({"type": "boolean"}, True),
    "Mood": ({"type": "string", "enum": ["good", "bad"]}, "good"),
    "Word": ({"type": "string", "maxLength": 9}, "fern"),
}


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def spellings(name: str) -> dict[str, dict[str, Any]]:
    return {
        "here": {"type": "array", "items": ELEMENTS[name][0]},
        "element": {"type": "array", "items": reference(name)},
        "array": reference(f"{name}List"),
        "twice": {"type": "array", "items": reference(f"{name}Again")},
    }


def contract() -> dict[str, Any]:
    properties: dict[str, Any] = {"id": {"type": "string", "format": "uuid", "readOnly": True}}
    schemas: dict[str, Any] = {}
    for name, (schema, _) in ELEMENTS.items():
        named = {f"{name.lower()}_{spelling}": value for spelling, value in spellings(name).items()}
        properties |= named
        schemas |= {name: schema, f"{name}List": {"type": "array", "items": reference(name)}}
        schemas |= {f"{name}Again": reference(name)}
    schemas["Thing"] = {"type": "object", "x-resource": {}, "required": ["id"], "properties": properties}
    body = {"content": {"application/json": {"schema": reference("Thing")}}}
    create = {
        "operationId": "createThing",
        "requestBody": body | {"required": True},
        "responses": {"201": body | {"description": "It."}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1.0.0"},
        "x-problems": "standard",
        "security": [{"bearerAuth": []}],
        "paths": {"/things": {"post": create}},
        "components": {
            "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    }


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """The generated files."""
    (tmp_path / "pyproject.toml").write_text('[tool.freehold]\ncontract = "contract.json"\n', "utf-8")
    file = tmp_path / "contract.json"
    file.write_text(json.dumps(contract()), "utf-8")
    document = loading.load(file)
    registry.check(document)
    effective = effective_contract.build_effective_contract(document)
    made = pipeline.print_files(effective, service.build(effective, {}, "overrides"))
    return {str(path): text for path, text in made.items()}


@pytest.mark.long
def test_elements_are_stored_and_returned(
    files: dict[str, str], tmp_path: Path, empty_database: Callable[[], Database]
) -> None:
    sent = {
        f"{name.lower()}_{spelling}": [value, value]
        for name, (_, value) in ELEMENTS.items()
        for spelling in spellings(name)
    }
    with running(files, tmp_path, empty_database()) as served, served.user() as user:
        answer = user.post("/things", json=sent)

    assert answer.status_code == 201, answer.text
    got = answer.json()
    for name in ELEMENTS:
        values = [got[f"{name.lower()}_{spelling}"] for spelling in spellings(name)]
        assert values == [values[0]] * len(values), name
        assert len(values[0]) == 2
