"""Types the filters of lists that are declared as plain strings, and lists the orders of a free one."""

import copy
from collections.abc import Iterator
from typing import Any

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import (
    direction_parameter,
    list_filters,
    other_parameters,
    sort_parameter,
)
from freehold.contract.operations.sort_words import first_order, order_words, sort_order
from freehold.contract.resources import properties, resources
from freehold.contract.rows.column_types import allowed_values, base_type, column_type, without_null
from freehold.ground.naming import closest_match, snake_case
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_CODE = "FH908"
_SAY_MEANING = "Say what it means with `x-filter`, `x-search`, `x-sort` or `x-page`, or remove it."
_UNORDERED = ("ARRAY", "JSONB", "LargeBinary")
_OPERATORS_OF_VALUES = ("eq", "ne", "lt", "lte", "gt", "gte", "has")


def complete_list_parameters(document: Document) -> Document:
    """Return the contract with the types and the orders that follow from the resource, with notes."""
    known = resources(document)
    lists = [o for o in operations(document) if o.kind == "list" and o.resource in known]
    notes: list[Problem] = []
    for operation in lists:
        resource = known[operation.resource or ""]
        notes += _list_orders(operation, resource)
        notes += _type_filters(operation, resource)
        notes += _leave_to_override(operation, resource)
    return document.with_notes(notes).with_root(document.root) if notes else document


def _list_orders(operation: ContractOperation, resource: Node) -> Iterator[Problem]:
    """Give a free sort parameter all orders that its resource has: of each scalar, both directions.

    One that lists orders of its own gets a default: the order of the resource, or else the first one.
    """
    sort, first = sort_parameter(operation), first_order(resource)
    schema = _own_schema(sort) if sort else None
    if sort is None or schema is None:
        return
    direction, choices = direction_parameter(operation), schema.get_value("enum")
    if isinstance(choices, list) and choices and "default" not in schema.value:
        default = next((word for word in choices if sort_order(word, resource) == first), choices[0])
        schema.value["default"] = default
        what = f"{operation.id} is ordered by {default} where a request asks for no order"
        yield sort.problem(what, "Write another `default` into its schema if you like.", _CODE)
    if "enum" in schema.value or not _is_free(schema):
        return
    given, names = _given_order(schema), _sortable(resource)
    wanted = first if given is None else sort_order(given, resource)
    if wanted.removeprefix("-") not in names:
        return  # a rule says so
    if direction is None:
        words = order_words(names, given if given is not None or not _is_array(schema) else "title,asc")
        default = next(word for word in words if sort_order(word, resource) == wanted)
        schema.value.pop("items", None)
        schema.value.update({"type": "string", "enum": words, "default": default})
    else:
        schema.value["enum"] = names
        if schema.value.setdefault("default", first.removeprefix("-")) == first.removeprefix("-"):
            _say_direction(direction, "desc" if first.startswith("-") else "asc")
    what = f"{sort.get_value('name')} of {operation.id} has the orders of {resource.name}, and no others"
    yield sort.problem(what, "Write `enum` and `default` into its schema.", _CODE)


def _own_schema(parameter: Node) -> Node | None:
    """The schema of a parameter, which gets a copy of a shared one: its orders are those of one resource."""
    schema = parameter.get("schema")
    if schema is None or schema.pointer == f"{parameter.pointer}/schema":
        return schema
    parameter.value["schema"] = copy.deepcopy(schema.value)
    return Node(parameter.document, f"{parameter.pointer}/schema", parameter.value["schema"])


def _is_free(schema: Node) -> bool:
    """Whether orders can be any text, or an array of such, of which a request then has one."""
    one = schema.get("items") if _is_array(schema) else schema
    return one is not None and one.value.get("type") == "string" and (one is schema or _is_plain_text(one))


def _is_array(schema: Node) -> bool:
    return bool(schema.value.get("type") == "array")


def _given_order(schema: Node) -> Any:
    """The default of a free order, or the first one of an array of them; None without one."""
    default = schema.get_value("default")
    return next(iter(default), None) if isinstance(default, list) else default


def _sortable(resource: Node) -> list[str]:
    return [
        name
        for name, prop in properties(resource).items()
        if not prop.get_value("writeOnly") and not column_type(prop).column.startswith(_UNORDERED)
    ]


def _say_direction(parameter: Node, wanted: str) -> None:
    """Give a direction its default, in the words of the contract."""
    schema = parameter.get("schema")
    is_required = parameter.get_value("required") is True
    if schema is not None and "default" not in schema.value and not is_required:
        words = [word for word in allowed_values(schema) if str(word).lower().startswith(wanted)]
        schema.value.update({"default": words[0]} if words else {})


def _type_filters(operation: ContractOperation, resource: Node) -> Iterator[Problem]:
    """Give a filter that is a plain string the type of the property that it is compared with."""
    for parameter, fields, op in list_filters(operation, resource):
        schema, prop = parameter.get("schema"), properties(resource).get(fields[0])
        if schema is None or prop is None or op not in _OPERATORS_OF_VALUES or not _is_plain_text(schema):
            continue
        wanted = without_null(prop)
        wanted = (wanted.get("items") or wanted) if op == "has" else wanted
        kind, form = base_type(wanted), wanted.get_value("format")
        if kind in ("integer", "number", "boolean") or form in (
            "date",
            "date-time",
            "time",
            "uuid",
            "decimal",
        ):
            schema.value["type"] = kind
            schema.value.update({"format": form} if form else {})
            words = f"{kind} ({form})" if form else str(kind)
            what = (
                f"{parameter.get_value('name')} of {operation.id} is compared with {fields[0]}: it is {words}"
            )
            yield parameter.problem(what, "Write this type into its schema.", _CODE)


def _is_plain_text(schema: Node) -> bool:
    value: Any = schema.value
    limits = {"format", "pattern", "minLength", "maxLength", "const"} & value.keys()
    return value.get("type") == "string" and not limits and not allowed_values(schema)


def _leave_to_override(operation: ContractOperation, resource: Node) -> Iterator[Problem]:
    """Make a list custom that has a query parameter of another meaning, unless its name is misspelled."""
    if "x-operation" in operation.node.value:
        return
    for parameter, fields, op in list_filters(operation, resource):
        prop = properties(resource).get(fields[0])
        is_free = not {"x-filter", "x-search"} & parameter.value.keys() and op != "has"
        if is_free and prop is not None and column_type(prop).column.startswith(_UNORDERED):
            operation.node.value["x-operation"] = "custom"
            what = f"{operation.id} is left to you: {fields[0]} of {resource.name} is no single value"
            yield parameter.problem(what, "Say what it means with `x-filter`, or remove it.", _CODE)
            return
    columns = [snake_case(name) for name in properties(resource)]
    for parameter in other_parameters(operation, resource):
        name = str(parameter.get_value("name"))
        if not closest_match(snake_case(name), columns):
            operation.node.value["x-operation"] = "custom"
            what = f"{operation.id} is left to you: {name} is no property of {resource.name} to filter by"
            yield parameter.problem(what, _SAY_MEANING, _CODE)
