"""What the query parameters of a list mean: pagination, order, filters."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.resources import properties, resources
from freehold.contract.rows.collection_paths import page_array
from freehold.contract.rows.column_types import allowed_values, base_type, column_type, without_null
from freehold.contract.rows.shown_rows import all_properties, shown_row, shows_properties
from freehold.ground.naming import snake_case
from freehold.reading.document import Node

MAX_ROWS = 100
"""The largest page of a list whose contract sets no other limit."""
PAGE_ROLES = ("page", "size", "offset", "cursor")
"""What `x-page` can say of a query parameter."""
_RANGE = re.compile(r"(.+?)(?:__|_|\[)(min|max|gte|gt|lte|lt)\]?")
_RANGE_OPERATORS = {"min": "gte", "max": "lte", "gte": "gte", "gt": "gt", "lte": "lte", "lt": "lt"}
_OPERATOR = re.compile(r"(.+)\[(eq|ne|in|contains|prefix)\]")
_IN_BRACKETS = re.compile(r"(?:filters?|where)\[([^\[\]]+)\](.*)")
"""A filter whose name stands in brackets: `filter[title]`."""
_PAGE_IN_BRACKETS = re.compile(r"page\[(\w+)\]")
_SORTS = ("sort", "ordering", "order_by", "sort_by")
_DIRECTIONS = (
    "sort_order", "sort_dir", "sort_direction", "order", "order_dir", "order_direction", "direction", "dir",
)  # fmt: skip
_DIRECTION_WORDS = {"asc", "ascending", "desc", "descending"}
_CERTAIN = {
    "page": "page",
    "per_page": "size",
    "page_size": "size",
    "limit": "size",
    "offset": "offset",
    "cursor": "cursor",
}
_PARAMETERS = _CERTAIN | {
    "size": "size",
    "page_limit": "size",
    "items_per_page": "size",
    "max_results": "size",
    "take": "size",
    "page_number": "page",
    "page_index": "page",
    "page_no": "page",
    "page_num": "page",
    "page_offset": "offset",
    "page_cursor": "cursor",
    "page_after": "cursor",
    "skip": "offset",
    "start_at": "offset",
    "page_token": "cursor",
    "next_token": "cursor",
    "after": "cursor",
}
"""The role of a query parameter by its name. A filter that is named so has precedence, but for `_CERTAIN`."""


def sort_parameter(operation: ContractOperation) -> Node | None:
    """Return the sort parameter of a list: one with `x-sort: true`, or with a name such as `sort`.

    Without one, it is one that says a direction alone.
    """
    resource = resources(operation.node.document).get(operation.resource or "")
    columns = {snake_case(name) for name in properties(resource)} - {"sort"}
    query = [p for p in operation.parameters() if p.get_value("in") == "query"]
    marked = [p for p in query if p.get_value("x-sort") is True or p.get_value("name") == "sort"]
    named = [p for p in query if _name(p) in _SORTS and _name(p) not in columns]
    directions = (parameter for parameter, _ in _directions(operation))
    return next(iter(marked or named or directions), None)


def _directions(operation: ContractOperation) -> Iterator[tuple[Node, set[str]]]:
    """Yield the parameters that are named as a direction and say one, with the words of their values.

    Without an `enum`, that is the default.
    """
    resource = resources(operation.node.document).get(operation.resource or "")
    columns = {snake_case(name) for name in properties(resource)}
    for parameter in operation.parameters():
        is_own = {"x-filter", "x-search", "x-sort", "x-page"} & parameter.value.keys()
        is_named = _name(parameter) in _DIRECTIONS and _name(parameter) not in columns and not is_own
        schema = without_null(parameter.get("schema") or parameter)
        words = {str(word).lower() for word in allowed_values(schema) or [schema.get_value("default")]}
        is_said = base_type(schema) == "string" and words <= _DIRECTION_WORDS
        if parameter.get_value("in") == "query" and is_named and is_said:
            yield parameter, words


def direction_parameter(operation: ContractOperation) -> Node | None:
    """Return the parameter that says whether a list is ascending or descending, beside its sort parameter."""
    sort = sort_parameter(operation)
    if sort is None or uses_cursor_pagination(operation):
        return None
    both = (p for p, words in _directions(operation) if len({word[0] for word in words}) > 1)
    return next((parameter for parameter in both if parameter.pointer != sort.pointer), None)


def is_descending(direction: object) -> bool:
    """Whether a word of a direction parameter means descending."""
    return str(direction).lower().startswith("desc")


def default_sort(operation: ContractOperation) -> str:
    """Return the order of a list where a request asks for none, with `-` if descending; "" for its own."""
    sort, direction = sort_parameter(operation), direction_parameter(operation)
    word = sort.get_path("schema", "default") if sort else None
    if word is None:
        return ""
    said = direction.get_path("schema", "default") if direction else None
    if said is None:
        return str(word.value)
    name = str(word.value).removeprefix("-")
    return f"-{name}" if is_descending(said.value) else name


def list_filters(operation: ContractOperation, resource: Node) -> Iterator[tuple[Node, list[str], str]]:
    """Yield the filters of a list: parameter, filtered properties and operator."""
    columns = {snake_case(name): name for name in properties(resource)}
    order = _order_pointers(operation)
    paging = {found.pointer for found in page_parameters(operation).values()}
    for parameter in operation.parameters():
        name = _filter_name(parameter, columns)
        declared = parameter.get_value("x-filter", {})
        if parameter.get_value("in") != "query" or parameter.pointer in order or parameter.pointer in paging:
            continue
        if "x-search" in parameter.value:
            yield parameter, [str(field) for field in parameter.value["x-search"]], "search"
        elif declared:
            yield parameter, [declared["field"]], declared["op"]
        elif name in columns:
            is_list = (parameter.get("schema") or parameter).get_value("type") == "array"
            is_array = column_type(properties(resource)[columns[name]]).column.startswith("ARRAY")
            yield parameter, [columns[name]], "in" if is_list else "has" if is_array else "eq"
        elif (bound := _RANGE.fullmatch(name)) and (column := _compared(bound[1], columns)):
            yield parameter, [columns[column]], _RANGE_OPERATORS[bound[2]]
        elif (other := _OPERATOR.fullmatch(name)) and other[1] in columns:
            yield parameter, [columns[other[1]]], other[2]


def required_filters(resource: Node, every: Iterable[ContractOperation]) -> set[str]:
    """Return the properties without which no list of a resource that requires a filter has a row."""
    return {
        field
        for operation in every
        if (operation.kind, operation.resource) == ("list", resource.name)
        for parameter, fields, _ in list_filters(operation, resource)
        if parameter.get_value("required") is True
        for field in fields[:1]
    }


def _filter_name(parameter: Node, columns: Mapping[str, str]) -> str:
    """The name of a filter in snake_case: `title` for `filter[title]`, unless `filter` is a property."""
    name = _snake_name(parameter).removesuffix("[]")
    inner = None if name.partition("[")[0] in columns else _IN_BRACKETS.fullmatch(name)
    return inner[1] + inner[2] if inner else name


def _compared(word: str, columns: Mapping[str, str]) -> str | None:
    """The column that a bound is compared with: `created[gte]` is compared with `created_at` too."""
    return next((name for name in (word, f"{word}_at") if name in columns), None)


def page_parameters(operation: ContractOperation) -> dict[str, Node]:
    """Return the query parameters that choose a page, by role: `page`, `size`, `offset` and `cursor`."""
    found: dict[str, Node] = {}
    if operation.kind != "list":
        return found
    resource = resources(operation.node.document).get(operation.resource or "")
    columns = {snake_case(name) for name in properties(resource)}
    for parameter in operation.parameters():
        role = _parameter_role(parameter, columns) if parameter.get_value("in") == "query" else None
        if role is not None and (role not in found or "x-page" in parameter.value):
            found[role] = parameter
    if (
        "cursor" in found
        and _CERTAIN.get(_name(found["cursor"])) is None
        and {"page", "offset"} & found.keys()
    ):
        del found["cursor"]  # `after` beside pages by number is something else
    return found


def first_page_number(parameter: Node) -> int:
    """Return the number of the first page: 0 if it is the default, or without one the least value; else 1."""
    declared = parameter.get("schema") or parameter
    schema = without_null(declared)
    default = declared.get_value("default", schema.get_value("default"))
    return 0 if (_least(schema) if default is None else default) == 0 else 1


def _least(schema: Node) -> Any:
    """The smallest integer of a schema that says it; None otherwise."""
    least, above = schema.get_value("minimum"), schema.get_value("exclusiveMinimum")
    values = [value for value in allowed_values(schema) if isinstance(value, int)]
    if values:
        return min(values)
    below = least if above is True else above
    return below + 1 if isinstance(below, int) and not isinstance(below, bool) else least


def _parameter_role(parameter: Node, columns: set[str]) -> str | None:
    if "x-page" in parameter.value:
        return str(parameter.get_value("x-page"))
    name, schema = _name(parameter), parameter.get("schema") or parameter
    if name in _CERTAIN:
        return _CERTAIN[name]
    role = _PARAMETERS.get(name)
    is_other = name in columns or bool({"x-filter", "x-search", "x-sort"} & parameter.value.keys())
    wanted = "string" if role == "cursor" else "integer"
    plain = without_null(schema)
    is_fitting = base_type(plain) == wanted and not (role == "cursor" and plain.get_value("format"))
    return role if role and is_fitting and not is_other else None


def _name(parameter: Node) -> str:
    """The name of a parameter as one word: `page_size` for `pageSize` and `page[size]`."""
    return _PAGE_IN_BRACKETS.sub(r"page_\1", _snake_name(parameter))


def _snake_name(parameter: Node) -> str:
    return snake_case(str(parameter.get_value("name")))


def _order_pointers(operation: ContractOperation) -> set[str]:
    """The pointers of the parameters that say in which order a list is."""
    return {found.pointer for found in (sort_parameter(operation), direction_parameter(operation)) if found}


def other_parameters(operation: ContractOperation, resource: Node) -> list[Node]:
    """Return the query parameters of a list that choose no page and no order, and filter by nothing."""
    known = _order_pointers(operation) | {found[0].pointer for found in list_filters(operation, resource)}
    known |= {found.pointer for found in page_parameters(operation).values()}
    query = [p for p in operation.parameters() if p.get_value("in") == "query"]
    return [parameter for parameter in query if parameter.pointer not in known]


def uses_cursor_pagination(operation: ContractOperation) -> bool:
    """Whether a list uses cursor pagination."""
    return "cursor" in page_parameters(operation)


def largest_page(operation: ContractOperation) -> int:
    """Return how many rows a page can have at most."""
    size = page_parameters(operation).get("size")
    schema = size.get("schema") if size else None
    declared = (schema or operation.node).get_value("maximum") if size else None
    return int(declared or (size or operation.node).get_value("x-max") or MAX_ROWS)


def shown_items(operation: ContractOperation) -> Node | None:
    """Return the schema of the rows in the answer of a list, or None if it has none of its resource."""
    answer = operation.page_schema()
    resource = resources(operation.node.document).get(operation.resource or "")
    page = page_array(answer) if answer else None
    rows = all_properties(answer)[page[0]] if page and answer else answer
    items = rows.get("items") if rows is not None and rows.get_value("type") == "array" else None
    return items if items is not None and resource is not None and shows_properties(items, resource) else None


def schema_of_rows(operation: ContractOperation, resource: Node) -> Node | None:
    """Return the schema by which a generated operation shows rows of its resource, or None without one."""
    if operation.kind in ("custom", "list"):
        return shown_items(operation) if operation.kind == "list" else None
    row = shown_row(operation.response_schema(), resource)
    return row.schema if row else None
