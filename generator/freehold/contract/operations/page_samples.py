"""What a property of a page can be, by its role: the values at the ends, and some in between."""

from collections.abc import Iterable, Sequence
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.list_queries import first_page_number, largest_page, page_parameters
from freehold.contract.operations.page_schemas import MOST_COUNTED, has_capped_total
from freehold.contract.operations.page_words import PAGE_COUNTS, PAGE_LINKS
from freehold.contract.rows.column_types import accepts, allowed_values, without_null
from freehold.reading.document import Node

MANY = 2**31 - 1
"""Stands for no limit: contracts write it as one that nothing reaches."""
_LINKS = tuple(f"{host}/api/rows?{'filter=%C3%A9&' * repeated}page=2"
    for host, repeated in (("http://localhost:8000", 0), ("https://api.example.com", 300)))  # fmt: skip
_CURSORS = ("bm90LXNpZ25lZA0_Wzdd-X", "q_-9" * 2000)
_MULTIPLES = (1, 2, 3)


def page_samples(operation: ContractOperation, role: str) -> tuple[Any, ...]:
    """Return values that a property with a role can have, besides null; none where it has no other."""
    declared = page_parameters(operation)
    if role in PAGE_LINKS:
        return _LINKS
    if role == "next_cursor":
        return _CURSORS
    if role in PAGE_COUNTS:
        return _between(0, MOST_COUNTED if has_capped_total(operation) else MANY)
    if role in ("size", "row_count"):
        sizes = _sizes(operation)
        return sizes if role == "size" else _between(0, max(sizes))
    return _flags(role, declared.keys()) or _numbers(operation, role)


def _flags(role: str, declared: Iterable[str]) -> tuple[Any, ...]:
    is_only = not {*declared} & {"page", "offset", "cursor"}  # the only page that can be asked for
    if role in ("is_first", "has_previous"):
        return (role == "is_first",) if is_only else (False, True)
    return (False, True) if role in ("is_last", "is_empty", "has_more") else ()


def _numbers(operation: ContractOperation, role: str) -> tuple[int, ...]:
    """The samples of a number that depends on the page that is asked for."""
    pages, is_numbered = _pages(operation), "page" in page_parameters(operation)
    if role == "page":
        return pages
    if role == "next_page":
        return tuple(page + 1 for page in pages) if is_numbered else ()
    if role == "previous_page":
        return tuple(page - 1 for page in pages if page > min(pages)) if is_numbered else ()
    if role == "offset":
        return _offsets(operation)
    is_only = not {"page", "offset"} & page_parameters(operation).keys()
    last = max(_sizes(operation)) if role == "last_row" else 1
    return _between(1, last if is_only else MANY)


def _sizes(operation: ContractOperation) -> tuple[int, ...]:
    size, largest = page_parameters(operation).get("size"), largest_page(operation)
    return _sent(size, _between(1, largest), absent=largest) if size else (largest,)


def _pages(operation: ContractOperation) -> tuple[int, ...]:
    page = page_parameters(operation).get("page")
    first = first_page_number(page) if page else 1
    return _sent(page, _between(first, _most(page)), absent=first) if page else (first,)


def _offsets(operation: ContractOperation) -> tuple[int, ...]:
    declared = page_parameters(operation)
    offset = declared.get("offset")
    if offset is None or "page" in declared:
        return _between(0, MANY if "page" in declared else 0)
    return _sent(offset, _between(0, _most(offset)), absent=0)


def _sent(parameter: Node, samples: Sequence[int], *, absent: int) -> tuple[int, ...]:
    """The samples that a request can send, and the value without the parameter."""
    schema = without_null(parameter.get("schema") or parameter)
    multiple = schema.get_value("multipleOf", 1)
    others = [*allowed_values(schema), *(multiple * factor for factor in _MULTIPLES)]
    numbers = [number for number in others if isinstance(number, int) and samples[0] <= number <= samples[-1]]
    found = [number for number in sorted({*samples, *numbers}) if accepts(schema, number)]
    is_optional = parameter.get_value("required") is not True and "default" not in schema.value
    return (*found, *([absent] if is_optional or not found else []))


def _most(parameter: Node) -> int:
    most = without_null(parameter.get("schema") or parameter).get_value("maximum", MANY)
    return int(min(most, MANY))


def _between(least: int, most: int) -> tuple[int, ...]:
    ends = {least, least + 1, least + 2, least + 3, most - 1, most}
    return tuple(sorted(number for number in ends if least <= number <= max(least, most)))
