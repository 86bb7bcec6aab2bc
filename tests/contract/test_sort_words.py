"""The values of a sort parameter, as APIs write them, and the orders that a free one gets."""

from itertools import product
from typing import Any

import pytest
import yaml

from freehold.contract.operations.sort_words import order_words, sort_order
from freehold.contract.resources import resources
from freehold.ground.problems import ContractError
from freehold.reading.document import Document
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Load, build_api_model

ASCENDING, DESCENDING = ("asc", "ASC", "ascending"), ("desc", "DESC", "descending")
NAMES = {
    "due_on": ("due_on", "dueOn", "DUE_ON", "due-on"),
    "createdAt": ("createdAt", "created_at", "created"),
}
SEPARATORS = (",", ":", ".", " ", ", ", "_", "|")


def contract(schema: dict[str, Any], *, name: str = "sort", order: list[str] | None = None) -> str:
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    task = root["components"]["schemas"]["Task"]
    text = {"type": "string", "format": "date"}
    created = {"type": "string", "format": "date-time", "readOnly": True, "x-generated": "created"}
    task["properties"] |= {"due_on": text, "createdAt": created}
    task["properties"].pop("created_at", None)
    task["x-resource"]["order"] = order or ["-createdAt"]
    task["x-resource"].pop("indexes", None)
    task["required"] = [word for word in task["required"] if word != "created_at"]
    parameters = [{"name": name, "in": "query", "schema": schema}]
    root["paths"]["/api/tasks"]["get"]["parameters"] = parameters
    return yaml.safe_dump(root)


def problems(document: Document) -> list[str]:
    return [problem.message for problem in registry.problems_of("FH504", document)]


def orders(document: Document) -> dict[str, str]:
    """The columns of each value of the sort parameter, as code."""
    assert problems(document) == []
    operation = next(o for o in build_api_model(document).resources[0].operations if o.name == "list_tasks")
    return {order.name: str(order.columns) for order in operation.sort_orders}


def columns(name: str, end: str) -> str:
    return f"(TaskRow.{name}.{end}(), TaskRow.id.{end}(),)"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_value_is_a_property_with_a_direction(load: Load, name: str, separator: str) -> None:
    resource = resources(load(contract({"type": "string"})))["Task"]
    for written, (words, sign) in product(NAMES[name], ((ASCENDING, ""), (DESCENDING, "-"))):
        for direction in words:
            assert sort_order(f"{written}{separator}{direction}", resource) == f"{sign}{name}"
    for written in NAMES[name]:
        assert sort_order(written, resource) == name
        assert sort_order(f"-{written}", resource) == f"-{name}"
        assert sort_order(f"+{written}", resource) == name


@pytest.mark.parametrize(
    ("value", "order"),
    [("newest", "-createdAt"), ("LATEST", "-createdAt"), ("oldest", "createdAt"), ("asc", "due_on")],
)
def test_some_values_name_no_property(load: Load, value: str, order: str) -> None:
    document = load(contract({"type": "string"}, order=["due_on"]))
    assert sort_order(value, resources(document)["Task"]) == order


@pytest.mark.parametrize(
    "value", ["priority", "title,down", "-title,desc", "title,due_on", "", "-", "desc,title"]
)
def test_others_are_refused_with_what_they_say(load: Load, value: str) -> None:
    for schema in ({"type": "string", "enum": ["title", value]}, {"type": "string", "default": value}):
        assert problems(load(contract(schema))) == [f"Task has no property {value} to sort by"]


@pytest.mark.parametrize(
    ("values", "default"),
    [
        (["title", "-createdAt"], "-createdAt"),
        (["title,asc", "createdAt,desc"], "createdAt,desc"),
        (["title", "due_on"], "title"),
        (["NEWEST", "OLDEST"], "NEWEST"),
    ],
)
def test_values_without_a_default_get_one(load: Load, values: list[str], default: str) -> None:
    document = load(contract({"type": "string", "enum": values}))
    (operation,) = (o for o in document.root["paths"]["/api/tasks"].items() if o[0] == "get")

    assert operation[1]["parameters"][0]["schema"]["default"] == default
    assert [*orders(document)] == values
    notes = [note.message for note in document.notes if "asks for no order" in note.message]
    assert notes == [
        f"{operation[1]['operationId']} is ordered by {default} where a request asks for no order"
    ]


@pytest.mark.parametrize("default", ["createdAt,desc", "title:ASC", "due_on desc"])
def test_a_free_order_is_written_as_its_default(load: Load, default: str) -> None:
    found = orders(load(contract({"type": "string", "default": default})))
    separator, end = default[-4 if default.lower().endswith("asc") else -5], default[-4:].strip(",: ")

    assert default in found
    assert found[f"title{separator}{end}"] == columns("title", end.lower())


def test_several_orders_are_one_of_spring(load: Load) -> None:
    document = load(contract({"type": "array", "items": {"type": "string"}}))
    found = orders(document)

    assert found["title,desc"] == columns("title", "desc")
    assert found["title,asc"] == found["title"] == columns("title", "asc")
    schema = document.root["paths"]["/api/tasks"]["get"]["parameters"][0]["schema"]
    assert (schema["type"], schema["default"]) == ("string", "createdAt,desc")


@pytest.mark.parametrize("name", ["order", "sortOrder", "direction", "sort"])
@pytest.mark.parametrize(
    "schema", [{"enum": ["asc", "desc"]}, {"default": "desc"}, {"enum": ["DESC", "ASC"]}], ids=str
)
def test_a_direction_alone_is_that_of_the_default_order(
    load: Load, name: str, schema: dict[str, Any]
) -> None:
    found = orders(load(contract({"type": "string", **schema}, name=name, order=["due_on"])))

    assert {word.lower(): code for word, code in found.items()} == {
        "asc": columns("due_on", "asc"),
        "desc": columns("due_on", "desc"),
    }


def test_without_an_example_a_sign_is_the_direction() -> None:
    assert order_words(["title"], None) == order_words(["title"], "-id") == ["title", "-title"]


def test_a_refused_order_stops_nothing_else(load: Load) -> None:
    document = load(contract({"type": "string", "default": "priority"}))

    with pytest.raises(ContractError) as refused:
        registry.check(document)
    assert [problem.message for problem in refused.value.problems] == [
        "Task has no property priority to sort by"
    ]


@pytest.mark.parametrize("word", ["tags", "secret", "-tags", "secret,desc"])
def test_a_default_that_cannot_be_sorted_by_is_refused(load: Load, word: str) -> None:
    root = yaml.safe_load(contract({"type": "string", "default": word}))
    tags = {"type": "array", "items": {"type": "string"}}
    root["components"]["schemas"]["Task"]["properties"] |= {
        "tags": tags,
        "secret": {"type": "string", "writeOnly": True},
    }

    with pytest.raises(ContractError):
        registry.check(load(yaml.safe_dump(root)))


def test_a_property_that_is_named_as_an_order_is_itself(load: Load) -> None:
    root = yaml.safe_load(contract({"type": "string", "default": "title_asc"}))
    root["components"]["schemas"]["Task"]["properties"]["title_asc"] = {"type": "string"}

    found = orders(load(yaml.safe_dump(root)))

    assert found["title_asc"] == columns("title_asc", "asc")


def test_a_shared_schema_stays_as_it_is(load: Load) -> None:
    root = yaml.safe_load(contract({"$ref": "#/components/schemas/Sort"}))
    root["components"]["schemas"]["Sort"] = {"type": "string"}

    document = load(yaml.safe_dump(root))

    assert "title" in orders(document)
    assert document.root["components"]["schemas"]["Sort"] == {"type": "string"}
