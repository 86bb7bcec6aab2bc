"""What pages say of themselves, as their code computes it, and the names that APIs have for it."""

import json
from collections.abc import Callable
from itertools import product
from math import ceil
from typing import Any

import pytest
import yaml

from freehold.contract.operations.page_words import PROPERTY_ROLES
from freehold.ground.problems import ContractError
from freehold.reading.document import Document
from freehold.rules import registry
from tests.support.contracts import SAMPLE, Load, build_api_model

SIZE = {"name": "size", "in": "query", "schema": {"type": "integer", "maximum": 50, "default": 10}}
OFFSET = {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}}
CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string"}}
FLAG, NUMBER = {"type": "boolean"}, {"type": "integer"}
TEXT_OR_NULL = {"type": ["string", "null"]}
NULLABLE = {"type": ["integer", "null"]}

SPRING = dict.fromkeys(("totalElements", "totalPages", "number", "numberOfElements", "size"), NUMBER) | (
    dict.fromkeys(("first", "last", "empty"), FLAG)
)
MONGOOSE = (
    dict.fromkeys(("totalDocs", "limit", "totalPages", "page"), NUMBER)
    | dict.fromkeys(("hasPrevPage", "hasNextPage"), FLAG)
    | dict.fromkeys(("prevPage", "nextPage", "pagingCounter"), NULLABLE)
)
LARAVEL = dict.fromkeys(("current_page", "last_page", "per_page", "total"), NUMBER) | (
    dict.fromkeys(("from", "to"), NULLABLE)
)
NEST = dict.fromkeys(("totalItems", "itemCount", "itemsPerPage"), NUMBER)


def page_parameter(**schema: Any) -> dict[str, Any]:
    return {"name": "page", "in": "query", "schema": {"type": "integer", **schema}}


def contract(parameters: list[dict[str, Any]], page: dict[str, Any], **more: Any) -> str:
    root: dict[str, Any] = yaml.safe_load(SAMPLE)
    root["paths"]["/api/tasks"]["get"]["parameters"] = parameters
    rows = {"type": "array", "items": {"$ref": "#/components/schemas/Task"}}
    schema = {"type": "object", "required": ["rows"], "properties": {"rows": rows, **page}, **more}
    root["components"]["schemas"]["TaskPage"] = schema
    return json.dumps(root)


def problems(document: Document) -> list[str]:
    try:
        registry.check(document)
    except ContractError as refused:
        return [problem.message for problem in refused.problems]
    return []


def reader(document: Document) -> Callable[..., dict[str, Any]]:
    """What a page says besides its rows, by field, for values of the request, rows and a total."""
    assert problems(document) == []
    operation = next(o for o in build_api_model(document).resources[0].operations if o.name == "list_tasks")
    pagination = operation.pagination
    assert pagination is not None

    def read(**values: Any) -> dict[str, Any]:
        known = {"ceil": ceil, "without_none": lambda **given: given, **values}
        optional = eval(f"{{}}{pagination.optional_fields}", known)
        shown = {name: eval(str(code), known) for name, code in pagination.other_fields}
        return {**shown, **optional}

    return read


@pytest.mark.parametrize("first", [0, 1])
def test_pages_by_number_say_where_they_are(load: Load, first: int) -> None:
    words = SPRING | MONGOOSE | LARAVEL | NEST
    read = reader(load(contract([page_parameter(minimum=first), SIZE], words)))
    for total, size, index in product((0, 1, 10, 11, 25), (1, 10), (0, 1, 2, 5)):
        start, last = index * size, max(ceil(total / size) - 1, 0)
        rows = [*range(total)][start : start + size]
        page = read(page=first + index, size=size, rows=rows, total=total)

        numbers = {page[name] for name in ("number", "page", "current_page")}
        counts = {page[name] for name in ("total_elements", "total_docs", "total", "total_items")}
        assert (numbers, counts) == ({first + index}, {total})
        assert {page[name] for name in ("total_pages", "last_page")} == {ceil(total / size)}
        assert {page[name] for name in ("size", "limit", "per_page", "items_per_page")} == {size}
        assert {page[name] for name in ("number_of_elements", "item_count")} == {len(rows)}
        assert (page["first"], page["has_prev_page"], page["empty"]) == (index == 0, index > 0, not rows)
        assert (page["last"], page["has_next_page"]) == (index >= last, index < last)
        assert page["prev_page"] == (first + index - 1 if index else None)
        assert page["next_page"] == (first + index + 1 if index < last else None)
        assert page["from_"] == page["paging_counter"] == (start + 1 if rows else None)
        assert page["to"] == (start + len(rows) if rows else None)


def test_pages_by_offset_say_where_they_are(load: Load) -> None:
    names = ("first", "last", "empty", "numberOfElements", "totalElements", "size")
    words = {name: SPRING[name] for name in names} | {name: LARAVEL[name] for name in ("from", "to")}
    read = reader(load(contract([OFFSET, SIZE], words)))
    for total, size, offset in product((0, 1, 10, 11), (1, 10), (0, 7, 11)):
        rows = [*range(total)][offset : offset + size]
        page = read(offset=offset, size=size, rows=rows, total=total)

        assert (page["first"], page["last"]) == (offset == 0, offset + size >= total)
        assert (page["empty"], page["number_of_elements"]) == (not rows, len(rows))
        assert (page["from_"], page["to"]) == ((offset + 1, offset + len(rows)) if rows else (None, None))


@pytest.mark.parametrize("following", [None, "a cursor"])
def test_pages_after_a_row_say_whether_they_are_the_last(load: Load, following: str | None) -> None:
    shown = {"next_cursor": TEXT_OR_NULL, "last": FLAG, "first": FLAG, "itemCount": NUMBER}
    read = reader(load(contract([CURSOR, SIZE], shown)))

    page = read(cursor=None, size=2, rows=[1, 2], next_cursor=following)
    assert page == {"next_cursor": following, "last": following is None, "first": True, "item_count": 2}


@pytest.mark.parametrize("name", ["from", "to", "nextPage", "previousPage"])
@pytest.mark.parametrize("paging", [CURSOR, OFFSET])
def test_what_such_pages_do_not_know_is_refused(load: Load, name: str, paging: dict[str, Any]) -> None:
    shown = {"next_cursor": TEXT_OR_NULL, name: NULLABLE}
    found = problems(load(contract([paging, SIZE], shown if paging is CURSOR else {name: NULLABLE})))

    assert bool(found) == (paging is CURSOR or name.endswith("Page"))


FIRST_PAGES = [
    ({}, 1),
    ({"minimum": 0}, 0),
    ({"default": 0}, 0),
    ({"default": 1, "minimum": 0}, 1),
    ({"default": 0, "minimum": -1}, 0),
    ({"minimum": 1}, 1),
    ({"exclusiveMinimum": -1}, 0),
    ({"exclusiveMinimum": 0}, 1),
    ({"enum": [0, 1, 2]}, 0),
    ({"enum": [1, 2]}, 1),
    ({"type": ["integer", "null"], "default": 0}, 0),
]


@pytest.mark.parametrize(("schema", "first"), FIRST_PAGES)
def test_the_default_or_the_minimum_is_the_first_page(load: Load, schema: dict[str, Any], first: int) -> None:
    read = reader(load(contract([page_parameter(**schema), SIZE], SPRING)))
    assert read(page=first, size=1, rows=[1], total=2)["first"]


COUNTS = [*product(("count", "results"), ("total", "totalCount", "total_items", "totalPages", None))]


@pytest.mark.parametrize(("name", "total"), COUNTS)
def test_a_count_beside_a_total_is_that_of_the_page(load: Load, name: str, total: str | None) -> None:
    shown = {name: NUMBER} | ({total: NUMBER} if total else {})
    page = reader(load(contract([OFFSET, SIZE], shown)))(offset=0, size=1, rows=[1], total=7)

    assert page[name] == (7 if name == "count" and total is None else 1)


@pytest.mark.parametrize("beside", [{}, {"pageSize": NUMBER}])
def test_a_number_may_be_any(load: Load, beside: dict[str, Any]) -> None:
    document = load(contract([page_parameter(minimum=1), SIZE], {"number": NUMBER, **beside}))
    assert problems(document) == ["number of TaskPage is not a page property"]


@pytest.mark.parametrize("role", PROPERTY_ROLES)
def test_each_role_can_be_said(load: Load, role: str) -> None:
    of_cursors = role == "next_cursor"
    paging = CURSOR if of_cursors else page_parameter(minimum=1)
    for schema in (NULLABLE, FLAG, TEXT_OR_NULL):
        marked = {"unusual": {**schema, "x-page": role}}
        others = {"next_cursor": TEXT_OR_NULL} if of_cursors else {}
        if not problems(load(contract([paging, SIZE], marked | others))):
            return
    assert role == "offset"  # pages have numbers here


@pytest.mark.parametrize("name", ["nextPage", "from"])
def test_what_not_each_page_has_can_be_null_or_is_not_required(load: Load, name: str) -> None:
    document = load(contract([page_parameter(minimum=1), SIZE], {name: NUMBER}, required=["rows", name]))
    where = "last" if name == "nextPage" else "empty"
    assert problems(document) == [f"TaskPage requires {name}, but the {where} page has none"]


@pytest.mark.parametrize("name", ["pageable", "sort"])
def test_what_repeats_the_request_is_left_out_if_it_can_be(load: Load, name: str) -> None:
    repeated = {name: {"type": "object", "properties": {"sorted": FLAG}}}
    required = contract([page_parameter(minimum=0), SIZE], SPRING | repeated, required=["rows", name])
    optional = contract([page_parameter(minimum=0), SIZE], SPRING | repeated)

    assert problems(load(required)) == [f"{name} of TaskPage is not a page property"]
    assert name not in reader(load(optional))(page=0, size=1, rows=[], total=0)
