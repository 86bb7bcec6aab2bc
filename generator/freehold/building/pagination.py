"""Builds the pagination of a list operation: how a page is fetched, and what it contains."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from freehold.building import parameters
from freehold.building.model import Pagination
from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.list_queries import (
    first_page_number,
    largest_page,
    page_parameters,
    shown_items,
)
from freehold.contract.operations.page_schemas import (
    has_capped_total,
    omitted_on_last_page,
    page_properties,
    page_values,
    property_at,
)
from freehold.contract.operations.page_words import ABSENT_ROLES, EXACT_ROLES, PAGE_COUNTS, PAGE_LINKS
from freehold.contract.rows.collection_paths import page_array
from freehold.contract.rows.column_types import is_nullable
from freehold.ground.literals import Code, literal
from freehold.ground.naming import class_name, column_name, operation_name
from freehold.reading.document import Node

_LEAST = {"size": 1, "offset": 0}
_SAID_BY_CURSORS = {"has_more", "is_last", "next_url"}


@dataclass(frozen=True)
class _PageShape:
    """How a page is cut out of the rows: its parts as code, and what the response contains."""

    names: Mapping[str, Code]
    """The parameter of each role, in Python."""
    wire_names: Mapping[str, str]
    size: str
    offset: str
    first: int
    """The number of the first page."""
    is_counted: bool
    is_page: bool

    @property
    def by_cursor(self) -> bool:
        """Whether a page starts after a row."""
        return "cursor" in self.names


def build_pagination(operation: ContractOperation, sort_argument: Code) -> Pagination:
    """Build the pagination of a list; `sort_argument` is the name of its sort order, as code."""
    response = operation.page_schema()
    page = page_array(response) if response else None
    roles = page_properties(response, operation) if page and response else {}
    shape = _shape(operation, roles, is_page=page is not None)
    fields = _fields(response, roles, shape) if response else {}
    said = page_values(response, operation) if page and response else {}
    return Pagination(
        **_fetch_fields(operation, sort_argument, shape),
        has_count_statement=shape.is_counted,
        count_options=Code(", is_capped=True" if shape.is_counted and has_capped_total(operation) else ""),
        by_cursor=shape.by_cursor,
        by_offset=not shape.by_cursor,
        cursor_argument=shape.names.get("cursor"),
        limited_arguments=tuple(_limited_arguments(operation)),
        page_class=class_name(response.name) if page and response else None,
        items_field=column_name(page[0]) if page else "",
        rows=Code(_rows(operation)),
        returned_rows=Code(_rows(operation)) if page is None and _rows(operation) != "rows" else None,
        other_fields=(
            *((column_name(name), Code(literal(value))) for name, value in said.items()),
            *((name, code) for name, (code, omitted) in fields.items() if not omitted),
        ),
        optional_fields=_optional_fields({name: code for name, (code, omitted) in fields.items() if omitted}),
        links=tuple((column_name(path[0]), *path[1:]) for path, role in roles.items() if role in PAGE_LINKS),
    )


def _rows(operation: ContractOperation) -> str:
    """The rows as the answer shows them, as code: each by another schema, if that is not the resource."""
    items = shown_items(operation)
    if items is None or items.name == operation.resource:
        return "rows"
    return f"[shown_as({class_name(items.name)}, row) for row in rows]"


def _shape(
    operation: ContractOperation, roles: Mapping[tuple[str, ...], str], *, is_page: bool
) -> _PageShape:
    found = page_parameters(operation)
    names = {role: parameters.python_name(parameter) for role, parameter in found.items()}
    size = names.get("size", str(largest_page(operation)))
    page, offset = names.get("page"), names.get("offset", "0")
    first = first_page_number(found["page"]) if page else 1
    by_cursor = "cursor" in names
    totals = {role for role in roles.values() if role in EXACT_ROLES or role in PAGE_COUNTS}
    return _PageShape(
        names,
        {role: str(parameter.get_value("name")) for role, parameter in found.items()},
        size,
        (f"({page} - 1) * {size}" if first else f"{page} * {size}") if page else offset,
        first,
        is_counted=bool(totals - (_SAID_BY_CURSORS if by_cursor else set())),
        is_page=is_page,
    )


def _limited_arguments(operation: ContractOperation) -> list[Code]:
    """Statements that replace a number that the contract does not limit by the nearest valid one."""
    limited = []
    for role, parameter in page_parameters(operation).items():
        schema, name = parameter.get("schema") or parameter, parameters.python_name(parameter)
        has_value = "default" in schema.value or parameter.get_value("required") is True
        least = schema.get_value("minimum")
        lowest = first_page_number(parameter) if role == "page" else _LEAST.get(role)
        is_limited = has_value and lowest is not None and least is not None and least >= lowest
        if lowest is not None and not (is_limited and (role != "size" or "maximum" in schema.value)):
            limited.append(Code(f"{name} = {_nearest(role, name, lowest, largest_page(operation))}"))
    return limited


def _nearest(role: str, name: str, lowest: int, largest: int) -> str:
    """The nearest valid number to that of a parameter, as code."""
    if role == "size":
        return f"bounded_size({name}, {largest})"
    if role == "page":
        return f"bounded_page({name})" if lowest else f"bounded_page({name}, first={lowest})"
    return f"bounded_offset({name})"


def _fields(
    page: Node, roles: Mapping[tuple[str, ...], str], shape: _PageShape
) -> dict[str, tuple[Code, bool]]:
    """The code of each field of a page besides its rows, and whether it is omitted when it is None."""
    omitted, nested = omitted_on_last_page(page), dict[str, dict[str, str]]()
    fields: dict[str, tuple[Code, bool]] = {}
    for path, role in roles.items():
        code = _expression(role, shape)
        if len(path) == 1:
            fields[column_name(path[0])] = (Code(code), path[0] in omitted)
        else:
            is_omitted = role in ABSENT_ROLES and not is_nullable(property_at(page, path))
            entry = f"**({{{literal(path[1])}: value}} if (value := {code}) is not None else {{}})"
            nested.setdefault(path[0], {})[path[1]] = entry if is_omitted else f"{literal(path[1])}: {code}"
    for name, entries in nested.items():
        fields[column_name(name)] = (Code(f"{{{', '.join(entries.values())}}}"), False)
    return fields


def _expression(role: str, shape: _PageShape) -> str:
    """The value of a property of a page with a role, as code."""
    more, page = f"{shape.offset} + len(rows) < total", shape.names.get("page")
    is_first = f"{page} == {shape.first}" if page else f"{shape.offset} == 0"
    plain = {
        "total": "total",
        "total_pages": f"ceil(total / {shape.size})",
        "row_count": "len(rows)",
        "has_more": "next_cursor is not None" if shape.by_cursor else more,
        "has_previous": f"{page} > {shape.first}" if page else f"{shape.offset} > 0",
        "is_first": f"{shape.names['cursor']} is None" if shape.by_cursor else is_first,
        "is_last": "next_cursor is None" if shape.by_cursor else f"{shape.offset} + len(rows) >= total",
        "is_empty": "not rows",
        "next_cursor": "next_cursor",
        "next_page": f"{page} + 1 if {more} else None" if page else "None",
        "previous_page": f"{page} - 1 if {page} > {shape.first} else None" if page else "None",
        "size": shape.size,
        "page": str(page or "1"),
        "offset": shape.offset,
        "first_row": f"{shape.offset} + 1 if rows else None",
        "last_row": f"{shape.offset} + len(rows) if rows else None",
        "self_url": "page_link({})",
    }
    return plain.get(role) or _link(role, shape, more)


def _link(role: str, shape: _PageShape, more: str) -> str:
    """The relative link to another page, or None, as code."""
    start = next((name for name in ("cursor", "page", "offset") if name in shape.names), None)
    if start is None and role in ("first_url", "last_url"):
        return "page_link({})"  # there is only one
    if start is None or (start == "cursor" and role == "previous_url"):
        return "None"
    name, is_next = shape.names[start], role == "next_url"
    last = f"ceil(total / {shape.size})" + ("" if shape.first else " - 1")
    ends = {
        ("page", "first_url"): str(shape.first),
        ("page", "last_url"): f"max({last}, {shape.first})",
        ("offset", "first_url"): "0",
        ("offset", "last_url"): f"max(total - 1, 0) // {shape.size} * {shape.size}",
    }
    steps = {
        ("cursor", True): ("next_cursor", "next_cursor"),
        ("page", True): (f"{name} + 1", more),
        ("page", False): (f"{name} - 1", f"{name} > {shape.first}"),
        ("offset", True): (f"{name} + {shape.size}", more),
        ("offset", False): (f"max({name} - {shape.size}, 0)", f"{name} > 0"),
    }
    value, condition = (ends[start, role], "") if (start, role) in ends else steps[start, is_next]
    size = f"{literal(shape.wire_names['size'])}: {shape.size}, " if "size" in shape.names else ""
    link = f"page_link({{{size}{literal(shape.wire_names[start])}: {value}}})"
    return f"{link} if {condition} else None" if condition else link


def _optional_fields(fields: Mapping[str, Code]) -> Code:
    given = ", ".join(f"{name}={code}" for name, code in fields.items())
    return Code(f" | without_none({given})" if given else "")


def _fetch_fields(operation: ContractOperation, order: Code, page: _PageShape) -> dict[str, Any]:
    """The fields of `Pagination` that hold the statements of a list and their execution."""
    name = operation_name(operation.id)
    count_statement = f"self._{name}_total(tuple(filters))"
    limits = [f"limit={page.size}"]
    if page.by_cursor:
        assignment, fetch_method = "rows, next_cursor = ", "_fetch_after"
        statements = [f"self._{name}({order}, tuple(filters), cursor_position.nulls)", "cursor_position"]
    elif page.is_counted:
        assignment, fetch_method = "rows, total = ", "_fetch_page"
        statements = [f"self._{name}({order}, tuple(filters))", count_statement]
    else:
        is_kept = page.is_page or _rows(operation) != "rows"
        assignment, fetch_method = "rows = " if is_kept else "return ", "_fetch_rows"
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
