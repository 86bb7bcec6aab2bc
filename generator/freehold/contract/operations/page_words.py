"""What the properties of a page can mean beside its rows, and the names that APIs have for it."""

from collections.abc import Collection

from freehold.contract.rows.column_types import base_type, without_null
from freehold.ground.naming import snake_case
from freehold.reading.document import Node

PAGE_LINKS = ("next_url", "previous_url", "first_url", "last_url", "self_url")
EXACT_ROLES = frozenset({"has_more", "is_last", "next_page", "next_url", "last_url"})
"""What needs an exact total, where pages have numbers."""
PAGE_COUNTS = ("total", "total_pages")
ROLES_OF_NUMBERED_PAGES = frozenset(
    {"first_url", "last_url", "has_previous", "next_page", "previous_page", "first_row", "last_row"}
)
"""What pages do not know that begin after a row."""
ABSENT_ROLES = frozenset(
    {"next_cursor", "next_url", "previous_url", "next_page", "previous_page", "first_row", "last_row"}
)
"""What the first, the last or an empty page does not have."""
_NAMES = {
    "total": "total count total_count total_items total_results total_elements total_records total_docs"
    " total_rows total_entries",
    "total_pages": "total_pages page_count last_page",
    "page": "page current_page page_number page_index page_no page_num number",
    "size": "per_page page_size size limit items_per_page",
    "offset": "offset skip",
    "row_count": "number_of_elements item_count results result_count",
    "next_cursor": "next_cursor next_page_token next_token",
    "next_page": "next_page next",
    "previous_page": "previous_page prev_page previous prev",
    "first_row": "from paging_counter",
    "last_row": "to",
    "has_more": "has_more has_next has_next_page",
    "has_previous": "has_previous has_prev has_previous_page has_prev_page",
    "is_first": "first is_first first_page is_first_page",
    "is_last": "last is_last last_page is_last_page",
    "is_empty": "empty is_empty",
    "next_url": "next next_url next_page_url",
    "previous_url": "previous prev previous_url prev_url previous_page_url prev_page_url",
    "first_url": "first first_url first_page_url",
    "last_url": "last last_url last_page_url",
    "self_url": "self",
}
_ROLES = {
    name: [role for role, names in _NAMES.items() if name in names.split()]
    for names in _NAMES.values()
    for name in names.split()
}
ROLES_OF_ALL_PAGES = frozenset(_NAMES) - ROLES_OF_NUMBERED_PAGES - {"page", "offset", "next_cursor"}
"""What all pages know, however they are chosen."""
PROPERTY_ROLES = (*_NAMES, "limit")
"""What `x-page` can say of a property of a page."""
_FLAGS = ("has_more", "has_previous", "is_first", "is_last", "is_empty")
_TYPES = {
    **dict.fromkeys(_FLAGS, "boolean"),
    **dict.fromkeys(("next_cursor", *PAGE_LINKS), "string"),
}
_CERTAIN = frozenset(
    {"total", "total_pages", "has_more", "page", "per_page", "page_size", "limit", "offset", "next_cursor"}
)
"""Names that mean their role alone: with another type they are a mistake."""
_COUNTED = frozenset({"total_pages", *_NAMES["total"].split()}) - {"count"}


def wanted_type(role: str) -> str:
    """Return the type of the values of a role."""
    return _TYPES.get(role, "integer")


def property_role(name: str, prop: Node, beside: Collection[str], *, by_cursor: bool) -> str:
    """Return the role of a property of a page; "" if its name and its type do not say one.

    `beside` are the names of all properties of the same object, in snake_case.
    """
    if "x-page" in prop.value:
        declared = str(prop.get_value("x-page"))
        return "size" if declared == "limit" else declared
    word, plain = snake_case(name), without_null(prop)
    roles, kind = _ROLES.get(word, []), base_type(plain)
    role = next((role for role in roles if wanted_type(role) == kind), "")
    if not role and word in _CERTAIN:
        return roles[0]
    if role == "next_url" and by_cursor and plain.get_value("format") is None:
        return "next_cursor"
    if word == "number" and _COUNTED.isdisjoint(beside):
        return ""
    return "row_count" if word == "count" and role and not _COUNTED.isdisjoint(beside) else role
