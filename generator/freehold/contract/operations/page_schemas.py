"""The schema of a list's pages, and what its properties mean: totals, links, values of the request."""

from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.list_queries import uses_cursor_pagination
from freehold.contract.resources import properties
from freehold.contract.rows.collection_paths import page_array, page_in
from freehold.contract.rows.column_types import base_type, is_nullable, without_null
from freehold.contract.rows.envelopes import fixed_values, is_beside
from freehold.contract.rows.shown_rows import shown_row
from freehold.ground.naming import snake_case
from freehold.reading.document import Node

MOST_COUNTED = 10_000
"""How far the rows of a list are counted whose total is capped."""
TOTAL_WORD = "x-total"
"""Says of the total of a page how it is counted: `exact` or `capped`."""
PROPERTY_ROLES = (
    "total", "total_pages", "page", "size", "limit", "offset", "next_cursor", "has_more", "next_url",
    "previous_url", "first_url", "last_url", "self_url", "has_previous",
)  # fmt: skip
"""What `x-page` can say of a property of a page."""
PAGE_LINKS = ("next_url", "previous_url", "first_url", "last_url", "self_url")
EXACT_LINKS = frozenset({"next_url", "last_url"})
"""The links that need an exact total, where pages have numbers."""
PAGE_COUNTS = ("total", "total_pages")
PAGE_TOTALS = (*PAGE_COUNTS, "has_more")
_PROPERTIES = {
    "total": "total",
    "count": "total",
    "total_count": "total",
    "total_items": "total",
    "total_results": "total",
    "total_elements": "total",
    "total_records": "total",
    "total_pages": "total_pages",
    "page_count": "total_pages",
    "last_page": "total_pages",
    "page": "page",
    "current_page": "page",
    "page_number": "page",
    "per_page": "size",
    "page_size": "size",
    "size": "size",
    "limit": "size",
    "offset": "offset",
    "skip": "offset",
    "next_cursor": "next_cursor",
    "next_page_token": "next_cursor",
    "next_token": "next_cursor",
    "has_more": "has_more",
    "has_next": "has_more",
    "has_next_page": "has_more",
    "has_previous": "has_previous",
    "has_previous_page": "has_previous",
    "has_prev": "has_previous",
    "has_prev_page": "has_previous",
    "next": "next_url",
    "next_url": "next_url",
    "previous": "previous_url",
    "prev": "previous_url",
    "previous_url": "previous_url",
    "prev_url": "previous_url",
    "next_page_url": "next_url",
    "previous_page_url": "previous_url",
    "prev_page_url": "previous_url",
    "first": "first_url",
    "first_url": "first_url",
    "first_page_url": "first_url",
    "last": "last_url",
    "last_url": "last_url",
    "last_page_url": "last_url",
    "self": "self_url",
}
_TYPES = {
    "has_more": "boolean",
    "has_previous": "boolean",
    "next_cursor": "string",
    **dict.fromkeys(PAGE_LINKS, "string"),
}


def page_properties(page: Node, operation: ContractOperation) -> dict[tuple[str, ...], str]:
    """Return the role of each property of a page besides its rows, by its path; "" for one that has none.

    An object whose properties all have roles, such as `meta` or `links`, has them one level down.
    """
    rows, by_cursor = page_array(page), uses_cursor_pagination(operation)
    found: dict[tuple[str, ...], str] = {}
    for name, prop in properties(page).items():
        if rows and name == rows[0]:
            continue
        inner: dict[tuple[str, ...], str] = {
            (name, key): _property_role(key, part, by_cursor=by_cursor)
            for key, part in properties(prop).items()
        }
        if inner and all(inner.values()):
            found |= inner
            continue
        role = _property_role(name, prop, by_cursor=by_cursor)
        role = role or ("total" if rows and _counts(name, prop, rows[0]) else "")
        if role or not is_beside(name, prop, page.get_value("required", [])):
            found[name,] = role
    return found


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


def needs_exact_total(operation: ContractOperation) -> bool:
    """Whether the pages of a list tell by the total whether more rows follow."""
    page = operation.page_schema()
    roles = page_properties(page, operation).values() if page and operation.kind == "list" else ()
    return not uses_cursor_pagination(operation) and bool({"has_more", *EXACT_LINKS} & set(roles))


def property_at(page: Node, path: tuple[str, ...]) -> Node:
    """Return the property of a page at a path of names."""
    for name in path:
        page = properties(page)[name]
    return page


def wanted_type(role: str) -> str:
    """Return the type of the values of a role."""
    return _TYPES.get(role, "integer")


def _property_role(name: str, prop: Node, *, by_cursor: bool) -> str:
    if "x-page" in prop.value:
        declared = str(prop.get_value("x-page"))
        return "size" if declared == "limit" else declared
    word = snake_case(name)
    role = _PROPERTIES.get(word, "")
    if role == "next_url" and by_cursor and without_null(prop).get_value("format") is None:
        role = "next_cursor"
    is_new = word not in (*PAGE_TOTALS, "page", "per_page", "page_size", "limit", "offset", "next_cursor")
    return "" if is_new and role and base_type(without_null(prop)) != wanted_type(role) else role


def omitted_on_last_page(page: Node) -> list[str]:
    """Return the properties that the first or the last page does not have: those that cannot be null."""
    return [
        name
        for name, prop in properties(page).items()
        if _property_role(name, prop, by_cursor=False) in ("next_cursor", "next_url", "previous_url")
        and not is_nullable(prop)
    ]
