"""The schema of a list's pages, and what its properties mean: totals, links, values of the request."""

from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.list_queries import uses_cursor_pagination
from freehold.contract.operations.page_words import ABSENT_ROLES, EXACT_ROLES, PAGE_COUNTS, property_role
from freehold.contract.resources import properties
from freehold.contract.rows.collection_paths import REPEATED_REQUEST, page_array, page_in
from freehold.contract.rows.column_types import base_type, is_nullable, without_null
from freehold.contract.rows.envelopes import fixed_values, is_beside
from freehold.contract.rows.shown_rows import shown_row
from freehold.ground.naming import snake_case
from freehold.reading.document import Node

MOST_COUNTED = 10_000
"""How far the rows of a list are counted whose total is capped."""
TOTAL_WORD = "x-total"
"""Says of the total of a page how it is counted: `exact` or `capped`."""


def page_properties(page: Node, operation: ContractOperation) -> dict[tuple[str, ...], str]:
    """Return the role of each property of a page besides its rows, by its path; "" for one that has none.

    An object whose properties all have roles, such as `meta` or `links`, has them one level down.
    """
    rows, by_cursor = page_array(page), uses_cursor_pagination(operation)
    found, own = dict[tuple[str, ...], str](), _roles(page, by_cursor=by_cursor)
    for name, prop in properties(page).items():
        if rows and name == rows[0]:
            continue
        inner: dict[tuple[str, ...], str] = {
            (name, key): role for key, role in _roles(prop, by_cursor=by_cursor).items()
        }
        if inner and all(inner.values()):
            found |= inner
            continue
        role = own[name] or ("total" if rows and _counts(name, prop, rows[0]) else "")
        required = page.get_value("required", [])
        is_repeated = name in REPEATED_REQUEST and name not in required and not _is_scalar(prop)
        if role or not (is_repeated or is_beside(name, prop, required)):
            found[name,] = role
    return found


def _is_scalar(prop: Node) -> bool:
    return base_type(without_null(prop)) not in ("object", "array", None)


def _roles(holder: Node, *, by_cursor: bool) -> dict[str, str]:
    """Return the role of each property of an object by its name."""
    found = properties(holder)
    beside = set(map(snake_case, found))
    return {name: property_role(name, prop, beside, by_cursor=by_cursor) for name, prop in found.items()}


def absent_on_only_page(page: Node, operation: ContractOperation) -> set[str]:
    """Return the properties that a page lacks, or has as null, which is the only one."""
    roles = page_properties(page, operation)
    return {path[-1] for path, role in roles.items() if role in ABSENT_ROLES - {"first_row", "last_row"}}


def page_values(page: Node, operation: ContractOperation) -> dict[str, Any]:
    """Return what each page says that has nothing to do with its rows, by property."""
    success, required = operation.success_response(), page.get_value("required", [])
    return fixed_values(_without_roles(page, operation), required, success) if success else {}


def _without_roles(page: Node, operation: ContractOperation) -> dict[str, Node]:
    """The properties of a page that are neither its rows, nor what it says of them."""
    rows = page_array(page)
    known = {path[0] for path in page_properties(page, operation)} | ({rows[0]} if rows else set())
    return {name: prop for name, prop in properties(page).items() if name not in known}


def envelope_of(operation: ContractOperation, resource: Node) -> str:
    """Return the property of an answer that holds its row, or its page; "" where the answer is either."""
    answer = operation.response_schema()
    if answer is None:
        return ""
    if operation.kind == "list":
        return page_in(answer)[1]
    shown = shown_row(answer, resource)
    return shown.envelope if shown else ""


def unsaid_properties(page: Node, operation: ContractOperation) -> list[str]:
    """Return the properties that a page leaves out: nothing is known of them, and nothing requires them."""
    said = page_values(page, operation)
    return [name for name in _without_roles(page, operation) if name not in said]


def _counts(name: str, prop: Node, rows: str) -> bool:
    """Whether a property is named after the rows that it counts: `articlesCount` beside `articles`."""
    many = snake_case(rows)
    words = (many, many.removesuffix("s"))
    named = {text for word in words for text in (f"{word}_count", f"{word}_total", f"total_{word}")}
    return snake_case(name) in named and base_type(without_null(prop)) == "integer"


def is_capped(how: object) -> bool:
    """Whether a total is counted to `MOST_COUNTED` only; `how` is the value of `x-total`."""
    return how == "capped"


def totals(operation: ContractOperation) -> list[Node]:
    """Return the properties of a list's pages that hold the total, or the number of pages."""
    page = operation.page_schema()
    roles = page_properties(page, operation) if page and operation.kind == "list" else {}
    return [property_at(page, path) for path, role in roles.items() if page and role in PAGE_COUNTS]


def has_capped_total(operation: ContractOperation) -> bool:
    """Whether the rows of a list are counted to `MOST_COUNTED` only."""
    return any(is_capped(total.get_value(TOTAL_WORD)) for total in totals(operation))


def needs_exact_total(operation: ContractOperation) -> bool:
    """Whether the pages of a list tell by the total whether more rows follow."""
    page = operation.page_schema()
    roles = page_properties(page, operation).values() if page and operation.kind == "list" else ()
    return not uses_cursor_pagination(operation) and not EXACT_ROLES.isdisjoint(roles)


def property_at(page: Node, path: tuple[str, ...]) -> Node:
    """Return the property of a page at a path of names."""
    for name in path:
        page = properties(page)[name]
    return page


def omitted_on_last_page(page: Node) -> list[str]:
    """Return the properties that the first or the last page does not have: those that cannot be null."""
    roles = _roles(page, by_cursor=False)
    found = properties(page)
    return [name for name, role in roles.items() if role in ABSENT_ROLES and not is_nullable(found[name])]
