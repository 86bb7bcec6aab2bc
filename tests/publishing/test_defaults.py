"""A default of a schema becomes a sentence; parameters keep theirs."""

import pytest

from freehold.publishing.schemas.defaults import describe_defaults
from freehold.publishing.served_document import build_served_document
from freehold.publishing.tree import objects, schemas_in
from tests.publishing.documents import effective, every_contract


@pytest.mark.parametrize(
    ("version", "before", "after"),
    [
        ("3.1.0", {"default": None}, {"description": "Defaults to `null`."}),
        (
            "3.1.0",
            {"description": "Whether it is done.", "default": False},
            {"description": "Whether it is done. Defaults to `false`."},
        ),
        (
            "3.1.0",
            {"description": "The state", "default": "é"},
            {"description": 'The state. Defaults to `"é"`.'},
        ),
        ("3.1.0", {"default": ["x" * 200]}, {}),
        (
            "3.1.0",
            {"$ref": "#/components/schemas/B", "default": 1},
            {"$ref": "#/components/schemas/B", "description": "Defaults to `1`."},
        ),
        ("3.0.3", {"$ref": "#/components/schemas/B", "default": 1}, {"$ref": "#/components/schemas/B"}),
    ],
)
def test_a_default_becomes_a_sentence(
    version: str, before: dict[str, object], after: dict[str, object]
) -> None:
    inner = {
        "type": "array",
        "items": {"default": 1, "properties": {"a": before, "default": {"type": "string"}}},
    }
    root = {"openapi": version, "components": {"schemas": {"A": inner}}}

    describe_defaults(root)

    assert inner["items"] == {
        "description": "Defaults to `1`.",
        "properties": {"a": after, "default": {"type": "string"}},
    }


@every_contract
def test_only_parameters_have_defaults(name: str) -> None:
    root = build_served_document(effective(name)).root
    parameters = [part["schema"] for kind, part in objects(root) if kind == "parameter" and "schema" in part]

    named = [part for schema in root["components"]["schemas"].values() for part in schemas_in(schema)]

    assert not [part for part in named if "default" in part]
    assert any("default" in schema for schema in parameters) or name in ("drf", "forbidden", "path_owner")
