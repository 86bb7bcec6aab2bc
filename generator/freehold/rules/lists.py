"""Rules about list operations: pagination, page schemas, sorting, cursors."""

from collections.abc import Iterator, Mapping

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import (
    list_filters,
    other_parameters,
    page_parameters,
    shown_items,
    sort_parameter,
    uses_cursor_pagination,
)
from freehold.contract.operations.page_schemas import page_properties, property_at
from freehold.contract.operations.page_words import (
    ABSENT_ROLES,
    ROLES_OF_ALL_PAGES,
    ROLES_OF_NUMBERED_PAGES,
    wanted_type,
)
from freehold.contract.operations.sort_words import sort_order
from freehold.contract.resources import properties, resources
from freehold.contract.rows.collection_paths import page_array
from freehold.contract.rows.column_types import (
    allowed_values,
    base_type,
    column_type,
    is_nullable,
    without_null,
)
from freehold.contract.validation.formats import MAX_LENGTHS
from freehold.ground.naming import column_name, snake_case
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node
from freehold.rules.page_limits import unheld_limits, unheld_sizes

_WITHOUT = {"previous_url": "first", "previous_page": "first", "first_row": "empty", "last_row": "empty"}
"""The page that lacks a property which not each page has, unless it is the last one."""
_STRING_CONSTRAINTS = ("minLength", "maxLength", "pattern", "format", "enum", "const")
_MAX_CURSOR_TEXT = (
    1000  # characters of up to 6 bytes in JSON, as base64 with an id, stay below the maximum of 8192
)


def pagination(document: Document) -> Iterator[Problem]:
    """The parameters that choose a page have the types of their values."""
    for operation in _lists(document):
        found = page_parameters(operation)
        cursor = found.get("cursor")
        if cursor is not None:
            yield from _cursor(operation, cursor, found)
        for role in ("size", "page", "offset"):
            schema = found[role].get("schema") if role in found else None
            if role in found and (schema is None or base_type(without_null(schema)) != "integer"):
                what = f"{found[role].get_value('name')} must be an integer"
                yield found[role].problem(what, "Use `type: integer`.")


def _cursor(operation: ContractOperation, cursor: Node, found: Mapping[str, Node]) -> Iterator[Problem]:
    """A cursor is an optional string, and the page returns the next one."""
    name = cursor.get_value("name")
    for role in ("page", "offset"):
        if role in found:
            other = found[role].get_value("name")
            fix = f"Keep a size and {name} and remove {other}, or remove {name}."
            yield cursor.problem(f"{name} cannot be combined with {other}", fix)
    schema = without_null(cursor.get("schema") or cursor)
    if base_type(schema) != "string" or cursor.get_value("required") or "default" in schema.value:
        fix = "Use `schema: {type: string}` without `required` and `default`: the first page has no cursor."
        yield cursor.problem(f"{name} must be an optional string", fix)
    for word, part in schema.items():
        if word in _STRING_CONSTRAINTS:
            what = f"{name} cannot have {word}: cursors are opaque"
            yield part.problem(what, "Remove it. The service limits the length of cursors itself.")
    answer = operation.page_schema()
    roles = page_properties(answer, operation).values() if answer else ()
    if not {"next_cursor", "next_url"} & set(roles):
        fix = 'Add `next_cursor: {type: [string, "null"]}` to the page schema.'
        yield operation.node.problem(f"the response of {operation.id} has no next_cursor", fix)


def page_schemas(document: Document) -> Iterator[Problem]:
    """The service knows how to fill every property of a page."""
    for operation in _lists(document):
        answer = operation.page_schema()
        page = page_array(answer) if answer else None
        shown = shown_items(operation)
        if answer is not None and shown is not None and page is None:
            yield from unheld_sizes(operation, answer, f"the answer of {operation.id}")
            continue
        if answer is None or page is None or shown is None:
            fix = "Return an array of it, or an object with one array of it: {data, total, page, per_page}."
            yield operation.node.problem(f"{operation.id} must return rows of {operation.resource}", fix)
            continue
        yield from _one_name(answer)
        yield from unheld_sizes(operation, properties(answer)[page[0]], f"{page[0]} of {answer.name}")
        known = _known_properties(operation)
        for path, role in page_properties(answer, operation).items():
            prop, name = property_at(answer, path), ".".join(path)
            if not role or role not in known:
                names = ", ".join(sorted(known))
                fix = "Remove it, give its value as `const`, or say with `x-page` what it is."
                fix = f"{fix} Available: {names}."
                yield prop.problem(f"{name} of {answer.name} is not a page property", fix)
            else:
                yield from _page_property(operation, answer, path, role)


def _one_name(page: Node) -> Iterator[Problem]:
    """The properties of a page have names of their own in Python, too."""
    names: dict[str, str] = {}
    for name, prop in properties(page).items():
        other = names.setdefault(column_name(name), name)
        if other != name:
            what = f"{name} and {other} of {page.name} have the same name in Python"
            yield prop.problem(what, "Rename one of them.")


def _known_properties(operation: ContractOperation) -> set[str]:
    """The roles that the properties of a page can have."""
    declared = page_parameters(operation).keys()
    found = {*ROLES_OF_ALL_PAGES, *declared, "size"} - {"cursor"}
    if "cursor" in declared:
        return found | {"next_cursor"}
    found |= ROLES_OF_NUMBERED_PAGES
    if not declared & {"page", "offset"}:
        found |= {"page", "offset"}  # the only page is the first one
    return found if "offset" not in declared else found - {"next_page", "previous_page"}


def _page_property(
    operation: ContractOperation, page: Node, path: tuple[str, ...], role: str
) -> Iterator[Problem]:
    """A page property has the type of its value, and takes each value of its role."""
    prop, name, wanted = property_at(page, path), ".".join(path), wanted_type(role)
    holder = property_at(page, path[:-1])
    is_required = path[-1] in holder.get_value("required", [])
    if base_type(without_null(prop)) != wanted:
        yield prop.problem(f"{name} of {page.name} has the wrong type", f"Use `type: {wanted}`.")
    elif role in ABSENT_ROLES and is_required and not is_nullable(prop):
        fix = f'Use `type: [{wanted}, "null"]`, or remove it from `required`.'
        which = _WITHOUT.get(role, "last")
        yield prop.problem(f"{page.name} requires {name}, but the {which} page has none", fix)
    else:
        yield from unheld_limits(operation, prop, role, f"{name} of {page.name}")


def query_parameters(document: Document) -> Iterator[Problem]:
    """Every query parameter of a list is used for pagination, sorting or filtering."""
    resources_by_name = resources(document)
    for operation in _lists(document):
        resource = resources_by_name[operation.resource or ""]
        columns = properties(resource)
        filters = {p.pointer: fields for p, fields, _ in list_filters(operation, resource)}
        known = f"Available properties: {', '.join(columns)}."
        others = {parameter.pointer for parameter in other_parameters(operation, resource)}
        for name, parameter in _query(operation).items():
            if parameter.pointer in others:
                what = f"{operation.resource} has no property {name} to filter by"
                yield parameter.problem(what, _filters_of_its_type(parameter, columns))
            for field in filters.get(parameter.pointer, ()):
                if field not in columns:
                    yield parameter.problem(f"{operation.resource} has no property {field}", known)


def _filters_of_its_type(parameter: Node, columns: Mapping[str, Node]) -> str:
    """Say which properties a parameter could filter by, as it is."""
    schema = parameter.get("schema")
    wanted = column_type(schema).python if schema else ""
    fitting = [name for name, prop in columns.items() if column_type(prop).python == wanted]
    if not fitting:
        return "Remove it. Or say what it means with `x-search`, `x-sort` or `x-page`."
    named = f"Or name it after a property of its type: {', '.join(fitting)}."
    return f"Remove it. {named} Or say what it means: `x-filter: {{field: {fitting[0]}, op: gte}}`."


def sort_enums(document: Document) -> Iterator[Problem]:
    """The values of a sort parameter are properties, each with a direction if there is one."""
    found = resources(document)
    for operation in _lists(document):
        resource, parameter = found[operation.resource or ""], sort_parameter(operation)
        schema = parameter.get("schema") if parameter else None
        if parameter is None:
            continue
        choices, default = (schema.get("enum"), schema.get("default")) if schema else (None, None)
        if choices is None and default is None:
            what = f"{parameter.get_value('name')} needs an enum of properties, and a default"
            yield parameter.problem(what, "Add `enum` and `default`.")
        for choice in choices.elements() if choices else [default] if default else []:
            if sort_order(choice.value, resource).removeprefix("-") not in properties(resource):
                known = f"Available properties: {', '.join(properties(resource))}."
                fix = f"{known} A leading `-`, or `desc` after the name, means descending."
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
                prop = columns.get(sort_order(word.value, resource).removeprefix("-"))
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
