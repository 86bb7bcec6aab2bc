"""Lists: which rows they have and count, with each parameter, and where their cursors lead."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.list_queries import (
    first_page_number,
    list_filters,
    page_parameters,
    required_filters,
)
from freehold.contract.operations.page_schemas import page_properties
from freehold.contract.resources import id_property
from freehold.contract.rows.collection_paths import page_in
from freehold.contract.samples.maker import is_valid
from freehold.reading.document import Node
from freehold.testing import reports
from freehold.testing.checks.comparisons import assert_alike
from freehold.testing.requests import ROW, Request, list_queries, query_text
from freehold.testing.scene import Scene
from freehold.testing.users import Exchange, User

_OK = 200
CURSOR_NAME = re.compile("cursor|token", re.IGNORECASE)
"""How a property of a page is named that has a cursor."""
_FINDING = ("eq", "in", "gte", "lte", "search", "contains", "prefix")
"""The operators that find a row by the value that it has."""
_PAGES = 20  # that are followed at most


def only_own_rows(scene: Scene, operation: ContractOperation) -> None:
    """A list has all rows of its owner, and neither has, counts nor moves by those of others."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    his = scene.place(bob, operation)
    hers = scene.place(alice, operation)
    request = _request_that_lists(scene, bob, operation, his)
    asked = [
        replace(request, query={**request.query, **query})
        for query in list_queries(operation, scene.created.get(hers[ROW], {}))
    ]
    before = [scene.send(bob, one) for one in asked]
    _assert_has_row(scene, operation, before[0], his[ROW])
    for answer in before:
        _assert_is_list(scene, operation, answer)
    for _ in range(2):
        scene.place(alice, operation)
    for one, was in zip(asked, before, strict=True):
        now = scene.send(bob, one)
        found = reports.differences(now, was)
        if found:
            what = f"bob's list is another one since alice has created rows: {', '.join(found)} differ."
            meaning = "the list has, counts or is ordered by rows of other owners."
            reports.fail(scene.contract, operation, what, [was, now], meaning=meaning)


def _request_that_lists(
    scene: Scene, user: User, operation: ContractOperation, place: Mapping[str, str]
) -> Request:
    """A request for a list that has a row, also if a filter with a default would leave it out."""
    request, resource = scene.request(user, operation, place), scene.contract.resource_of(operation)
    row, query = scene.created.get(place[ROW], {}), dict(request.query)
    for parameter, fields, operator in list_filters(operation, resource) if resource else ():
        schema, value = parameter.get("schema"), next(filter(None, map(row.get, fields)), row.get(fields[0]))
        has_default = schema is not None and schema.get_value("default") is not None
        is_sent = parameter.get_value("required") or (has_default and operator == "eq")
        if is_sent and operator in _FINDING and isinstance(value, (str, int)):
            query[str(parameter.get_value("name"))] = query_text(value)
    return replace(request, query=query)


def _assert_has_row(scene: Scene, operation: ContractOperation, answer: Exchange, row_id: str) -> None:
    if answer.status != _OK or row_id not in row_ids(scene, operation, answer):
        what = f"the list does not have the row {row_id}, which bob has just created."
        meaning = "a list that leaves out rows of its owner cannot be told from one that is broken."
        advice = (
            "if the list is meant to hide new rows, say so in `known` of your ContractTests; otherwise look"
            " at what an override hides with `visible()`, and at filters that have a default."
        )
        reports.fail(scene.contract, operation, what, [answer], meaning=meaning, advice=advice)


def _assert_is_list(scene: Scene, operation: ContractOperation, answer: Exchange) -> None:
    if answer.status != _OK and scene.contract.is_generated(operation):
        what = "a value that the contract allows in the query is refused."
        meaning = "which rows the list has with this parameter could not be seen."
        reports.fail(scene.contract, operation, what, [answer], meaning=meaning)


def every_page(scene: Scene, operation: ContractOperation) -> None:
    """The pages of a list, one row each, have the rows of its owner, each of them once."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    place = scene.place(bob, operation)
    resource = scene.contract.resource_of(operation)
    hers = scene.place(alice, operation)
    mine = [place[ROW]]
    for _ in range(2):
        scene.row(alice, resource, hers) if resource else None
        mine += [scene.row(bob, resource, place)] if resource else []
    request = _request_that_lists(scene, bob, operation, place)
    needed = required_filters(resource, [operation]) if resource else set()
    mine = [row for row in mine if _is_found_with(scene, place[ROW], row, needed)]
    exchanges, listed = _follow(scene, bob, request)
    page = json.loads(exchanges[0].content)
    total = _total(operation, page)
    if sorted(listed) != sorted(mine) or total not in (None, len(mine)):
        what = f"bob has created {sorted(mine)}; the pages have {sorted(listed)}, and the total is {total}."
        meaning = "a page has rows of other owners, or where a page begins depends on them."
        reports.fail(scene.contract, operation, what, exchanges, meaning=meaning)


def _is_found_with(scene: Scene, one: str, other: str, names: Collection[str]) -> bool:
    """Whether two rows have the same values for the properties that a list requires a filter by."""
    rows = [scene.created.get(row_id, {}) for row_id in (one, other)]
    return all(rows[0].get(name) == rows[1].get(name) for name in names)


def _follow(scene: Scene, user: User, request: Request) -> tuple[list[Exchange], list[str]]:
    """Ask for pages of one row until one is empty; all at once for a list that has no pages."""
    found = page_parameters(request.operation)
    size = _size_parameter(found)
    exchanges: list[Exchange] = []
    listed: list[str] = []
    query = {**request.query, **({size: "1"} if size else {})}
    for turn in range(_PAGES):
        answer = scene.send(user, replace(request, query=query))
        exchanges.append(answer)
        rows = row_ids(scene, request.operation, answer) if answer.status == _OK else []
        listed += rows
        following = _next_page(found, page_of(request.operation, json.loads(answer.content)), turn)
        if not rows or not size or following is None:
            break
        query |= following
    return exchanges, listed


def _size_parameter(found: Mapping[str, Node]) -> str | None:
    """The parameter that makes pages of one row; None for a list that has no pages, or no such small ones."""
    size = found.get("size")
    schema = size.get("schema") if size else None
    if size is None or not found.keys() & {"cursor", "page", "offset"}:
        return None
    return str(size.get_value("name")) if schema is None or is_valid(schema, 1) else None


def _next_page(found: Mapping[str, Node], page: Any, turn: int) -> dict[str, str] | None:
    """The parameters of the next page; None if there is none."""
    names = {role: str(parameter.get_value("name")) for role, parameter in found.items()}
    if "cursor" in names:
        cursor = next_cursor(page)
        return {names["cursor"]: cursor} if cursor else None
    if "page" in names:
        return {names["page"]: str(first_page_number(found["page"]) + turn + 1)}
    return {names["offset"]: str(turn + 1)} if "offset" in names else None


def foreign_cursor(scene: Scene, operation: ContractOperation) -> None:
    """A cursor of another owner is answered like one that the service never gave."""
    alice, bob = scene.users.create("alice"), scene.users.create("bob")
    hers, his = scene.place(alice, operation), scene.place(bob, operation)
    resource = scene.contract.resource_of(operation)
    if resource is not None:
        scene.row(alice, resource, hers)
    names = {role: str(found.get_value("name")) for role, found in page_parameters(operation).items()}
    first = replace(scene.request(alice, operation, hers), query={names.get("size", "limit"): "1"})
    page = scene.send(alice, first)
    cursor = next_cursor(page_of(operation, json.loads(page.content))) if page.status == _OK else None
    if cursor is None:
        why = f"a page of one row has no cursor to the next one:\n{page.describe()}\nThere are two rows"
        reports.skip(operation, why, "Look for a property of the page whose name has the word cursor.")
    request = scene.request(bob, operation, his)
    foreign, unknown = (
        scene.send(bob, replace(request, query={**request.query, names["cursor"]: text}))
        for text in (cursor, cursor[:-4][::-1] + cursor[-4:])
    )
    assert_alike(scene, operation, foreign, unknown, what="a cursor of another owner")


def row_ids(scene: Scene, operation: ContractOperation, answer: Exchange) -> list[str]:
    """The ids of the rows in a list."""
    resource, body = scene.contract.resource_of(operation), json.loads(answer.content)
    page = page_of(operation, body)
    rows = page if isinstance(page, list) else next((v for v in page.values() if isinstance(v, list)), [])
    key = id_property(resource) if resource else "id"
    return [str(row.get(key)) for row in rows if isinstance(row, dict)]


def page_of(operation: ContractOperation, answer: Any) -> Any:
    """The page in an answer of a list, which can stand in an envelope."""
    schema = operation.response_schema()
    envelope = page_in(schema)[1] if schema else ""
    return answer.get(envelope, {}) if envelope and isinstance(answer, dict) else answer


def next_cursor(page: Any) -> str | None:
    """The cursor of the next page, if there is one, also one level down."""
    texts: dict[str, Any] = dict(page) if isinstance(page, dict) else {}
    for part in list(texts.values()):
        texts |= part if isinstance(part, dict) else {}
    named = (value for name, value in texts.items() if CURSOR_NAME.search(name) and isinstance(value, str))
    return next(named, None)


def _total(operation: ContractOperation, page: Any) -> int | None:
    """How many rows a page says there are, if it does."""
    schema, page = operation.page_schema(), page_of(operation, page)
    roles = page_properties(schema, operation) if schema and isinstance(page, dict) else {}
    for path, role in roles.items():
        if role == "total":
            for name in path:
                page = page.get(name, {})
            return page if isinstance(page, int) else None
    return None
