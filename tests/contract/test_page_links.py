"""The links of a page to the first and the last one, as the code that makes them computes them."""

import json
from itertools import product
from math import ceil
from typing import Any

import pytest
import yaml

from freehold.ground.problems import ContractError
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Load, build_api_model

SIZE = {"name": "per_page", "in": "query", "schema": {"type": "integer", "maximum": 50, "default": 10}}
PAGE = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}}
OFFSET = {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}}
CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string"}}
NAMES = (("first", "last"), ("firstUrl", "lastUrl"), ("first_page_url", "last_page_url"))


def contract(parameters: list[dict[str, Any]], names: tuple[str, str], **more: Any) -> str:
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    root["paths"]["/api/tasks"]["get"]["parameters"] = parameters
    links = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    rows = {"type": "array", "items": {"$ref": "#/components/schemas/Task"}}
    page = {"type": "object", "required": ["data"], "properties": {"data": rows, "links": links, **more}}
    root["components"]["schemas"]["TaskPage"] = page
    return json.dumps(root)


def links(load: Load, parameters: list[dict[str, Any]], names: tuple[str, str], **values: int) -> list[Any]:
    """The parameters that the links have with these values of the request, and this total."""
    model = build_api_model(load(contract(parameters, names))).resources[0]
    operation = next(o for o in model.operations if o.name == "list_tasks")
    assert operation.pagination is not None
    (code,) = (code for name, code in operation.pagination.other_fields if name == "links")
    known = {"page_link": lambda parameters: parameters, "ceil": ceil, "rows": [], **values}
    found = eval(str(code), known)
    return [found[name] for name in names]


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize(("total", "size", "page"), [*product((0, 1, 10, 11, 25), (1, 10), (1, 3))])
def test_the_last_page_by_number_has_the_last_row(
    load: Load, names: tuple[str, str], total: int, size: int, page: int
) -> None:
    first, last = links(load, [PAGE, SIZE], names, total=total, per_page=size, page=page)

    assert first == {"per_page": size, "page": 1}
    assert last["per_page"] == size
    assert (last["page"] - 1) * size < max(total, 1) <= last["page"] * size


@pytest.mark.parametrize(("total", "size", "offset"), [*product((0, 1, 10, 11, 25), (1, 10), (0, 7))])
def test_the_last_page_by_offset_has_the_last_row(load: Load, total: int, size: int, offset: int) -> None:
    first, last = links(load, [OFFSET, SIZE], NAMES[0], total=total, per_page=size, offset=offset)

    assert first == {"per_page": size, "offset": 0}
    assert last["offset"] < max(total, 1) <= last["offset"] + size


def test_a_list_without_pages_links_to_itself(load: Load) -> None:
    assert links(load, [], NAMES[0], total=3) == [{}, {}]


def test_a_cursor_has_no_first_and_no_last_page(load: Load) -> None:
    document = load(contract([CURSOR, SIZE], NAMES[0], next_cursor={"type": ["string", "null"]}))

    with pytest.raises(ContractError):
        registry.check(document)
    assert len(registry.problems_of("FH502", document)) == 2


def test_the_last_page_needs_an_exact_total(load: Load) -> None:
    document = load(contract([PAGE, SIZE], NAMES[0], total={"type": "integer", "x-total": "capped"}))

    with pytest.raises(ContractError) as refused:
        registry.check(document)
    assert [problem.message for problem in refused.value.problems] == ["x-total has no effect here"]
