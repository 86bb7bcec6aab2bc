"""Rules about query parameters: filters and sorting."""

from collections.abc import Iterable, Iterator

from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import list_filters, sort_parameter
from freehold.contract.operations.sort_words import sort_order
from freehold.contract.resources import properties, resources
from freehold.contract.rows.column_types import base_type, column_type, without_null
from freehold.ground.problems import Problem
from freehold.reading.document import Document, Node

_KINDS_WITH_QUERY = ("list", "custom")
_COMPARISONS = ("lt", "lte", "gt", "gte")
_UNORDERED = ("ARRAY", "JSONB", "LargeBinary")


def unused_query_parameters(document: Document) -> Iterator[Problem]:
    """Only list and custom operations read the query string."""
    for operation in operations(document):
        for parameter in operation.parameters() if operation.kind not in _KINDS_WITH_QUERY else ():
            if parameter.get_value("in") == "query":
                fix = "Remove it, or set `x-operation: custom` and implement the operation yourself."
                what = f"nothing reads the query parameter {parameter.get_value('name')} of {operation.id}"
                yield parameter.problem(what, fix)


def null_defaults(document: Document) -> Iterator[Problem]:
    """A query parameter has no null default: a query string cannot express null."""
    for operation in operations(document):
        for parameter in operation.parameters():
            schema = parameter.get("schema")
            declared = schema.get("default") if schema else None
            if declared is not None and declared.value is None:
                what = (
                    f"{parameter.get_value('name')} has the default null, which a query string cannot express"
                )
                yield declared.problem(what, "Remove `default`: a parameter that is omitted does not filter.")


def boolean_comparisons(document: Document) -> Iterator[Problem]:
    """Booleans are not compared by order."""
    known = resources(document)
    for operation in operations(document):
        resource = known.get(operation.resource or "")
        if resource is None or operation.kind != "list":
            continue
        for parameter, fields, op in list_filters(operation, resource):
            prop = properties(resource).get(fields[0])
            if prop and op in _COMPARISONS and base_type(without_null(prop)) == "boolean":
                place = parameter.get_path("x-filter", "op") or parameter
                what = f"{fields[0]} of {resource.name} is a boolean, which has no order"
                yield place.problem(what, "Use `op: eq` or `op: ne`.")


def sort_properties(document: Document) -> Iterator[Problem]:
    """Rows are sorted only by scalar properties that are not writeOnly."""
    known = resources(document)
    for name, schema in known.items():
        order = schema.get_path("x-resource", "order")
        yield from _unsortable(order.elements() if order else (), name, schema)
    for operation in operations(document):
        resource, sort = known.get(operation.resource or ""), sort_parameter(operation)
        if resource and sort and operation.kind == "list":
            choices, default = sort.get_path("schema", "enum"), sort.get_path("schema", "default")
            words = choices.elements() if choices else [default] if default else ()
            yield from _unsortable(words, resource.name, resource)


def _unsortable(words: Iterable[Node], name: str, schema: Node) -> Iterator[Problem]:
    for word in words:
        prop = properties(schema).get(sort_order(word.value, schema).removeprefix("-"))
        types = column_type(prop) if prop else None
        if prop and prop.get_value("writeOnly"):
            what = f"{word.value} of {name} is writeOnly, and sorting by it would reveal its values"
            yield word.problem(what, "Sort by another property.")
        elif types and types.column.startswith(_UNORDERED):
            yield word.problem(f"{word.value} of {name} is not a scalar and cannot be sorted", "Remove it.")
