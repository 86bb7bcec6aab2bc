"""A parameter beside the sort parameter says whether a list is ascending or descending."""

import json
from itertools import product
from typing import Any

import pytest
import yaml

from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import default_sort, direction_parameter
from tests.support.contracts import SAMPLE, Load, build_api_model

NAMES = ("sortOrder", "sort_dir", "sortDirection", "order", "orderDir", "order_direction", "direction", "dir")
ENUMS = (["asc", "desc"], ["DESC", "ASC"], ["ascending", "descending"], ["asc", "desc", None])
OTHERS = (
    {"type": "string"},
    {"type": "string", "enum": ["up", "down"]},
    {"type": "string", "enum": []},
    {"type": "string", "enum": ["desc"]},
    {"type": "integer", "enum": [1, -1]},
    {"type": "boolean"},
)


def contract(name: str, schema: dict[str, Any], sort: dict[str, Any] | None = None) -> str:
    """The sample, whose list has a parameter beside `sort`, which can be descending by itself no more."""
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    parameters = root["paths"]["/api/tasks"]["get"]["parameters"]
    own = next(p for p in parameters if p.get("name") == "sort")
    own["schema"] = sort or {"type": "string", "enum": ["title", "created_at"], "default": "created_at"}
    parameters.append({"name": name, "in": "query", "schema": schema})
    return json.dumps(root)


@pytest.mark.parametrize(("name", "words"), [*product(NAMES, ENUMS)])
def test_both_directions_of_each_order_are_there(load: Load, name: str, words: list[str | None]) -> None:
    kind: Any = ["string", "null"] if None in words else "string"
    document = load(contract(name, {"type": kind, "enum": words, "default": words[0]}))

    model = next(o for o in build_api_model(document).resources[0].operations if o.name == "list_tasks")

    assert [order.name for order in model.sort_orders] == ["title", "-title", "created_at", "-created_at"]
    assert str(model.sort_argument).startswith("directed(sort, ")
    found = next(o for o in operations(document) if o.id == "listTasks")
    assert default_sort(found) == ("-created_at" if str(words[0]).lower().startswith("d") else "created_at")


@pytest.mark.parametrize("schema", OTHERS)
def test_a_parameter_with_other_words_is_left_to_people(load: Load, schema: dict[str, Any]) -> None:
    found = next(o for o in operations(load(contract("sortOrder", schema))) if o.id == "listTasks")

    assert found.kind == "custom"
    assert direction_parameter(found) is None


def test_a_free_sort_parameter_gets_names_and_the_direction_of_the_default(load: Load) -> None:
    document = load(contract("sortOrder", {"type": "string", "enum": ["ASC", "DESC"]}, {"type": "string"}))

    found = next(o for o in operations(document) if o.id == "listTasks")
    schemas = {p.get_value("name"): p.value["schema"] for p in found.parameters()}
    assert not [word for word in schemas["sort"]["enum"] if word.startswith("-")]
    assert schemas["sortOrder"]["default"] == "DESC"
    assert default_sort(found) == "-created_at"
    assert load(json.dumps(document.root)).root == document.root


def test_a_required_direction_stays_required(load: Load) -> None:
    root = json.loads(contract("order", {"type": "string", "enum": ["asc", "desc"]}, {"type": "string"}))
    root["paths"]["/api/tasks"]["get"]["parameters"][-1]["required"] = True

    found = next(o for o in operations(load(json.dumps(root))) if o.id == "listTasks")

    direction = direction_parameter(found)
    assert direction is not None
    assert "default" not in direction.value["schema"]
