"""The keys that clients choose: what makes one unique, and which bodies repeat it."""

from freehold.contract.operations.contract_operation import ContractOperation
from freehold.contract.operations.inference import operations
from freehold.contract.operations.path_parameters import path_parents
from freehold.contract.resources import chosen_key, is_singleton, links, parent, properties, resources
from freehold.contract.rows.keys import key_property
from freehold.reading.document import Node


def key_properties(resource: Node) -> tuple[str, ...]:
    """Return the properties that name a row of an owner: the chosen key, after the parent if it is one of it.

    Nothing for a resource whose id is generated.
    """
    key, above = chosen_key(resource), parent(resource)
    if is_singleton(resource):
        return (above.field,) if above else ()
    if key is None:
        return ()
    return (above.field, key) if above and is_unique_below_parent(resource) else (key,)


def is_unique_below_parent(resource: Node) -> bool:
    """Whether the key names a row only together with the parent: each path names both, and nothing refers."""
    above = parent(resource)
    own = [o for o in operations(resource.document) if o.resource == resource.name]
    if above is None or chosen_key(resource) is None or not own:
        return False
    return all(
        above.field in path_parents(operation, resource).values() for operation in own
    ) and not _is_referred_to(resource)


def _is_referred_to(resource: Node) -> bool:
    """Whether a row of another resource names a row of this one, by its key alone."""
    known = resources(resource.document).values()
    return any(link.resource == resource.name for schema in known for link in links(schema))


def creates_row(operation: ContractOperation) -> bool:
    """Whether an operation replaces the row that its path names, or creates it with this key.

    The PUT of a singleton does so too, unless a POST creates it and the PUT declares 404.
    """
    return operation.kind == "replace" and (operation.may_create or _stores_singleton(operation))


def _stores_singleton(operation: ContractOperation) -> bool:
    resource = resources(operation.node.document).get(operation.resource or "")
    if resource is None or not is_singleton(resource):
        return False
    is_created = any(
        o.kind == "create" and o.resource == resource.name for o in operations(resource.document)
    )
    return not is_created or operation.node.get_path("responses", "404") is None


def makes_row(resource: Node) -> bool:
    """Whether reading or updating a singleton that is missing makes it: its GET does not declare 404."""
    own = [o for o in operations(resource.document) if (o.resource, o.kind) == (resource.name, "get")]
    declares = [o for o in own if o.node.get_path("responses", "404")]
    return is_singleton(resource) and bool(own) and not declares and parent(resource) is None


def named_key(operation: ContractOperation, resource: Node) -> str | None:
    """Return the property that the path of an operation gives a row: a chosen key, or that of a new row."""
    key = key_property(operation, resource)
    is_named = (
        not is_singleton(resource)
        and operation.kind in ("update", "replace")
        and (key == chosen_key(resource) or creates_row(operation))
    )
    return key if is_named else None


def repeated_key(operation: ContractOperation, resource: Node) -> str | None:
    """Return the key that the body repeats although the path names the row by it, or None."""
    key = named_key(operation, resource)
    return key if key is not None and key in properties(operation.row_body()) else None
