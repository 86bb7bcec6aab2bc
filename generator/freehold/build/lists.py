"""From a list operation to its filters, its orders and its pages."""

from typing import Any

from freehold.build import parameters
from freehold.contract import Node
from freehold.model import Filter, Order, Paging
from freehold.naming import class_name, identifier
from freehold.safe import Code, literal
from freehold.vocabulary import PAGE_SIZES, Operation, page_items, properties

_SORT = "sort"
_DEFAULT = "default"
_TOTAL_PAGES = "total_pages"


def listed(found: Operation, resource: Node) -> dict[str, Any]:
    """What a list adds to what every operation has."""
    query = {str(p.plain("name")): p for p in found.parameters() if p.plain("in") == "query"}
    size = next(name for name in PAGE_SIZES if name in query)
    columns = properties(resource)
    filters = [name for name in query if name in columns and name not in ("page", size, _SORT)]
    return {
        "filters": tuple(_filter(resource, query[name]) for name in filters),
        "orders": _orders(resource, query.get(_SORT)),
        "order": Code(_SORT) if _SORT in query else literal(_DEFAULT),
        "paging": _paging(found, identifier(size)),
    }


def _filter(resource: Node, parameter: Node) -> Filter:
    name = parameters.name(parameter)
    return Filter(name, Code(f'{_column(resource, str(name))} == bindparam("{name}")'))


def _orders(resource: Node, sort: Node | None) -> tuple[Order, ...]:
    """What each word of `sort` means, or the one order that there is."""
    schema = sort.get("schema") if sort else None
    words = [str(word) for word in schema.plain("enum", [])] if schema else []
    if words:
        return tuple(Order(word, _order(resource, [word])) for word in words)
    return (Order(_DEFAULT, _order(resource, default_order(resource))),)


def default_order(resource: Node) -> list[str]:
    """What the resource says, else the newest first."""
    said = resource.value["x-resource"].get("order")
    if said:
        return [str(word) for word in said]
    return ["-created_at"] if "created_at" in properties(resource) else []


def _order(resource: Node, words: list[str]) -> Code:
    """The columns to order by; the id comes last, so that no two rows are equal."""
    if not any(word.removeprefix("-") == "id" for word in words):
        falling = not words or words[-1].startswith("-")
        words = [*words, "-id" if falling else "id"]
    return Code("(" + ", ".join(_direction(resource, word) for word in words) + ",)")


def _direction(resource: Node, word: str) -> str:
    column = _column(resource, word.removeprefix("-"))
    return f"{column}.desc()" if word.startswith("-") else f"{column}.asc()"


def _column(resource: Node, name: str) -> str:
    return f"{class_name(resource.name)}Row.{identifier(name)}"


def _paging(found: Operation, size: Code) -> Paging:
    answer = found.answer()
    page = page_items(answer) if answer else None
    assert answer is not None and page is not None, "the rules let the list through"  # noqa: S101, PT018
    declared = [name for name in properties(answer) if name != page[0]]
    return Paging(
        limit=size,
        offset=Code(f"(page - 1) * {size}"),
        data=identifier(page[0]),
        fields=tuple(_field(name, size) for name in declared),
    )


def _field(name: str, size: Code) -> Code:
    if name == _TOTAL_PAGES:
        return Code(f"total_pages=ceil(total / {size})")
    return Code(f"{identifier(name)}={size if name in PAGE_SIZES else identifier(name)}")
