"""From a list operation to its filters, its orders and its pages."""

from typing import Any

from freehold.build import parameters
from freehold.columns import column_type
from freehold.contract import Node
from freehold.model import Filter, Order, Paging
from freehold.naming import class_name, identifier, snake
from freehold.safe import Code, literal
from freehold.vocabulary import PAGE_SIZES, TOTALS, Operation, list_filters, list_sort, page_items, properties

_DEFAULT = "default"
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def listed(found: Operation, resource: Node) -> dict[str, Any]:
    """What a list adds to what every operation has."""
    sort = list_sort(found)
    return {
        "filters": tuple(_filter(resource, p, fields, op) for p, fields, op in list_filters(found, resource)),
        "orders": _orders(resource, sort),
        "order": parameters.name(sort) if sort else literal(_DEFAULT),
        "paging": _paging(found),
    }


def _filter(resource: Node, parameter: Node, fields: list[str], op: str) -> Filter:
    name = parameters.name(parameter)
    columns = [_column(resource, field) for field in fields]
    if op == "search":
        found = [
            f'func.strpos(func.lower({column}), func.lower(bindparam("{name}", type_=Text))) > 0'
            for column in columns
        ]
        return Filter(name, Code(f"or_({', '.join(found)})" if len(found) > 1 else found[0]))
    return Filter(name, Code(_condition(columns[0], name, op, properties(resource)[fields[0]])))


def _condition(column: str, name: Code, op: str, prop: Node) -> str:
    types = column_type(prop)
    assert types is not None, "the rules let the filter through"  # noqa: S101 - they have checked it
    if op == "in":
        return f'{column} == any_(bindparam("{name}", type_=ARRAY({types.column})))'
    if op == "is_null":
        return f'{column}.is_(None) == bindparam("{name}", type_=Boolean)'
    if op == "contains":
        return f'func.strpos({column}, bindparam("{name}", type_=Text)) > 0'
    if op == "prefix":
        return f'func.starts_with({column}, bindparam("{name}", type_=Text))'
    return f'{column} {_COMPARISONS[op]} bindparam("{name}")'


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
    created = [name for name in properties(resource) if snake(name) == "created_at"]
    return [f"-{name}" for name in created]


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


def _paging(found: Operation) -> Paging:
    query = {snake(str(p.plain("name"))) for p in found.parameters() if p.plain("in") == "query"}
    size = next((name for name in PAGE_SIZES if name in query), "limit")
    offset = f"(page - 1) * {size}" if "page" in query else "offset" if "offset" in query else "0"
    answer = found.answer()
    page = page_items(answer) if answer else None
    declared = [name for name in properties(answer) if page and name != page[0]]
    return Paging(
        limit=Code(size),
        offset=Code(offset),
        rows=Code("rows = " if page else "return "),
        counted=any(snake(name) in TOTALS for name in declared),
        page=class_name(answer.name) if page and answer else None,
        data=snake(page[0]) if page else "",
        fields=tuple((snake(name), _field(snake(name), size, offset)) for name in declared),
    )


def _field(name: str, size: str, offset: str) -> Code:
    known = {
        "total_pages": f"ceil(total / {size})",
        "has_more": f"{offset} + len(rows) < total",
        **dict.fromkeys(PAGE_SIZES, size),
    }
    return Code(known.get(name, str(identifier(name))))
