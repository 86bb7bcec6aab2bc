"""Finds the schemas and parameters that describe the same things, so that they share named schemas."""

from freehold.contract.operations.contract_operation import BODY_SUFFIXES
from freehold.contract.operations.inference import operations
from freehold.contract.operations.list_queries import list_filters
from freehold.contract.resources import resources
from freehold.publishing.schemas.inline_schemas import Relatives
from freehold.reading.document import Document


def find_relatives(effective: Document) -> Relatives:
    """Return what the schemas and parameters of a contract have to do with its resources."""
    found, known = {name: name for name in resources(effective)}, resources(effective)
    filtered: dict[tuple[str, str], tuple[str, str]] = {}
    for operation in operations(effective):
        body = operation.row_body()
        if operation.resource is None or operation.resource not in known:
            continue
        if body is not None and operation.kind in BODY_SUFFIXES:
            found.setdefault(body.name, operation.resource)
        if operation.kind == "list":
            for parameter, fields, _ in list_filters(operation, known[operation.resource]):
                if len(fields) == 1:
                    name = str(parameter.get_value("name"))
                    filtered[operation.id, name] = (operation.resource, fields[0])
    return Relatives(found, filtered)
