"""Creates of many rows at once: a POST whose body and answer are arrays of a resource."""

from freehold.contract.rows.written_rows import is_row
from freehold.reading.document import Node

MOST_CREATED = 100
"""How many rows a request can create whose contract sets no other limit."""


def bulk_row(body: Node | None, answer: Node | None, resource: Node | None) -> Node | None:
    """Return the schema of a row in the body of a bulk create, or None if it is something else.

    The body is an array of the resource, or of objects with properties of it; the answer is an array of the
    resource.
    """
    row, shown = _items(body), _items(answer)
    if row is None or shown is None or resource is None or shown.pointer != resource.pointer:
        return None
    return row if is_row(row, resource) else None


def _items(schema: Node | None) -> Node | None:
    is_array = schema is not None and schema.get_value("type") == "array"
    return schema.get("items") if schema is not None and is_array else None
