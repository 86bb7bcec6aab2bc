"""`init --from` says where a parameter such as `search` looks, and which schema of two has whole rows."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from freehold.contract import loading
from freehold.contract.operations.inference import operations
from freehold.contract.resources import resources
from freehold.rules import registry
from freehold.workbench.importing import checklist

NAMES = ("search", "q", "query", "keyword", "searchTerm")
WHOLE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "title"],
    "properties": {
        "id": {"type": "integer"},
        "title": {"type": "string", "maxLength": 50},
        "text": {"type": "string"},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "due": {"type": "string", "format": "date"},
        "secret": {"type": "string", "writeOnly": True},
        "createdAt": {"type": "string", "format": "date-time", "readOnly": True},
    },
}


def contract(parameter: dict[str, Any], *, listed: str = "Note", more: str = "") -> dict[str, Any]:
    def answer(schema: dict[str, Any]) -> dict[str, Any]:
        return {"200": {"description": "D", "content": {"application/json": {"schema": schema}}}}

    def ref(name: str) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/{name}"}

    others = [{"name": more, "in": "query", "schema": {"type": "string"}}] if more else []
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    short = {name: WHOLE["properties"][name] for name in ("id", "title")}
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/notes": {
                "get": {
                    "operationId": "listNotes",
                    "parameters": [parameter, *others],
                    "responses": answer({"type": "array", "items": ref(listed)}),
                }
            },
            "/notes/{id}": {
                "get": {"operationId": "getNote", "parameters": [key], "responses": answer(ref("Note"))}
            },
        },
        "components": {
            "schemas": {
                "Note": WHOLE,
                "NoteShort": {"type": "object", "required": [*short], "properties": short},
            }
        },
    }


def imported(folder: Path, root: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The contract as `init` writes it, and the kinds of its operations. Nothing is left to do."""
    file = folder / "api.yaml"
    file.write_text(yaml.safe_dump(root, sort_keys=False), "utf-8")
    checklist.apply(file)
    assert checklist.steps(file) == []
    document = loading.load(file)
    registry.check(document)
    return yaml.safe_load(file.read_text("utf-8")), {o.id: o.kind for o in operations(document)}


@pytest.mark.parametrize("name", NAMES)
def test_a_search_looks_in_the_texts_of_its_resource(tmp_path: Path, name: str) -> None:
    parameter = {"name": name, "in": "query", "schema": {"type": "string", "maxLength": 100}}

    root, kinds = imported(tmp_path, contract(parameter))

    assert root["paths"]["/notes"]["get"]["parameters"][0]["x-search"] == ["title", "text"]
    assert kinds == {"listNotes": "list", "getNote": "get"}


def test_a_search_beside_a_parameter_of_another_meaning_is_left_to_people(tmp_path: Path) -> None:
    parameter = {"name": "search", "in": "query", "schema": {"type": "string"}}

    root, kinds = imported(tmp_path, contract(parameter, more="include"))

    assert "x-search" not in root["paths"]["/notes"]["get"]["parameters"][0]
    assert kinds["listNotes"] == "custom"


@pytest.mark.parametrize(
    "schema",
    [{"type": "integer"}, {"type": "string", "enum": ["a"]}, {"type": "array", "items": {"type": "string"}}],
    ids=str,
)
def test_a_parameter_that_is_no_text_searches_nothing(tmp_path: Path, schema: dict[str, Any]) -> None:
    root, kinds = imported(tmp_path, contract({"name": "q", "in": "query", "schema": schema}))

    assert "x-search" not in root["paths"]["/notes"]["get"]["parameters"][0]
    assert kinds["listNotes"] == "custom"


def test_the_resource_is_the_schema_of_whole_rows(tmp_path: Path) -> None:
    parameter = {"name": "title", "in": "query", "schema": {"type": "string"}}

    root, kinds = imported(tmp_path, contract(parameter, listed="NoteShort"))

    schemas = root["components"]["schemas"]
    assert [name for name, schema in schemas.items() if "x-resource" in schema] == ["Note"]
    assert kinds == {"listNotes": "list", "getNote": "get"}
    assert [*resources(loading.load(tmp_path / "api.yaml"))] == ["Note"]
