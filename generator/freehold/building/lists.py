"""Builds the filters, the sort orders and the pagination of a list operation."""

from typing import Any

from freehold.building import parameters
from freehold.building.model import Filter, SortOrder
from freehold.building.pagination import build_pagination
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.list_queries import (
    direction_parameter,
    list_filters,
    sort_parameter,
)
from freehold.contract.operations.sort_words import default_order, sort_order
from freehold.contract.resources import id_property, properties
from freehold.contract.rows.column_types import column_type
from freehold.ground.literals import Code, literal
from freehold.ground.naming import class_name, identifier
from freehold.reading.document import Node

_ONLY_ORDER = "default"  # the name of the sort order of a list without a sort parameter
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def list_fields(operation: ContractOperation, resource: Node) -> dict[str, Any]:
    """The fields of `OperationModel` that only a list has."""
    sort = sort_parameter(operation)
    direction = direction_parameter(operation)
    sort_name = parameters.python_name(sort) if sort else literal(_ONLY_ORDER)
    if direction is not None:
        sort_name = Code(f"directed({sort_name}, {parameters.python_name(direction)})")
    return {
        "filters": tuple(
            _filter(resource, p, fields, op) for p, fields, op in list_filters(operation, resource)
        ),
        "sort_orders": _sort_orders(resource, sort, has_direction=direction is not None),
        "sort_argument": sort_name,
        "pagination": build_pagination(operation, sort_name),
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
    if op == "has":
        item = types.column.removeprefix("ARRAY(").removesuffix(")")
        return f'bindparam("{name}", type_={item}) == any_({column})'
    if op == "is_null":
        return f'{column}.is_(None) == bindparam("{name}", type_=Boolean)'
    if op == "contains":
        return f'func.strpos({column}, bindparam("{name}", type_=Text)) > 0'
    if op == "prefix":
        return f'func.starts_with({column}, bindparam("{name}", type_=Text))'
    return f'{column} {_COMPARISONS[op]} bindparam("{name}")'


def _sort_orders(resource: Node, sort: Node | None, *, has_direction: bool) -> tuple[SortOrder, ...]:
    """The order of each value of the sort parameter, in both directions if requests say one."""
    schema = sort.get("schema") if sort else None
    values = [str(value) for value in schema.get_value("enum", [])] if schema else []
    if has_direction:
        names = dict.fromkeys(value.removeprefix("-") for value in values)
        values = [word for name in names for word in (name, f"-{name}")]
    if values:
        orders = {value: [sort_order(value, resource)] for value in values}
        return tuple(SortOrder(value, order_columns(resource, order)) for value, order in orders.items())
    return (SortOrder(_ONLY_ORDER, order_columns(resource, default_order(resource))),)


def order_columns(resource: Node, names: list[str]) -> Code:
    """Return the columns to order by; the id comes last, so that no two rows are equal."""
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
