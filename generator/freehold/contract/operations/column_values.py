"""The schemas whose values are stored in a column of their own, or compared with one, and what fits there."""

from collections.abc import Iterator, Mapping
from typing import Any

from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import page_parameters
from freehold.contract.resources import columns_of, properties, resources
from freehold.contract.rows.column_types import base_type, column_type, without_null
from freehold.contract.validation.json_text import is_double
from freehold.contract.validation.schema_dialect import INTEGERS
from freehold.reading.document import Document, Node

_WIDEST = "int64"


def column_schemas(document: Document) -> Mapping[str, Node]:
    """Return them by their pointers: of properties, of bodies, of filters and ids, of elements of arrays."""
    if "column_schemas" not in document.cache:
        found = {part.pointer: part for schema in _schemas(document) for part in _parts(schema)}
        document.cache["column_schemas"] = found
    known: Mapping[str, Node] = document.cache["column_schemas"]
    return known


def _schemas(document: Document) -> Iterator[Node]:
    for resource in resources(document).values():
        yield from columns_of(resource).values()
    for operation in operations(document):
        if operation.kind == "custom":
            continue
        body = operation.row_body()
        yield from properties(body).values() if body else ()
        paging = {parameter.pointer for parameter in page_parameters(operation).values()}
        others = (p.get("schema") for p in operation.parameters() if p.pointer not in paging)
        yield from (schema for schema in others if schema is not None)


def _parts(schema: Node) -> Iterator[Node]:
    """Yield a schema, the one of its values besides null, and those of the elements of a column of arrays."""
    value = without_null(schema)
    yield from (schema, value)
    items = value.get("items")
    if items is not None and column_type(schema).column.startswith("ARRAY"):
        yield from (items, without_null(items))


def is_stored(schema: Node) -> bool:
    """Whether the integers of a schema are those of a column, or have a format that says how many bits."""
    return schema.get_value("format") in INTEGERS or schema.pointer in column_schemas(schema.document)


def integer_bounds(schema: Node) -> tuple[int, int] | None:
    """Return the smallest and the largest integer of the format, 64 bits without one; None for others."""
    if base_type(schema) != "integer":
        return None
    return INTEGERS.get(str(schema.get_value("format")), INTEGERS[_WIDEST])


def number_fits(schema: Node, value: Any) -> bool:
    """Whether a column stores a number as it is: in 32 or 64 bits, or in the digits of a double."""
    if not isinstance(value, int) or isinstance(value, bool):
        return True
    bounds = integer_bounds(schema)
    if bounds is not None:
        return bounds[0] <= value <= bounds[1]
    return column_type(schema).column != "Double" or is_double(value)
