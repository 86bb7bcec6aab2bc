"""`anyOf` of a schema and the type null, in a contract of OpenAPI 3.0, is `nullable: true`."""

import json
from itertools import product
from typing import Any

import pytest
import yaml

from freehold.contract.rows.column_types import contract_schemas, is_nullable
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Load

OTHERS: tuple[dict[str, Any], ...] = (
    {"type": "string", "maxLength": 3},
    {"$ref": "#/components/schemas/Kind"},
    {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]},
)
CHOICES = ("anyOf", "oneOf")
SIBLINGS: tuple[dict[str, Any], ...] = ({}, {"description": "D", "default": None})


def contract(schema: dict[str, Any]) -> str:
    """The sample in OpenAPI 3.0, with a property of this schema."""
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    root["openapi"] = "3.0.3"
    schemas = root["components"]["schemas"]
    schemas["Kind"] = {"type": "string", "maxLength": 3}
    for name in ("Task", "TaskCreate", "TaskUpdate"):
        schemas[name]["properties"]["label"] = schema
    return json.dumps(root).replace('"type": ["string", "null"]', '"type": "string", "nullable": true')


@pytest.mark.parametrize(("other", "choice"), [*product(OTHERS, CHOICES)])
@pytest.mark.parametrize("siblings", SIBLINGS, ids=str)
@pytest.mark.parametrize("is_first", [True, False])
def test_null_and_the_values_of_the_other_schema_are_valid(
    load: Load, other: dict[str, Any], choice: str, siblings: dict[str, Any], *, is_first: bool
) -> None:
    parts = [{"type": "null"}, other] if is_first else [other, {"type": "null"}]

    document = load(contract({choice: parts, **siblings}))

    registry.check(document)
    prop = document.node_at("/components/schemas/Task/properties/label")
    assert prop is not None
    assert is_nullable(prop)
    validator = contract_schemas(document).validator(prop.pointer)
    assert [validator.is_valid(value) for value in (None, "abc", "abcd", 1)] == [True, True, False, False]
    assert sum("read as nullable" in note.message for note in document.notes) == 1
    assert load(json.dumps(document.root)).root == document.root


def test_several_others_stay_a_choice(load: Load) -> None:
    document = load(contract({"anyOf": [{"type": "null"}, {"type": "string"}, {"type": "integer"}]}))

    prop = document.node_at("/components/schemas/Task/properties/label")
    assert prop is not None
    validator = contract_schemas(document).validator(prop.pointer)
    assert [validator.is_valid(value) for value in (None, "a", 1, True)] == [True, True, True, False]
