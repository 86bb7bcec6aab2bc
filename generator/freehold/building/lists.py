"""From a list operation to its filters, its orders and its pages."""

from dataclasses import dataclass
from typing import Any

from freehold.building import parameters
from freehold.building.model import Filter, Pagination, SortOrder
from freehold.contract.column_types import column_type, is_nullable
from freehold.contract.operations import (
    PAGE_SIZE_PARAMETERS,
    PAGE_TOTALS,
    ContractOperation,
    list_filters,
    page_array,
    sort_parameter,
    split_path_parameters,
    uses_cursor_pagination,
)
from freehold.contract.resources import generated_properties, id_property, parent, properties
from freehold.ground.literals import Code, literal
from freehold.ground.naming import class_name, identifier, snake_case
from freehold.reading.document import Node

_DEFAULT = "default"
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def listed(found: ContractOperation, resource: Node) -> dict[str, Any]:
    """What a list adds to what every operation has."""
    sort = sort_parameter(found)
    return {
        "filters": tuple(_filter(resource, p, fields, op) for p, fields, op in list_filters(found, resource)),
        "sort_orders": _orders(resource, sort),
        "sort_argument": parameters.name(sort) if sort else literal(_DEFAULT),
        "pagination": _paging(found, resource),
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


def _orders(resource: Node, sort: Node | None) -> tuple[SortOrder, ...]:
    """What each word of `sort` means, or the one order that there is."""
    schema = sort.get("schema") if sort else None
    words = [str(word) for word in schema.get_value("enum", [])] if schema else []
    if words:
        return tuple(SortOrder(word, _order(resource, [word])) for word in words)
    return (SortOrder(_DEFAULT, _order(resource, default_order(resource))),)


def default_order(resource: Node) -> list[str]:
    """What the resource says, else the newest first."""
    said = resource.value["x-resource"].get("order")
    if said:
        return [str(word) for word in said]
    return [f"-{name}" for name in generated_properties(resource, "created")]


def _order(resource: Node, words: list[str]) -> Code:
    """The columns to order by; the id comes last, so that no two rows are equal."""
    row_id = id_property(resource)
    if not any(word.removeprefix("-") == row_id for word in words):
        falling = not words or words[-1].startswith("-")
        words = [*words, f"-{row_id}" if falling else row_id]
    return Code("(" + ", ".join(_direction(resource, word) for word in words) + ",)")


def _direction(resource: Node, word: str) -> str:
    column = _column(resource, word.removeprefix("-"))
    return f"{column}.desc()" if word.startswith("-") else f"{column}.asc()"


def _column(resource: Node, name: str) -> str:
    return f"{class_name(resource.name)}Row.{identifier(name)}"


def _paging(found: ContractOperation, resource: Node) -> Pagination:
    query = {snake_case(str(p.get_value("name"))) for p in found.parameters() if p.get_value("in") == "query"}
    size = next((name for name in PAGE_SIZE_PARAMETERS if name in query), "limit")
    offset = f"(page - 1) * {size}" if "page" in query else "offset" if "offset" in query else "0"
    answer, by_cursor = found.response_schema(), uses_cursor_pagination(found)
    page = page_array(answer) if answer else None
    declared = {
        snake_case(name): prop for name, prop in properties(answer).items() if page and name != page[0]
    }
    known = {
        "total_pages": f"ceil(total / {size})",
        "has_more": "next_cursor is not None" if by_cursor else f"{offset} + len(rows) < total",
        **dict.fromkeys(PAGE_SIZE_PARAMETERS, size),
    }
    left_out = [name for name, prop in declared.items() if name == "next_cursor" and not is_nullable(prop)]
    counted = any(name in PAGE_TOTALS and not (by_cursor and name == "has_more") for name in declared)
    return Pagination(
        **_fetching(found, resource, _Window(size, offset, by_cursor, counted, page is not None)),
        has_count_statement=counted,
        by_cursor=by_cursor,
        by_offset=not by_cursor,
        page_class=class_name(answer.name) if page and answer else None,
        items_field=snake_case(page[0]) if page else "",
        other_fields=tuple((n, Code(known.get(n, identifier(n)))) for n in declared if n not in left_out),
        optional_fields=Code(" | without_none(next_cursor=next_cursor)" if left_out else ""),
    )


@dataclass(frozen=True)
class _Window:
    """Which of the rows a page holds, and what it says of the others."""

    size: str
    offset: str
    by_cursor: bool
    counted: bool
    is_page: bool


def _fetching(found: ContractOperation, resource: Node, window: _Window) -> dict[str, Any]:
    """The statements of a list, and how they run."""
    where, values = _conditions(found, resource)
    sort, name = sort_parameter(found), identifier(found.id)
    order = parameters.name(sort) if sort else literal(_DEFAULT)
    total = f"self._{name}_total(tuple(filters))"
    limit = [f"limit={window.size}"]
    if window.by_cursor:
        rows, fetch = "rows, next_cursor = ", "_fetch_after"
        first = [f"self._{name}({order}, tuple(filters), cursor_position.nulls)", "cursor_position"]
    elif window.counted:
        rows, fetch = "rows, total = ", "_fetch_page"
        first = [f"self._{name}({order}, tuple(filters))", total]
    else:
        rows, fetch = "rows = " if window.is_page else "return ", "_fetch_rows"
        first = [f"self._{name}({order}, tuple(filters))"]
    limit += [] if window.by_cursor else [f"offset={window.offset}"]
    extra = f"total = await self._fetch_count({total}, {values})"
    return {
        "conditions": where,
        "result_assignment": Code(rows),
        "select_method": Code("_select_page" if window.counted else "_select_rows"),
        "fetch_method": Code(fetch),
        "fetch_arguments": tuple(map(Code, (*first, *limit, f"values={values}"))),
        "total_assignment": Code(extra) if window.by_cursor and window.counted else None,
    }


def _conditions(found: ContractOperation, resource: Node) -> tuple[Code, Code]:
    """The conditions on the rows of a list, and the values that they come with."""
    filters = f"_{identifier(found.id).upper()}_FILTERS[name] for name in filters"
    parents, _ = split_path_parameters(found, resource)
    link = parent(resource)
    if not parents or link is None:
        return Code(f"[{filters}]"), Code("filters")
    column, name = identifier(link.field), parameters.name(parents[-1])
    return (
        Code(f"[cls._in_{identifier(link.resource)}(), *({filters})]"),
        Code(f'{{"{column}": {name}, **filters}}'),
    )
