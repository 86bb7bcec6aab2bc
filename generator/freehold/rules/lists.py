"""Rules about list operations: pagination, page schemas, sorting, cursors."""

from collections.abc import Iterator

from freehold.contract.column_types import allowed_values, base_type, column_type, is_nullable, without_null
from freehold.contract.operations import (
    PAGE_SIZE_PARAMETERS,
    PAGE_TOTALS,
    PAGINATION_PARAMETERS,
    ContractOperation,
    array_item_name,
    list_filters,
    operations,
    page_array,
    sort_parameter,
    uses_cursor_pagination,
)
from freehold.contract.resources import properties, resources
from freehold.contract.validation.formats import MAX_LENGTHS
from freehold.ground.naming import is_valid_field_name, snake_case
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_START_PARAMETERS = ("page", "offset")
_STRING_CONSTRAINTS = ("minLength", "maxLength", "pattern", "format", "enum", "const")
_MAX_CURSOR_TEXT = (
    1000  # characters of up to 6 bytes in JSON, as base64 with an id, stay below the maximum of 8192
)


def pagination(document: Document) -> Iterator[Problem]:
    """A list is paginated, and the page size has a maximum."""
    for operation in _lists(document):
        query = _query(operation)
        size = next((query[name] for name in (*PAGE_SIZE_PARAMETERS, "limit") if name in query), None)
        if size is None:
            fix = "Add `page` and `per_page`, or `limit` and `offset`. The page size needs a `maximum`."
            yield operation.node.problem(
                f"{operation.id} has no pagination and could return any number of rows", fix
            )
            continue
        yield from _cursor(operation, query)
        if any(name in query for name in PAGE_SIZE_PARAMETERS) and not {"page", "cursor"} & query.keys():
            yield size.problem("a page size without the parameter `page`", "Add the query parameter `page`.")
        starts = [query[name] for name in _START_PARAMETERS if name in query]
        for parameter in (size, *starts):
            yield from _page_numbers(parameter)
        if size.get_path("schema", "maximum") is None:
            yield size.problem(
                f"{size.get_value('name')} has no maximum", "Add a maximum, for example `maximum: 100`."
            )


def _cursor(operation: ContractOperation, query: dict[str, Node]) -> Iterator[Problem]:
    """A cursor is an optional string, and the page returns the next one."""
    cursor = query.get("cursor")
    if cursor is None:
        return
    for name in (*_START_PARAMETERS, *PAGE_SIZE_PARAMETERS):
        if name in query:
            fix = f"Keep `limit` and `cursor` and remove {name}, or remove `cursor`."
            yield cursor.problem(f"cursor cannot be combined with {name}", fix)
    schema = cursor.get("schema") or cursor
    if schema.get_value("type") != "string" or cursor.get_value("required") or "default" in schema.value:
        fix = "Use `schema: {type: string}` without `required` and `default`: the first page has no cursor."
        yield cursor.problem("cursor must be an optional string", fix)
    for word, part in schema.items():
        if word in _STRING_CONSTRAINTS:
            what = f"cursor cannot have {word}: cursors are opaque"
            yield part.problem(what, "Remove it. The service limits the length of cursors itself.")
    if "next_cursor" not in map(snake_case, properties(operation.response_schema())):
        fix = 'Add `next_cursor: {type: [string, "null"]}` to the page schema.'
        yield operation.node.problem(f"the response of {operation.id} has no next_cursor", fix)


def _page_numbers(parameter: Node) -> Iterator[Problem]:
    """Page number and size are integers from 1, an offset from 0, and have a default."""
    schema, name = parameter.get("schema"), snake_case(str(parameter.get_value("name")))
    lower = 0 if name == "offset" else 1
    if schema is None or schema.get_value("type") != "integer":
        yield parameter.problem(f"{name} must be an integer", "Use `type: integer`.")
        return
    if schema.get_value("minimum", -1) < lower:
        yield schema.problem(f"{name} needs a minimum of {lower} or more", f"Add `minimum: {lower}`.")
    if "default" not in schema.value:
        usual = lower if name in _START_PARAMETERS else 20
        yield schema.problem(f"{name} needs a default", f"Add a default, for example `default: {usual}`.")


def page_schemas(document: Document) -> Iterator[Problem]:
    """The service knows how to fill every property of a page."""
    for operation in _lists(document):
        answer = operation.response_schema()
        page = page_array(answer) if answer else None
        if answer is not None and array_item_name(answer) == operation.resource:
            continue
        if answer is None or page is None or page[1] != operation.resource:
            fix = "Return an array of it, or an object with one array of it: {data, total, page, per_page}."
            yield operation.node.problem(f"{operation.id} must return rows of {operation.resource}", fix)
            continue
        if not is_valid_field_name(page[0]):
            fix = "Use another name, such as data or items: this one is reserved."
            yield answer.problem(f"the array of a page cannot be named {page[0]}", fix)
        known = {page[0], *(_query(operation).keys() & set(PAGINATION_PARAMETERS) - {"cursor"}), *PAGE_TOTALS}
        known |= {"next_cursor"} if uses_cursor_pagination(operation) else set()
        for name, prop in properties(answer).items():
            if name != page[0] and snake_case(name) in known:
                yield from _page_property(answer, name, prop)
            elif name != page[0]:
                fix = f"Available page properties: {', '.join(sorted(known))}."
                yield prop.problem(f"{name} of {answer.name} is not a page property", fix)


def _page_property(page: Node, name: str, prop: Node) -> Iterator[Problem]:
    """A page property has the type of its value."""
    wanted = {"has_more": "boolean", "next_cursor": "string"}.get(snake_case(name), "integer")
    if base_type(without_null(prop)) != wanted:
        yield prop.problem(f"{name} of {page.name} has the wrong type", f"Use `type: {wanted}`.")
    elif wanted == "string" and name in page.get_value("required", []) and not is_nullable(prop):
        fix = 'Use `type: [string, "null"]`, or remove it from `required`.'
        yield prop.problem(f"{page.name} requires {name}, but the last page has none", fix)


def query_parameters(document: Document) -> Iterator[Problem]:
    """Every query parameter of a list is used for pagination, sorting or filtering."""
    found = resources(document)
    for operation in _lists(document):
        resource = found[operation.resource or ""]
        columns, sort = properties(resource), sort_parameter(operation)
        filters = {p.pointer: fields for p, fields, _ in list_filters(operation, resource)}
        known = f"Available properties: {', '.join(columns)}."
        for name, parameter in _query(operation).items():
            fields = filters.get(parameter.pointer)
            if name in PAGINATION_PARAMETERS or (sort and sort.pointer == parameter.pointer):
                continue
            if fields is None:
                yield parameter.problem(f"{operation.resource} has no property {name} to filter by", known)
            for field in fields or ():
                if field not in columns:
                    yield parameter.problem(f"{operation.resource} has no property {field}", known)


def sort_enums(document: Document) -> Iterator[Problem]:
    """The values of `sort` are properties, with or without a leading `-`."""
    found = resources(document)
    for operation in _lists(document):
        columns = properties(found[operation.resource or ""])
        parameter = sort_parameter(operation)
        if parameter is None:
            continue
        choices = parameter.get_path("schema", "enum")
        if choices is None or parameter.get_path("schema", "default") is None:
            yield parameter.problem(
                "sort needs an enum of properties and a default", "Add `enum` and `default`."
            )
            continue
        for choice in choices.elements():
            if str(choice.value).removeprefix("-") not in columns:
                fix = f"Available properties: {', '.join(columns)}. A leading `-` means descending."
                yield choice.problem(f"{operation.resource} has no property {choice.value} to sort by", fix)


def cursor_orders(document: Document) -> Iterator[Problem]:
    """The sort values of a list with a cursor fit into the cursor, which clients can read."""
    found = resources(document)
    for operation in _lists(document):
        resource = found[operation.resource or ""]
        columns = properties(resource)
        for order in _orders(operation, resource) if uses_cursor_pagination(operation) else ():
            characters = 0
            for word in order:
                prop = columns.get(str(word.value).removeprefix("-"))
                unfit = _why_unfit(prop) if prop else ""
                characters += _max_length(prop) if prop and not unfit else 0
                what = f"{operation.id} cannot use a cursor with the order {word.value}"
                if unfit:
                    yield word.problem(f"{what}, which {unfit}", "Sort by another property.")
                elif characters > _MAX_CURSOR_TEXT:
                    fix = (
                        f"Set `maxLength` (at most {_MAX_CURSOR_TEXT} in total), or sort by another property."
                    )
                    yield word.problem(f"{what}: the values are too long for a URL", fix)


def _orders(operation: ContractOperation, resource: Node) -> list[list[Node]]:
    """Return all orders of a list, as nodes of the contract."""
    sort = sort_parameter(operation)
    choices = sort.get_path("schema", "enum") if sort else None
    if choices is not None:
        return [[choice] for choice in choices.elements()]
    order = resource.get_path("x-resource", "order")
    return [list(order.elements())] if order else []


def _why_unfit(prop: Node) -> str:
    """Return why a cursor cannot contain a property, or an empty string."""
    types = column_type(prop)
    if prop.get_value("writeOnly"):
        return "is writeOnly: a cursor is readable by clients"
    if types.column.startswith(("ARRAY", "JSONB", "LargeBinary")):
        return "is not a scalar"
    return ""


def _max_length(prop: Node) -> int:
    """Return the maximum length of a string property in characters; 0 for other types."""
    types, value_schema = column_type(prop), without_null(prop)
    if not types.column.startswith(("String", "Text")):
        return 0
    endless = _MAX_CURSOR_TEXT + 1
    values = allowed_values(value_schema)
    max_length = max(
        (len(str(value)) for value in values),
        default=MAX_LENGTHS.get(value_schema.get_value("format"), endless),
    )
    return int(value_schema.get_value("maxLength", max_length))


def _query(operation: ContractOperation) -> dict[str, Node]:
    """Return the query parameters by name in snake_case."""
    return {
        snake_case(str(p.get_value("name"))): p
        for p in operation.parameters()
        if p.get_value("in") == "query"
    }


def _lists(document: Document) -> list[ContractOperation]:
    return [
        operation for operation in operations(document) if operation.kind == "list" and operation.resource
    ]
