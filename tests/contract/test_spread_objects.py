"""An object in a query that is spread (`style: form`, `explode: true`) is a parameter for each property."""

import json
from typing import Any

import pytest
import yaml

from freehold.contract.operations.inference import operations
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Load

PAGEABLE: dict[str, Any] = {
    "type": "object",
    "required": ["page"],
    "properties": {
        "page": {"type": "integer", "minimum": 1, "default": 1},
        "per_page": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10, "description": "Rows."},
        "completed": {"$ref": "#/components/schemas/Task/properties/completed"},
    },
}
STYLES: list[dict[str, Any]] = [{}, {"style": "form"}, {"explode": True}, {"style": "form", "explode": True}]
OTHERS: list[dict[str, Any]] = [{"explode": False}, {"style": "deepObject"}, {"style": "pipeDelimited"}]


def contract(*, place: str, parameter: dict[str, Any], inline: bool = False) -> str:
    """The sample, whose list has one object instead of its parameters."""
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    root["components"]["schemas"]["Pageable"] = PAGEABLE
    schema = PAGEABLE if inline else {"$ref": "#/components/schemas/Pageable"}
    whole = {"name": "pageable", "in": "query", "schema": schema, **parameter}
    item = root["paths"]["/api/tasks"]
    item["get"].pop("parameters")
    if place == "components":
        root["components"]["parameters"]["Pageable"] = whole
        item["get"]["parameters"] = [{"$ref": "#/components/parameters/Pageable"}]
    else:
        item["get"]["parameters"] = [whole]
    return json.dumps(root)


@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("place", ["components", "operation"])
@pytest.mark.parametrize("required", [True, False])
def test_each_property_is_a_parameter(
    load: Load, style: dict[str, Any], place: str, *, required: bool
) -> None:
    parameter = {"required": required, **style}

    document = load(contract(place=place, parameter=parameter, inline=required))

    found = next(o for o in operations(document) if o.id == "listTasks")
    assert {p.get_value("name"): p.get_value("required") is True for p in found.parameters()} == {
        "page": required,
        "per_page": False,
        "completed": False,
    }
    registry.check(document)
    assert any("pageable is sent as a parameter" in note.message for note in document.notes)
    assert load(json.dumps(document.root)).root == document.root


@pytest.mark.parametrize("style", OTHERS, ids=str)
def test_an_object_in_another_style_stays_one(load: Load, style: dict[str, Any]) -> None:
    document = load(contract(place="operation", parameter=style))

    found = next(o for o in operations(document) if o.id == "listTasks")
    assert [p.get_value("name") for p in found.declared_parameters()] == ["pageable"]


def test_a_parameter_of_the_name_of_a_property_stays(load: Load) -> None:
    root = json.loads(contract(place="operation", parameter={}))
    own = {"name": "per_page", "in": "query", "schema": {"type": "integer", "maximum": 5}}
    root["paths"]["/api/tasks"]["get"]["parameters"].insert(0, own)

    document = load(json.dumps(root))

    parameters = document.root["paths"]["/api/tasks"]["get"]["parameters"]
    assert parameters[0] == own
    assert [p["name"] for p in parameters] == ["per_page", "page", "completed"]


def test_two_objects_with_one_property_have_it_once(load: Load) -> None:
    root = json.loads(contract(place="operation", parameter={}))
    other = {"name": "filter", "in": "query", "schema": {"$ref": "#/components/schemas/Pageable"}}
    root["paths"]["/api/tasks"]["get"]["parameters"].append(other)

    document = load(json.dumps(root))

    parameters = document.root["paths"]["/api/tasks"]["get"]["parameters"]
    assert sorted(p["name"] for p in parameters) == ["completed", "page", "per_page"]


def test_an_object_with_an_object_in_it_stays_one(load: Load) -> None:
    root = json.loads(contract(place="operation", parameter={}))
    nested = {"type": "object", "properties": {"deep": {"type": "string"}}}
    root["components"]["schemas"]["Pageable"]["properties"]["more"] = nested

    document = load(json.dumps(root))

    assert [p["name"] for p in document.root["paths"]["/api/tasks"]["get"]["parameters"]] == ["pageable"]
