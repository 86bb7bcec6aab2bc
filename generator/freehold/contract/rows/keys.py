"""How paths name rows: by the id or another property whose values are unique, and where a new row is."""

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.path_parameters import split_path_parameters
from freehold.contract.resources import id_property, is_not_null, properties, resources
from freehold.contract.rows.collection_paths import path_shape
from freehold.contract.rows.shown_rows import all_properties, shown_row
from freehold.ground.naming import column_name, snake_case
from freehold.reading.document import Node

_WITHOUT_ROW = ("list", "create", "bulk")
_KINDS_WITH_ETAG = ("create", "get", "update", "replace", "custom")


def unique_properties(resource: Node) -> list[str]:
    """Return the properties of which each alone is a unique key of the rows of an owner."""
    options = resource.get("x-resource")
    keys = options.get_value("unique", []) if options else []
    columns = {column_name(str(key[0])) for key in keys if isinstance(key, list) and len(key) == 1}
    return [name for name in properties(resource) if column_name(name) in columns]


def key_property(operation: ContractOperation, resource: Node) -> str:
    """Return the property that the last parameter of a path is compared with: the id, if no other is meant.

    It is the unique property that is named like the parameter; a writeOnly one could be guessed by it.
    """
    item = split_path_parameters(operation, resource)[1]
    row_id, name = id_property(resource), snake_case(str(item.get_value("name"))) if item else ""
    if item is None or operation.kind in _WITHOUT_ROW or name == snake_case(row_id):
        return row_id
    named = (key for key in unique_properties(resource) if snake_case(key) == name)
    return next(
        (key for key in named if properties(resource)[key].get_value("writeOnly") is not True), row_id
    )


def resource_above(operation: ContractOperation) -> Node | None:
    """Return the resource with the longest path that an operation without a resource is below, or None."""
    found = (other for other in operations(operation.node.document) if other.resource)
    own = f"{path_shape(operation.path)}/"
    above = [o for o in found if own.startswith(f"{path_shape(o.path)}/")]
    nearest = max(above, key=lambda other: len(other.path.rstrip("/")), default=None)
    return resources(operation.node.document)[str(nearest.resource)] if nearest else None


def location_property(create: ContractOperation, resource: Node) -> str:
    """Return the property of a new row that ends the path of the GET on it."""
    item = item_operation(create)
    return key_property(item, resource) if item else id_property(resource)


def item_operation(collection: ContractOperation) -> ContractOperation | None:
    """Return the GET operation on one row of a collection, or None."""
    shape = f"{path_shape(collection.path)}/{{}}"
    found = operations(collection.node.document)
    return next((o for o in found if o.method == "get" and path_shape(o.path) == shape), None)


def item_path(collection: ContractOperation) -> str | None:
    """Return the path of the GET operation on one row of a collection, or None."""
    found = item_operation(collection)
    return found.path if found else None


def sends_etag(operation: ContractOperation) -> bool:
    """Whether the answer has the version of its row as an `ETag`, where the contract declares one."""
    resource = resources(operation.node.document).get(operation.resource or "")
    shown = shown_row(operation.response_schema(), resource) if resource else None
    return operation.kind in _KINDS_WITH_ETAG and shown is not None and not shown.envelope


def sends_location(operation: ContractOperation) -> bool:
    """Whether the response has a `Location` header (RFC 9110, 10.2.2): declared, or the row has a GET."""
    success = operation.success_response()
    if success is None or operation.kind != "create":
        return False
    resource = resources(operation.node.document).get(operation.resource or "")
    shown = shown_row(operation.response_schema(), resource) if resource else None
    if resource is None or shown is None:
        return False
    key = location_property(operation, resource)
    if key not in all_properties(shown.schema):
        return False
    is_declared = success[1].get_path("headers", "Location") is not None
    return is_declared or (
        success[0] == "201" and item_path(operation) is not None and _is_always_set(resource, key)
    )


def _is_always_set(resource: Node, key: str) -> bool:
    """Whether each new row has a value of a property: one that only an override sets may be null."""
    prop = properties(resource).get(key)
    return prop is None or is_not_null(resource, key, prop)
