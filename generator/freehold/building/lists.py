"""Builds the filters, the sort orders and the pagination of a list operation."""

from dataclasses import dataclass
from typing import Any

from freehold.building import parameters
from freehold.building.model import Filter, Pagination, SortOrder
from freehold.contract.column_types import column_type
from freehold.contract.operations import (
    PAGE_SIZE_PARAMETERS,
    PAGE_TOTALS,
    ContractOperation,
    list_filters,
    omitted_on_last_page,
    page_array,
    sort_parameter,
    uses_cursor_pagination,
)
from freehold.contract.resources import generated_properties, id_property, properties
from freehold.ground.literals import Code, literal
from freehold.ground.naming import class_name, identifier, snake_case
from freehold.reading.document import Node

_ONLY_ORDER = "default"  # the name of the sort order of a list without a sort parameter
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def list_fields(operation: ContractOperation, resource: Node) -> dict[str, Any]:
    """The fields of `OperationModel` that only a list has."""
    sort = sort_parameter(operation)
    return {
        "filters": tuple(
            _filter(resource, p, fields, op) for p, fields, op in list_filters(operation, resource)
        ),
        "sort_orders": _sort_orders(resource, sort),
        "sort_argument": parameters.python_name(sort) if sort else literal(_ONLY_ORDER),
        "pagination": _pagination(operation),
    }


def _filter(resource: Node, parameter: Node, fields: list[str], op: str) -> Filter:
    name = parameters.python_name(parameter)
    columns = [_column(resource, field) for field in fields]
    if op == "search":
        conditions = [
            f'func.strpos(func.lower({column}), func.lower(bindparam("{name}", type_=Text))) > 0'
            for column in columns
        ]
        return Filter(name, Code(f"or_({', '.join(conditions)})" if len(conditions) > 1 else conditions[0]))
    return Filter(name, Code(_filter_condition(columns[0], name, op, properties(resource)[fields[0]])))


def _filter_condition(column: str, name: Code, op: str, prop: Node) -> str:
    types = column_type(prop)
    assert types is not None, "no rule rejected the filter"  # noqa: S101 - the rules have checked it
    if op == "in":
        return f'{column} == any_(bindparam("{name}", type_=ARRAY({types.column})))'
    if op == "is_null":
        return f'{column}.is_(None) == bindparam("{name}", type_=Boolean)'
    if op == "contains":
        return f'func.strpos({column}, bindparam("{name}", type_=Text)) > 0'
    if op == "prefix":
        return f'func.starts_with({column}, bindparam("{name}", type_=Text))'
    return f'{column} {_COMPARISONS[op]} bindparam("{name}")'


def _sort_orders(resource: Node, sort: Node | None) -> tuple[SortOrder, ...]:
    """The sort order of each value of the sort parameter, or the only one."""
    schema = sort.get("schema") if sort else None
    values = [str(value) for value in schema.get_value("enum", [])] if schema else []
    if values:
        return tuple(SortOrder(value, _order_columns(resource, [value])) for value in values)
    return (SortOrder(_ONLY_ORDER, _order_columns(resource, default_order(resource))),)


def default_order(resource: Node) -> list[str]:
    """The declared order of a resource, or the newest rows first: property names, with `-` for descending."""
    declared = resource.value["x-resource"].get("order")
    if declared:
        return [str(name) for name in declared]
    return [f"-{name}" for name in generated_properties(resource, "created")]


def _order_columns(resource: Node, names: list[str]) -> Code:
    """The columns to order by; the id comes last, so that no two rows are equal."""
    row_id = id_property(resource)
    if not any(name.removeprefix("-") == row_id for name in names):
        is_descending = not names or names[-1].startswith("-")
        names = [*names, f"-{row_id}" if is_descending else row_id]
    return Code("(" + ", ".join(_directed_column(resource, name) for name in names) + ",)")


def _directed_column(resource: Node, name: str) -> str:
    column = _column(resource, name.removeprefix("-"))
    return f"{column}.desc()" if name.startswith("-") else f"{column}.asc()"


def _column(resource: Node, name: str) -> str:
    return f"{class_name(resource.name)}Row.{identifier(name)}"


def _pagination(operation: ContractOperation) -> Pagination:
    query = {
        snake_case(str(p.get_value("name"))) for p in operation.parameters() if p.get_value("in") == "query"
    }
    size = next((name for name in PAGE_SIZE_PARAMETERS if name in query), "limit")
    offset = f"(page - 1) * {size}" if "page" in query else "offset" if "offset" in query else "0"
    response, by_cursor = operation.response_schema(), uses_cursor_pagination(operation)
    page = page_array(response) if response else None
    page_fields = {
        snake_case(name): prop for name, prop in properties(response).items() if page and name != page[0]
    }
    expressions = {
        "total_pages": f"ceil(total / {size})",
        "has_more": "next_cursor is not None" if by_cursor else f"{offset} + len(rows) < total",
        **dict.fromkeys(PAGE_SIZE_PARAMETERS, size),
    }
    omitted = [snake_case(name) for name in omitted_on_last_page(response)] if response else []
    is_counted = any(name in PAGE_TOTALS and not (by_cursor and name == "has_more") for name in page_fields)
    return Pagination(
        **_fetch_fields(operation, _PageShape(size, offset, by_cursor, is_counted, page is not None)),
        has_count_statement=is_counted,
        by_cursor=by_cursor,
        by_offset=not by_cursor,
        page_class=class_name(response.name) if page and response else None,
        items_field=snake_case(page[0]) if page else "",
        other_fields=tuple(
            (n, Code(expressions.get(n, identifier(n)))) for n in page_fields if n not in omitted
        ),
        optional_fields=Code(" | without_none(next_cursor=next_cursor)" if omitted else ""),
    )


@dataclass(frozen=True)
class _PageShape:
    """How a page is cut out of the rows: its size and offset as code, and what the response contains."""

    size: str
    offset: str
    by_cursor: bool
    is_counted: bool
    is_page: bool


def _fetch_fields(operation: ContractOperation, page: _PageShape) -> dict[str, Any]:
    """The fields of `Pagination` that hold the statements of a list and their execution."""
    sort, name = sort_parameter(operation), identifier(operation.id)
    order = parameters.python_name(sort) if sort else literal(_ONLY_ORDER)
    count_statement = f"self._{name}_total(tuple(filters))"
    limits = [f"limit={page.size}"]
    if page.by_cursor:
        assignment, fetch_method = "rows, next_cursor = ", "_fetch_after"
        statements = [f"self._{name}({order}, tuple(filters), cursor_position.nulls)", "cursor_position"]
    elif page.is_counted:
        assignment, fetch_method = "rows, total = ", "_fetch_page"
        statements = [f"self._{name}({order}, tuple(filters))", count_statement]
    else:
        assignment, fetch_method = "rows = " if page.is_page else "return ", "_fetch_rows"
        statements = [f"self._{name}({order}, tuple(filters))"]
    limits += [] if page.by_cursor else [f"offset={page.offset}"]
    return {
        "conditions": Code(f"[_{name.upper()}_FILTERS[name] for name in filters]"),
        "result_assignment": Code(assignment),
        "select_method": Code("_select_page" if page.is_counted else "_select_rows"),
        "fetch_method": Code(fetch_method),
        "fetch_arguments": tuple(map(Code, (*statements, *limits, "values=filters"))),
        "count_arguments": Code(f"{count_statement}, filters")
        if page.by_cursor and page.is_counted
        else None,
    }
