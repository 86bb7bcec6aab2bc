"""Objects in the query of a list, and names in brackets, mean the same filters and pages."""

import re

import pytest

from freehold.contract.operations.deep_objects import is_deep_object
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import list_filters, page_parameters
from freehold.contract.resources import resources
from freehold.rules import registry
from tests.support import contracts as c
from tests.support.contracts import Load, before, changed
from tests.support.service import ROOT
from tests.support.two_users import load_contract

FLAT = "        - {{name: '{name}[{word}]', in: query, schema: {schema}}}\n"
OBJECT = (
    "        - {{name: {name}, in: query, style: deepObject,"
    " schema: {{type: object, properties: {{{word}: {schema}}}}}}}\n"
)
DATE, TEXT, NUMBER = "{type: string, format: date-time}", "{type: string}", "{type: integer}"
LISTS = "{type: array, items: {type: string}}"

FILTERS = [
    *(("created_at", word, DATE, (["created_at"], word)) for word in ("gt", "gte", "lt", "lte", "eq", "ne")),
    ("created_at", "min", DATE, (["created_at"], "gte")),
    ("createdAt", "max", DATE, (["created_at"], "lte")),
    ("created", "gte", DATE, (["created_at"], "gte")),
    ("title", "in", LISTS, (["title"], "in")),
    ("title", "contains", TEXT, (["title"], "contains")),
    ("title", "prefix", TEXT, (["title"], "prefix")),
    *((name, "title", TEXT, (["title"], "eq")) for name in ("filter", "filters", "where")),
    ("filter", "title", LISTS, (["title"], "in")),
    ("filter", "created_at_gte", DATE, (["created_at"], "gte")),
]
PAGES = [("number", "page"), ("size", "size"), ("limit", "size"), ("offset", "offset")]


@pytest.mark.parametrize("written", [FLAT, OBJECT], ids=["flat", "object"])
@pytest.mark.parametrize(("name", "word", "schema", "expected"), FILTERS)
def test_a_property_in_brackets_filters(
    load: Load,
    written: str,
    name: str,
    word: str,
    schema: str,
    expected: tuple[list[str], str],
) -> None:
    declared = written.format(name=name, word=word, schema=schema)
    document = load(changed(before(c.DONE, declared)))
    found = next(o for o in operations(document) if o.kind == "list")

    filters = list(list_filters(found, resources(document)["Task"]))

    assert [(fields, op) for p, fields, op in filters if "[" in p.value["name"]] == [expected]
    registry.check(document)


@pytest.mark.parametrize("written", [FLAT, OBJECT], ids=["flat", "object"])
@pytest.mark.parametrize(("word", "role"), PAGES)
def test_a_property_in_brackets_chooses_a_page(load: Load, written: str, word: str, role: str) -> None:
    declared = written.format(name="page", word=word, schema="{type: integer, minimum: 1, maximum: 9}")
    text = re.sub(r"(?s)        - name: page\n.*(?=        - name: completed)", declared, c.SAMPLE)
    document = load(text)
    found = next(o for o in operations(document) if o.kind == "list")

    assert page_parameters(found)[role].value["name"] == f"page[{word}]"


@pytest.mark.parametrize("word", ["near", "gte]", "title[gte"])
def test_a_property_that_means_no_filter_leaves_the_list_to_people(load: Load, word: str) -> None:
    declared = OBJECT.format(name="filter", word=f"'{word}'", schema=TEXT)
    document = load(changed(before(c.DONE, declared)))

    assert next(o.kind for o in operations(document) if o.id == "listTasks") == "custom"


def test_the_objects_of_a_list_have_no_other_properties() -> None:
    contract = load_contract(ROOT / "tests" / "dialects" / "wire" / "contract.yaml")
    objects = [
        parameter
        for operation in contract.operations
        if operation.kind == "list"
        for parameter in operation.declared_parameters()
        if is_deep_object(parameter)
    ]

    assert {parameter.get_value("name") for parameter in objects} >= {"page", "filter", "created", "metadata"}
    for parameter in objects:
        schema = parameter.get("schema")
        assert schema is not None
        assert schema.value["additionalProperties"] is False
